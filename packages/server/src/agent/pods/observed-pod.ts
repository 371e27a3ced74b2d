import type { ContainerState, PodSandbox } from "../pod-runtime.ts";

/** What a runtime shows of one pod, of both lists the newest first. */
export interface ObservedPod {
  readonly sandboxes: readonly PodSandbox[];
  readonly containers: readonly ContainerState[];
}

export const NOTHING_OBSERVED: ObservedPod = { sandboxes: [], containers: [] };

/** Sorts what a runtime's lists hold by pod. */
export function observePods(listed: {
  readonly pods: readonly PodSandbox[];
  readonly containers: readonly ContainerState[];
}): Map<string, ObservedPod> {
  const found = new Map<string, { sandboxes: PodSandbox[]; containers: ContainerState[] }>();
  const of = (uid: string): { sandboxes: PodSandbox[]; containers: ContainerState[] } => {
    let pod = found.get(uid);
    if (pod === undefined) {
      pod = { sandboxes: [], containers: [] };
      found.set(uid, pod);
    }
    return pod;
  };
  for (const sandbox of listed.pods) of(sandbox.uid).sandboxes.push(sandbox);
  for (const container of listed.containers) of(container.podUid).containers.push(container);
  for (const { sandboxes, containers } of found.values()) {
    if (sandboxes.length > 1) sandboxes.sort(newestFirst);
    if (containers.length > 1) containers.sort(newestFirst);
  }
  return found;
}

/** The one that counts more attempts, whatever its time says: the clock may have been set back. */
function newestFirst(
  left: { readonly createdAt: number; readonly attempt: number },
  right: { readonly createdAt: number; readonly attempt: number },
): number {
  return right.attempt - left.attempt || right.createdAt - left.createdAt;
}

/** The newest run of a container. */
export function latestRun(observed: ObservedPod, name: string): ContainerState | undefined {
  return observed.containers.find((container) => container.name === name);
}

/** The sandbox in which containers may be started: the newest, while it is the only one ready. */
export function usableSandbox({ sandboxes }: ObservedPod): PodSandbox | undefined {
  const [newest, ...older] = sandboxes;
  if (newest?.state !== "ready") return undefined;
  return older.some(({ state }) => state === "ready") ? undefined : newest;
}

/** Whether anything of the pod may still run. */
export function isAlive({ sandboxes, containers }: ObservedPod): boolean {
  return (
    sandboxes.some(({ state }) => state === "ready") ||
    containers.some(({ state }) => state === "running" || state === "created")
  );
}
