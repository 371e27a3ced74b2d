import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { isAbsolute, join, posix } from "node:path";
import type { HostPathVolumeSource } from "../../api/types.ts";
import { isWithin } from "./path-within.ts";

/** Which paths of the host pods of this node may see. */
export interface HostPathPolicy {
  /** Directories, or files, with everything below: `["/"]` for all there is, `[]` for nothing. */
  readonly allowed: readonly string[];
}

/**
 * Checks, and where the volume says so makes, a path of the host.
 * @returns the path with all links followed: what was checked is what is to be bound
 * @throws Error with a kubelet's words
 * @see kubernetes pkg/volume/hostpath/host_path.go
 */
export function setUpHostPath(source: HostPathVolumeSource, policy: HostPathPolicy): string {
  const { path, type = "" } = source;
  if (path.split("/").includes("..")) {
    throw new Error(`invalid HostPath \`${path}\`: must not contain '..'`);
  }
  if (!isAbsolute(path)) throw new Error(`invalid HostPath \`${path}\`: must be an absolute path`);
  const target = resolveExisting(posix.normalize(path));
  if (!isAllowed(posix.normalize(path), target, policy)) {
    throw new Error(`hostPath ${path} is not allowed by the policy of this node`);
  }
  checkType(path, target, type);
  return realpathSync(target);
}

/** Follows the links of what is there of a path; the rest of it is to be made below. */
function resolveExisting(path: string): string {
  let existing = path;
  let missing = "";
  // A link to nothing is there, and where it leads nothing is.
  while (lstatSync(existing, { throwIfNoEntry: false }) === undefined) {
    missing = join(posix.basename(existing), missing);
    existing = posix.dirname(existing);
  }
  return join(realpathSync(existing), missing).replace(/(?<=.)\/$/, "");
}

/** As it is written, and where it really is: a link must not lead out of what is allowed. */
function isAllowed(path: string, target: string, { allowed }: HostPathPolicy): boolean {
  return allowed.some((prefix) => {
    const clean = posix.normalize(prefix).replace(/(?<=.)\/$/, "");
    return isWithin(clean, path) && isWithin(resolveExisting(clean), target);
  });
}

interface PathType {
  readonly what: string;
  is(state: Stats): boolean;
  /** Makes what is missing. */
  make?(path: string): void;
}

const DIRECTORY: PathType = { what: "directory", is: (state) => state.isDirectory() };
const FILE: PathType = { what: "file", is: (state) => state.isFile() };

const TYPES: Readonly<Record<string, PathType>> = {
  // A kubelet leaves it to the runtime, and those make a directory of what is missing.
  "": { what: "path", is: () => true, make: makeDirectory },
  Directory: DIRECTORY,
  DirectoryOrCreate: { ...DIRECTORY, make: makeDirectory },
  File: FILE,
  FileOrCreate: { ...FILE, make: makeFile },
  Socket: { what: "socket file", is: (state) => state.isSocket() },
  CharDevice: { what: "character device", is: (state) => state.isCharacterDevice() },
  BlockDevice: { what: "block device", is: (state) => state.isBlockDevice() },
};

/** @param path - As the volume names it, for messages. */
function checkType(path: string, target: string, type: string): void {
  const wanted = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (wanted === undefined) throw new Error(`${type} is an invalid volume type`);
  const state = statSync(target, { throwIfNoEntry: false });
  if (state === undefined && wanted.make !== undefined) {
    wanted.make(target);
    return;
  }
  if (state === undefined || !wanted.is(state)) {
    throw new Error(`hostPath type check failed: ${path} is not a ${wanted.what}`);
  }
}

function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
}

function makeFile(path: string): void {
  closeSync(openSync(path, "wx", 0o644));
}
