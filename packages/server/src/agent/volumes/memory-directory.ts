import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  statfsSync,
} from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../runtime/logger.ts";
import { MountError, type Mounter } from "./mounter.ts";

/** Where a node keeps what must never reach a disk. */
export interface MemoryDirectory extends AsyncDisposable {
  /** An existing directory on a file system in memory, for the agent's user alone. */
  readonly path: string;
  /** Whether the agent may mount: also what single volumes need. */
  readonly canMount: boolean;
}

export interface MemoryDirectoryOptions {
  /** The agent's own directory. */
  readonly root: string;
  readonly mounter: Mounter;
  /** Used where this user may not mount: made if it is missing, in a directory in memory. */
  readonly fallback: string;
  readonly logger: Logger;
}

/** @see linux/magic.h */
const TMPFS_MAGIC = 0x01021994;
const RAMFS_MAGIC = 0x858458f6;

/**
 * One file system in memory for all volumes of the node that hold tokens and secrets, mounted on
 * `<root>/memory`; a pod has a directory in it. Upstream mounts one for each volume. A mount costs a
 * process and a lock of the whole mount table, on the way of every pod's start, and each one stays to
 * be found and undone after a crash; what it would bring, a size limit of its own, is not set for
 * these volumes. An agent that starts anew finds the one of its predecessor.
 *
 * Without the right to mount, a directory of its own in one that is in memory already serves as well.
 * @throws Error when neither is to be had: tokens are not written to a disk
 */
export async function prepareMemoryDirectory(
  options: MemoryDirectoryOptions,
): Promise<MemoryDirectory> {
  const { root, mounter, fallback, logger } = options;
  mkdirSync(join(root, "memory"), { recursive: true, mode: 0o700 });
  // Without links, as the system names what is mounted.
  const mounted = realpathSync(join(root, "memory"));
  try {
    await mountOnce(mounted, mounter);
  } catch (error) {
    if (!(error instanceof MountError) || error.code !== "not-permitted") throw error;
    logger.debug(
      { fallback },
      "may not mount; volumes in memory go into a directory that is there",
    );
    rmdirSync(mounted);
    takeDirectory(fallback);
    return {
      path: fallback,
      canMount: false,
      [Symbol.asyncDispose]: async () => removeIfEmpty(fallback),
    };
  }
  return {
    path: mounted,
    canMount: true,
    [Symbol.asyncDispose]: async () => {
      if (!existsSync(mounted) || readdirSync(mounted).length > 0) return;
      await mounter.unmount(mounted);
      removeIfEmpty(mounted);
    },
  };
}

async function mountOnce(target: string, mounter: Mounter): Promise<void> {
  if ((await mounter.mountPointsBelow(target)).includes(target)) return;
  try {
    // What is swapped out is on a disk.
    await mounter.mountTmpfs(target, ["mode=0700", "noswap"]);
  } catch (error) {
    if (!(error instanceof MountError) || error.code === "not-permitted") throw error;
    // Kernels before 6.4 do not know the option.
    await mounter.mountTmpfs(target, ["mode=0700"]);
  }
}

/** Makes a directory, or takes one that is there, but none that others could have prepared. */
function takeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(path);
  const isOurs = lstatSync(path).isDirectory() && uid === process.getuid?.();
  if (!isOurs || (mode & 0o077) !== 0) {
    throw new Error(`${path} is not a directory of this user alone`);
  }
  const { type } = statfsSync(path);
  if (type !== TMPFS_MAGIC && type !== RAMFS_MAGIC) {
    throw new Error(`${path} is not in memory: tokens are not written to a disk`);
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "ENOENT") throw error;
  }
}
