import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import type { Mounter } from "./mounter.ts";
import { isWithin } from "./path-within.ts";

/** @see linux fcntl.h; Node does not name it: a descriptor that names a place, and reads nothing. */
const O_PATH = 0o10000000;
const NAMED_ONLY = O_PATH | constants.O_NOFOLLOW;

/** A path that must not, or cannot, be mounted. */
export class SubPathError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SubPathError";
  }
}

/**
 * The place that a `subPath` names within a volume, made if it is not there, with the mode of the
 * volume. Links that stay within the volume are followed.
 * @param subPath - Expanded, relative.
 * @returns its path without links. It holds as long as nobody moves anything: where containers that
 *   run already may write to the volume, `bindSubPath` is the way
 * @throws SubPathError for a path that leads out of the volume, or cannot be made or opened
 */
export function resolveSubPath(volumeHostPath: string, subPath: string): string {
  const descriptor = openSubPath(volumeHostPath, subPath);
  try {
    return readlinkSync(linkOf(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Binds the place that a `subPath` names to `target`, which is made. What is bound is what was
 * checked, whatever happens to the path meanwhile: a process of the pod that swaps a directory for a
 * link gains nothing. Idempotent: what is bound already stays.
 * @returns `target`
 * @throws SubPathError; MountError
 * @see kubernetes pkg/volume/util/subpath/subpath_linux.go (doBindSubPath)
 */
export async function bindSubPath(
  {
    volumeHostPath,
    subPath,
    target,
  }: {
    readonly volumeHostPath: string;
    readonly subPath: string;
    readonly target: string;
  },
  mounter: Mounter,
): Promise<string> {
  const descriptor = openSubPath(volumeHostPath, subPath);
  try {
    const source = fstatSync(descriptor);
    const bound = statSync(target, { throwIfNoEntry: false });
    if (bound?.dev === source.dev && bound.ino === source.ino) return target;
    if (bound !== undefined) await mounter.unmount(target);
    mkdirSync(source.isDirectory() ? target : dirname(target), { recursive: true, mode: 0o750 });
    if (!source.isDirectory()) writeFileSync(target, "", { mode: 0o640 });
    await mounter.bind(`/proc/${process.pid}/fd/${descriptor}`, target);
    return target;
  } finally {
    closeSync(descriptor);
  }
}

/** Opens, and makes, the place that a path names within a volume. */
function openSubPath(volumeHostPath: string, subPath: string): number {
  if (isAbsolute(subPath)) {
    throw new SubPathError(`error SubPath \`${subPath}\` must not be an absolute path`);
  }
  if (subPath.split("/").includes("..")) {
    throw new SubPathError(`unable to provision SubPath \`${subPath}\`: must not contain '..'`);
  }
  try {
    const volume = realpathSync(volumeHostPath);
    const { existing, missing } = followLinks(join(volume, subPath));
    if (!isWithin(volume, existing)) {
      throw new Error(`subpath ${existing} not within volume path ${volume}`);
    }
    return walk(volume, relative(volume, existing).split("/"), missing);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SubPathError(`failed to prepare subPath: ${reason}`, { cause: error });
  }
}

/** Where the part of a path that is there really is, and the elements of the part that is not. */
function followLinks(path: string): { existing: string; missing: readonly string[] } {
  const missing: string[] = [];
  for (let prefix = path; ; prefix = dirname(prefix)) {
    try {
      return { existing: realpathSync(prefix), missing };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      missing.unshift(prefix.slice(prefix.lastIndexOf("/") + 1));
    }
  }
}

/**
 * Walks from the volume's root, element by element, each opened within the one before and never
 * through a link: what was a directory a moment ago may be one no longer.
 */
function walk(volume: string, existing: readonly string[], missing: readonly string[]): number {
  let current = openSync(volume, NAMED_ONLY);
  const mode = fstatSync(current).mode & 0o2777;
  try {
    for (const element of existing) {
      if (element !== "") current = step(current, element);
    }
    for (const element of missing) {
      mkdirSync(`${linkOf(current)}/${element}`);
      current = step(current, element);
      // Whatever the umask.
      chmodSync(linkOf(current), mode);
    }
    return current;
  } catch (error) {
    closeSync(current);
    throw error;
  }
}

/** Opens an element of an open directory, and closes the directory. */
function step(directory: number, element: string): number {
  const inner = openSync(`${linkOf(directory)}/${element}`, NAMED_ONLY);
  if (fstatSync(inner).isSymbolicLink()) {
    closeSync(inner);
    throw new Error(`unexpected symlink found: ${element}`);
  }
  closeSync(directory);
  return inner;
}

function linkOf(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}
