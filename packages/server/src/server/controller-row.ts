import type { Client } from "../client/client.ts";
import type { CertificateIssuer } from "../controllers/certificates/certificate-issuer.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Random } from "../runtime/random.ts";
import type { Runnable } from "../runtime/task-group.ts";
import type { TokenSigner } from "../tokens/issuer.ts";
import type { SharedInformers } from "./shared-informers.ts";

/** What controllers are made of. */
export interface ControllerParts {
  readonly signer: TokenSigner;
  /** PEM of the authority that the server's certificate rests on. */
  readonly ca: string;
  readonly legacyTokenCleanUpPeriodMs: number;
  /** Signs what CertificateSigningRequests ask for, and for how long at most. */
  readonly certificateIssuer: CertificateIssuer;
  readonly clusterSigningDurationMs: number;
  /** Resolves when the server is ready: what its start need not wait for begins then. */
  readonly ready: Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Speaks as the controller itself. */
  readonly client: Client;
  /** Speaks as kube-controller-manager, which reads for all. */
  readonly manager: Client;
  readonly informers: SharedInformers;
  /** `ca` in base64. */
  readonly caBase64: string;
}

export interface ControllerRow {
  /** In kube-system; kube-controller-manager itself acts where there is none. */
  readonly account?: string;
  /** A program with a user of its own: `kube-scheduler` is `system:kube-scheduler`. */
  readonly user?: string;
  readonly make: (parts: ControllerParts) => Runnable;
}
