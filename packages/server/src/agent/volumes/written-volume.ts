import { chmodSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Pod } from "../../api/types.ts";
import type { Random } from "../../runtime/random.ts";
import { writeAtomically } from "../atomic-writer.ts";
import { nestedMountPoints } from "./nested-mount-points.ts";
import { type FileOwner, giveToGroup } from "./ownership.ts";
import type { Payload } from "./payload.ts";
import type { PluginName, PodDirectories } from "./pod-directories.ts";

export interface WrittenVolume {
  readonly pod: Readonly<Pod>;
  readonly name: string;
  readonly plugin: PluginName;
  readonly payload: Payload;
  readonly owner: FileOwner;
  /** In memory, and on no disk. */
  readonly inMemory: boolean;
}

export interface WriteVolumeDependencies {
  readonly directories: PodDirectories;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly random: Random;
}

/** As of a file system in memory that was just mounted: everybody's, and what is another's stays. */
const MEMORY_MODE = 0o1777;
/** @see kubernetes pkg/volume/emptydir/empty_dir.go (perm) */
const DISK_MODE = 0o777;

/**
 * Makes the files of a volume what they have to be, all at once. A volume that could not be made is
 * removed again; one that was there keeps the files it had.
 * @returns where it is
 * @throws what the file system throws
 */
export function writeVolume(volume: WrittenVolume, dependencies: WriteVolumeDependencies): string {
  const { pod, name, plugin, payload, owner, inMemory } = volume;
  const { directories, now, random } = dependencies;
  const { uid = "" } = pod.metadata;
  const path = inMemory
    ? directories.inMemory(uid, plugin, name)
    : directories.volume(uid, plugin, name);
  const nested = nestedMountPoints(name, pod);
  const isNew = makeDirectory(path, inMemory ? MEMORY_MODE : DISK_MODE);
  try {
    if (inMemory) directories.linkToMemory(uid, plugin, name);
    for (const directory of nested) {
      mkdirSync(join(path, directory), { recursive: true, mode: 0o755 });
    }
    const { gid } = owner;
    writeAtomically(path, payload, {
      now,
      random,
      // The whole volume: at first its own directory as well, which hands its group on to the links.
      ...(gid === undefined
        ? {}
        : { setOwnership: () => giveToGroup(path, gid, { readOnly: true }) }),
    });
  } catch (error) {
    if (isNew) rmSync(path, { recursive: true, force: true });
    throw error;
  }
  return path;
}

/** @returns whether there was none */
export function makeDirectory(path: string, mode: number): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o750 });
  mkdirSync(path);
  // Whatever the umask.
  chmodSync(path, mode);
  return true;
}
