import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { enabling } from "./cgroup-files.ts";
import type { CgroupOptions } from "./cgroups.ts";
import { parseMountTable } from "./mount-table.ts";

/** A tree of control groups in which the runtime may make its own. */
export interface CgroupHierarchy {
  readonly version: 1 | 2;
  /** Of those that the runtime knows. */
  readonly controllers: readonly string[];
  readonly mountPoint: string;
  /** Of the runtime's groups; not made yet. */
  readonly directory: string;
}

const KNOWN = ["memory", "cpu", "pids"];

/**
 * Trees in which a group can be made: tried out, since nothing else tells.
 * @see cgroups(7), kernel Documentation/admin-guide/cgroup-v2.rst
 */
export function findHierarchies(options: CgroupOptions): readonly CgroupHierarchy[] {
  const mounts = parseMountTable(options.mountTable);
  const own = parseOwnGroups(options.self);
  const found: CgroupHierarchy[] = [];
  for (const { mountPoint, type } of mounts) {
    const isMine = mountPoint === options.root || mountPoint.startsWith(`${options.root}/`);
    if (!isMine || (type !== "cgroup" && type !== "cgroup2")) continue;
    const hierarchy =
      type === "cgroup2"
        ? versionTwo(mountPoint, own.get("") ?? "/", options)
        : versionOne(mountPoint, own, options);
    if (hierarchy !== undefined) found.push(hierarchy);
  }
  return found;
}

/** Paths of the agent's groups by controller; that of version 2 has none. */
export function parseOwnGroups(self: string): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const line of self.split("\n")) {
    const [, names, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    for (const name of names?.split(",") ?? []) groups.set(name, path ?? "/");
  }
  return groups;
}

function versionOne(
  mountPoint: string,
  own: ReadonlyMap<string, string>,
  { root, name }: CgroupOptions,
): CgroupHierarchy | undefined {
  // The directory is named after its controllers: `/sys/fs/cgroup/cpu,cpuacct`.
  const names = mountPoint.slice(root.length + 1).split(",");
  const controllers = KNOWN.filter((each) => names.includes(each));
  const [first] = controllers;
  if (first === undefined) return undefined;
  const parent = existingParent(mountPoint, own.get(first) ?? "/");
  return tryMaking({ version: 1, controllers, mountPoint, directory: join(parent, name) });
}

/** In a container the path may be that of another namespace, and not to be seen. */
function existingParent(mountPoint: string, path: string): string {
  const parent = join(mountPoint, path);
  return existsSync(parent) ? parent : mountPoint;
}

function tryMaking(hierarchy: CgroupHierarchy): CgroupHierarchy | undefined {
  try {
    mkdirSync(hierarchy.directory, { recursive: true });
    return hierarchy;
  } catch {
    return undefined;
  }
}

/**
 * A group with processes in it cannot pass controllers on. Where the agent is alone in its group, it
 * moves into one of its own below, beside those of its containers.
 */
function versionTwo(
  mountPoint: string,
  path: string,
  { name }: CgroupOptions,
): CgroupHierarchy | undefined {
  const parent = existingParent(mountPoint, path);
  const available = readWords(join(parent, "cgroup.controllers"));
  const controllers = KNOWN.filter((each) => available.includes(each));
  if (controllers.length === 0) return undefined;
  const directory = join(parent, name);
  const hierarchy = tryMaking({ version: 2, controllers, mountPoint, directory });
  if (hierarchy === undefined) return undefined;
  const passOn = (): boolean =>
    tryWriting(join(parent, "cgroup.subtree_control"), enabling(controllers));
  if (!passOn() && !(moveSelf(join(parent, `${name}-agent`)) && passOn())) {
    moveSelf(parent);
    return undefined;
  }
  return tryWriting(join(directory, "cgroup.subtree_control"), enabling(controllers))
    ? hierarchy
    : undefined;
}

function moveSelf(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true });
  } catch {
    return false;
  }
  return tryWriting(join(directory, "cgroup.procs"), String(process.pid));
}

function readWords(path: string): readonly string[] {
  try {
    return readFileSync(path, "latin1").trim().split(" ");
  } catch {
    return [];
  }
}

function tryWriting(path: string, text: string): boolean {
  try {
    writeFileSync(path, text);
    return true;
  } catch {
    return false;
  }
}
