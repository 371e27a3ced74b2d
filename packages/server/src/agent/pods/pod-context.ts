import type { Node, Pod } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import type { ObjectSource } from "../object-source.ts";
import type { PodRuntime } from "../pod-runtime.ts";
import type { RegistryCredential } from "../registry-credential.ts";
import type { NodePodVolumes } from "../volumes/pod-volumes.ts";
import type { Rejection } from "./admit-pod.ts";
import type { BackOff } from "./back-off.ts";
import type { ImagePuller } from "./image-puller.ts";
import type { Limiter } from "./limiter.ts";
import type { PodFiles } from "./pod-files.ts";
import type { RuntimeCache } from "./runtime-cache.ts";

/** What all pods of an agent share. */
export interface PodContext {
  readonly pods: ResourceClient<Pod>;
  readonly runtime: PodRuntime;
  readonly cache: RuntimeCache;
  readonly volumes: NodePodVolumes;
  readonly files: PodFiles;
  readonly objects: ObjectSource;
  readonly images: ImagePuller;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly restarts: BackOff;
  /** Of pods that are set up at once, with sandbox and volumes. */
  readonly setUps: Limiter;
  /** Of containers that are made at once. */
  readonly starts: Limiter;
  /** Of requests that write statuses. */
  readonly writes: Limiter;
  readonly node: NodeView;
  readonly clusterDomain: string;
  /** The host's resolver configuration. */
  readonly resolverFile: string;
  readonly agentStartedAt: number;
  /** Ends with the agent. */
  readonly signal: AbortSignal;
  /** Whether the node takes a pod that is new to it, or one that wants other resources than it has. */
  readonly admit: (pod: Pod) => Rejection | undefined;
  /** A pod takes up less than before: whoever waits for more may have it now. */
  readonly freed: () => void;
  /** What runs pods of a runtime class; undefined where there is no such class. */
  readonly runtimeHandler: (className: string) => Promise<string | undefined>;
  /** Variables that tell a pod of services. */
  readonly serviceVariables: (pod: Pod) => ReadonlyMap<string, string>;
  /** Of the pull secrets of a pod, and of whatever else the node has. */
  readonly credentials: (pod: Pod, image: string) => Promise<readonly RegistryCredential[]>;
}

/** What pods need to know of their node. */
export interface NodeView {
  readonly name: string;
  readonly current: () => Node | undefined;
  /** Addresses of the node, the most important first; at most one of each family. */
  readonly ips: () => readonly string[];
}
