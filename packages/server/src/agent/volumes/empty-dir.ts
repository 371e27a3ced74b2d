import { existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quoteGo } from "../../api/go-quote.ts";
import type { EmptyDirVolumeSource, Pod } from "../../api/types.ts";
import { memorySize } from "./empty-dir-size.ts";
import type { Mounter } from "./mounter.ts";
import { type FileOwner, giveToGroup } from "./ownership.ts";
import type { PodDirectories } from "./pod-directories.ts";
import type { NodeAllocatable } from "./volume-source.ts";
import { makeDirectory } from "./written-volume.ts";

export interface EmptyDirDependencies {
  readonly directories: PodDirectories;
  readonly mounter: Mounter;
  /** Whether this agent may mount. */
  readonly canMount: boolean;
  readonly allocatable: NodeAllocatable;
}

const PLUGIN = "kubernetes.io~empty-dir";
/** @see kubernetes pkg/volume/emptydir/empty_dir.go (perm) */
const MODE = 0o777;

/**
 * Makes an empty directory, on the disk or in memory, once: what containers then write and change in
 * it stays. In memory it is a file system of its own, no larger than the volume, the pod and the node
 * allow; an agent that may not mount takes a directory that is in memory, and refuses what it could
 * not keep small.
 * @returns where it is
 * @throws Error
 * @see kubernetes pkg/volume/emptydir/empty_dir.go
 */
export async function setUpEmptyDir(
  pod: Readonly<Pod>,
  name: string,
  { medium = "", sizeLimit }: EmptyDirVolumeSource,
  owner: FileOwner,
  dependencies: EmptyDirDependencies,
): Promise<string> {
  const { directories, mounter, canMount, allocatable } = dependencies;
  const { uid = "" } = pod.metadata;
  if (medium !== "" && medium !== "Memory") {
    throw new Error(`unknown storage medium ${quoteGo(medium)}`);
  }
  const isMounted = medium === "Memory" && canMount;
  if (medium === "Memory" && !canMount && sizeLimit !== undefined) {
    throw new Error("memory storage with a size limit requested, but the agent may not mount");
  }
  const path =
    medium === "Memory" && !canMount
      ? directories.inMemory(uid, PLUGIN, name)
      : directories.volume(uid, PLUGIN, name);
  const note = directories.note(uid, PLUGIN, name);
  const isReady = existsSync(join(note, "ready"));
  if (isReady && (isMounted ? isMountPoint(path) : existsSync(path))) return path;
  makeDirectory(path, MODE);
  if (isMounted && !isMountPoint(path)) {
    const bytes = memorySize(sizeLimit, pod, allocatable);
    await mounter.mountTmpfs(path, bytes === undefined ? [] : [`size=${bytes}`]);
  }
  if (path !== directories.volume(uid, PLUGIN, name)) directories.linkToMemory(uid, PLUGIN, name);
  if (owner.gid !== undefined) giveToGroup(path, owner.gid, { readOnly: false });
  mkdirSync(note, { recursive: true, mode: 0o750 });
  writeFileSync(join(note, "ready"), "");
  return path;
}

/** Whether another file system begins here. */
function isMountPoint(path: string): boolean {
  const state = lstatSync(path, { throwIfNoEntry: false });
  return state !== undefined && state.dev !== lstatSync(join(path, "..")).dev;
}
