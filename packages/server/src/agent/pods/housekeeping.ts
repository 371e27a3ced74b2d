import type { Logger } from "../../runtime/logger.ts";
import type { PodRuntime } from "../pod-runtime.ts";
import type { PodVolumes } from "../volumes/volume.ts";
import type { ObservedPod } from "./observed-pod.ts";
import type { PodFiles } from "./pod-files.ts";
import type { RuntimeCache } from "./runtime-cache.ts";

export interface HousekeepingDependencies {
  readonly runtime: PodRuntime;
  readonly cache: RuntimeCache;
  readonly volumes: PodVolumes;
  readonly files: PodFiles;
  readonly logger: Logger;
}

/**
 * Ends and removes what belongs to no pod of the node any more: pods that were deleted while no agent
 * was there, and what an agent left that did not come to its end.
 * @param isWanted - Whether somebody looks after the pod of this uid. Asked anew before each step.
 * @see kubernetes pkg/kubelet/kubelet_pods.go (HandlePodCleanups)
 */
export async function removeOrphans(
  isWanted: (uid: string) => boolean,
  dependencies: HousekeepingDependencies,
): Promise<void> {
  const { cache, volumes, files, logger } = dependencies;
  // What is left is asked for first: a pod that comes in between is wanted by then.
  const left = [...(await volumes.leftovers()), ...(await files.leftovers())];
  const running = await cache.refresh();
  const uids = new Set([...running.keys(), ...left]);
  for (const uid of uids) {
    if (isWanted(uid)) continue;
    try {
      await removeOrphan(uid, running.get(uid), dependencies);
      logger.info({ uid }, "what was left of a pod is removed");
    } catch (error) {
      logger.warn({ uid, error }, "what is left of a pod could not be removed");
    }
  }
}

async function removeOrphan(
  uid: string,
  observed: ObservedPod | undefined,
  { runtime, volumes, files }: HousekeepingDependencies,
): Promise<void> {
  const { sandboxes = [], containers = [] } = observed ?? {};
  const known = new Set(sandboxes.map(({ id }) => id));
  for (const id of known) {
    await runtime.stopPod(id);
    await runtime.removePod(id);
  }
  for (const { id, podId } of containers) {
    if (known.has(podId)) continue;
    await runtime.stopContainer(id, 0);
    await runtime.removeContainer(id);
  }
  await volumes.tearDown(uid);
  await files.removeLeftover(uid);
}
