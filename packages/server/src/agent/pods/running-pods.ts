import type { Pod } from "../../api/types.ts";
import type { ContainerState } from "../pod-runtime.ts";

/** One run of a container of a pod, as logs, exec, attach and port-forward need it. */
export interface ContainerInstance {
  /** The runtime's. */
  readonly id: string;
  /** The runtime's, of the pod it runs in: what `connect` is given. */
  readonly podId: string;
  readonly name: string;
  /** Restarts before it. */
  readonly attempt: number;
  readonly state: ContainerState["state"];
  /** Absolute path of its log; the file may be gone. */
  readonly logPath: string;
}

/**
 * What the agent knows of the pods of its node, for those who serve them. Answers come from memory
 * and are never older than the last thing the runtime said.
 */
export interface RunningPods {
  /** The pod with its status as the agent sees it, which may be newer than the API server's. */
  podOf(namespace: string, name: string): Readonly<Pod> | undefined;
  podByUid(uid: string): Readonly<Pod> | undefined;
  /** All pods that the agent still has something to do with. */
  all(): Iterable<Readonly<Pod>>;
  /**
   * The newest run of a container that the runtime knows, or the one before it. `name` is that of
   * any kind of container: init, ordinary or ephemeral.
   */
  instanceOf(
    podUid: string,
    name: string,
    which: "current" | "previous",
  ): ContainerInstance | undefined;
  /** The runtime's id of the pod, if it has one that is ready. */
  podIdOf(podUid: string): string | undefined;
}
