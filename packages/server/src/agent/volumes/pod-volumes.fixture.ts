import { join } from "node:path";
import type { Client } from "../../client/client.ts";
import type { Clock } from "../../runtime/clock.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import { temporaryDirectory } from "../written-volume.fixture.ts";
import { createMounter, MountError, type Mounter } from "./mounter.ts";
import { createNodeVolumes, type NodeVolumes, type NodeVolumesOptions } from "./node-volumes.ts";

/** As of a user who may not mount. */
export const NO_MOUNTER: Mounter = {
  mountTmpfs: () => Promise.reject(new MountError("not-permitted", "mount failed: not root")),
  bind: () => Promise.reject(new MountError("not-permitted", "mount failed: not root")),
  unmount: () => Promise.reject(new MountError("not-permitted", "umount failed: not root")),
  mountPointsBelow: () => Promise.resolve([]),
};

/** The real mounts of this machine, counted. */
export function countingMounter(): { mounter: Mounter; mounts: string[] } {
  const mounter = createMounter();
  const mounts: string[] = [];
  const counted: Mounter = {
    ...mounter,
    mountTmpfs: (target, options) => {
      mounts.push(`tmpfs ${options.join(",")}`);
      return mounter.mountTmpfs(target, options);
    },
    bind: (source, target) => {
      mounts.push("bind");
      return mounter.bind(source, target);
    },
  };
  return { mounter: counted, mounts };
}

/** Volumes of a node in a directory of their own; memory is what this machine has. */
export async function volumesOf(
  node: { readonly client: Client; readonly clock: Clock },
  more: Partial<NodeVolumesOptions> = {},
): Promise<NodeVolumes & { readonly root: string }> {
  const root = temporaryDirectory();
  const volumes = await createNodeVolumes({
    client: node.client,
    root,
    memoryFallback: join("/dev/shm", root.slice(root.lastIndexOf("/") + 1)),
    hostPaths: { allowed: ["/"] },
    allocatable: () => ({ cpu: "2", memory: "4Gi", "ephemeral-storage": "10Gi" }),
    clock: node.clock,
    random: systemRandom,
    logger: silentLogger,
    ...more,
  });
  return { ...volumes, root };
}
