import type { Taint } from "../api/types.ts";
import type { ClusterAccess } from "../client/node/kubeconfig.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import type { CredentialProviderSetup } from "./credential-provider/credential-providers.ts";
import type { ImageCollectionPolicy } from "./images/image-collection-policy.ts";
import type { EvictionThreshold } from "./node/eviction-thresholds.ts";
import type { ImageTable } from "./process/images.ts";

/** What starts containers. */
export type RuntimeChoice =
  | { readonly kind: "process"; readonly images: ImageTable }
  /** A CRI server: `unix:///run/containerd/containerd.sock`. */
  | { readonly kind: "cri"; readonly endpoint: string };

/** Everything an agent needs to know, complete and checked. */
export interface NodeAgentConfig {
  /** Where the API is, and a credential to join with, or the node's own. */
  readonly access: ClusterAccess;
  readonly nodeName: string;
  readonly hostname: string;
  /** The node's address; empty for the one that the agent finds. */
  readonly nodeIp: string;
  /** Absolute; certificates, volumes and logs are below. */
  readonly rootDirectory: string;
  readonly address: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly runtime: RuntimeChoice;
  /** Programs that know credentials of registries. */
  readonly credentialProviders?: CredentialProviderSetup;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly maxPods: number;
  readonly evictionHard: readonly EvictionThreshold[];
  /** Of a runtime that keeps images of its own. */
  readonly imageCollection: ImageCollectionPolicy;
  /** PEM of whose client certificates the agent believes; empty: what the cluster says. */
  readonly clientCa: string;
  /** Whether the cluster signs the certificate that the agent shows to callers. */
  readonly rotateServerCertificates: boolean;
  /** Paths of the host that pods may see. */
  readonly allowedHostPaths: readonly string[];
  /** Directories of the host that no pod may look into, besides the agent's own. */
  readonly maskedPaths: readonly string[];
  readonly clusterDomain: string;
  /** The Kubernetes version that the node reports: `v1.36.2`. */
  readonly version: string;
}

export interface NodeAgentDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}
