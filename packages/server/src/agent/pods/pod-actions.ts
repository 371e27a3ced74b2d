import type { Pod } from "../../api/types.ts";
import type { ContainerState } from "../pod-runtime.ts";
import type { ObservedPod } from "./observed-pod.ts";
import type { ProbeResults } from "./probes/probe-results.ts";

/** Why the agent ends a container; decides the grace it is given. */
export type KillReason =
  | "startup-probe"
  | "liveness-probe"
  | "post-start-hook"
  | "restart-all"
  | "other";

export interface Kill {
  readonly container: ContainerState;
  /** Text of the event. */
  readonly message: string;
  readonly reason: KillReason;
}

/** What has to be done in order to bring a pod to what its spec wants. */
export interface PodActions {
  /** End everything that runs, and the sandbox. */
  readonly killPod: boolean;
  /** Make a sandbox with this attempt number. */
  readonly createSandbox: number | undefined;
  /** Whether a sandbox that was there before is replaced. */
  readonly sandboxChanged: boolean;
  readonly kill: readonly Kill[];
  /** Containers to end and forget, in this order, before everything is started anew. */
  readonly reset: readonly ContainerState[];
  /** Containers to start, in this order: ephemeral, init, ordinary. */
  readonly ephemeral: readonly string[];
  readonly init: readonly string[];
  readonly ordinary: readonly string[];
}

export interface DecisionInput {
  readonly pod: Pod;
  readonly observed: ObservedPod;
  readonly probes: ProbeResults;
  /** Whether a container was started from another definition than the one that holds now. */
  readonly isOutdated: (container: ContainerState) => boolean;
  /** Whether its resources are to be changed, and it has to be restarted for that. */
  readonly restartsToResize: (container: ContainerState) => boolean;
  /** Whether an exit has been found that has all containers restarted. */
  readonly restartsAll: boolean;
}

/** Nobody knows whether it runs: it is ended, so that there are never two. */
export function killUnknown(container: ContainerState, what: "Container" | "Init container"): Kill {
  const message = `${what} is in "unknown" state, try killing it before restart`;
  return { container, message, reason: "other" };
}
