import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import type { LogRotation } from "../log-rotation.ts";
import type { Cgroups } from "./cgroups.ts";
import type { ContainerFilesMaker } from "./container-plan.ts";
import type { Host } from "./host.ts";
import type { Images } from "./images.ts";
import type { Pipes } from "./pipes.ts";
import type { StateStore } from "./state-store.ts";

/** What a process runtime is made of. */
export interface ProcessRuntimeParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly host: Host;
  readonly images: Images;
  readonly pipes: Pipes;
  readonly cgroups: Cgroups;
  readonly files: ContainerFilesMaker;
  /** Programs for containers, on the host. */
  readonly toolsDirectory: string;
  readonly store: StateStore;
  readonly rotation: LogRotation;
  /** Of the host; a pod's are the same. */
  readonly addresses: () => readonly string[];
  /** Directories of the host that no container may look into. */
  readonly maskedPaths: readonly string[];
  /** Removes what is of no use to a later runtime. */
  readonly cleanUp: () => Promise<void>;
}
