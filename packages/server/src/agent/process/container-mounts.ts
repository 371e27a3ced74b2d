import { posix } from "node:path";
import { type Mount, RuntimeError } from "../pod-runtime.ts";
import { MASKED_PATHS, READ_ONLY_PATHS } from "../protected-paths.ts";
import { keptOptions, type MountEntry, type MountLine, mountOf } from "./mount-table.ts";
import { POD_DIRECTORY, placeOf, type RootLayout } from "./root-layout.ts";

/** Programs that a container needs before it is one, and for commands that run in it later. */
export const TOOLS_MOUNT: string = `${POD_DIRECTORY}/bin`;

export interface ContainerMountsInput {
  readonly layout: RootLayout;
  readonly mounts: readonly MountEntry[];
  /** As root; else mounts are locked and device nodes, masks and `sysfs` are not ours to make. */
  readonly asRoot: boolean;
  readonly privileged: boolean;
  /** Whether the container may write to volumes only. */
  readonly readOnly: boolean;
  /** Programs for the container, on the host. */
  readonly toolsDirectory: string;
  /** Directories, as the container sees them, that it may not look into. */
  readonly maskedPaths: readonly string[];
  /** Control groups that the container may look at: directories below `/sys`. */
  readonly cgroupDirectories: readonly string[];
  /** What of `MASKED_PATHS` and `READ_ONLY_PATHS` this kernel has; directories end with a slash. */
  readonly kernelPaths: ReadonlySet<string>;
  readonly volumes: readonly VolumeMount[];
}

/** A mount, and what is known of its source. */
export interface VolumeMount extends Mount {
  readonly isDirectory: boolean;
}

/** What is made one after the other once the container's root is the root. */
export type MountStep =
  | { readonly mounts: readonly MountLine[] }
  /** An empty file, with the directories above it, for something to be bound to. */
  | { readonly file: string };

export interface ContainerMounts {
  readonly steps: readonly MountStep[];
  /** Empty files in the temporary file system. */
  readonly files: readonly string[];
}

/** @see opencontainers runtime-spec config-linux.md, "Default Devices" */
const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"];

/** @throws RuntimeError `start-failed` for a mount where none can be */
export function containerMounts(input: ContainerMountsInput): ContainerMounts {
  const steps: MountStep[] = [];
  const files: string[] = [];
  let mounts: MountLine[] = [...baseMounts(input)];
  for (const volume of sortedByDepth(input.volumes)) {
    const path = containerPath(volume);
    if (!volume.isDirectory) {
      const place = placeOf(input.layout, path);
      // Below another volume nothing is in the temporary file system, whatever the root says.
      const known = place !== undefined && !input.volumes.some((each) => holds(each, path));
      if (known) files.push(place);
      else {
        steps.push({ mounts }, { file: path });
        mounts = [];
      }
    }
    mounts.push(volumeLine(volume, path, input));
  }
  steps.push({ mounts: [...mounts, ...(input.readOnly ? readOnlyLayers(input.layout) : [])] });
  return { steps, files };
}

function holds(volume: Mount, path: string): boolean {
  return path.startsWith(`${cleanPath(volume.containerPath)}/`);
}

function* baseMounts(input: ContainerMountsInput): Generator<MountLine> {
  const { layout, toolsDirectory, maskedPaths, asRoot, privileged } = input;
  // First of all: without it `mount` cannot tell what is there.
  yield special("proc", "/proc", ["nosuid", "nodev", "noexec"]);
  yield* layout.mounts;
  yield bind(toolsDirectory, TOOLS_MOUNT, ["ro", "nosuid", "nodev"]);
  yield* systemMounts(input);
  yield* devices(asRoot, privileged);
  if (asRoot && !privileged) yield* kernelMasks(input);
  for (const path of maskedPaths) yield emptyDirectory(path);
}

function bind(from: string, target: string, options: readonly string[]): MountLine {
  return { source: { host: from }, target, type: "none", options: ["bind", ...options] };
}

function* systemMounts(input: ContainerMountsInput): Generator<MountLine> {
  const { asRoot, privileged, mounts, cgroupDirectories } = input;
  const options = ["nosuid", "nodev", "noexec"];
  const access = privileged ? "rw" : "ro";
  if (asRoot) {
    yield special("sysfs", "/sys", [access, ...options]);
    // Version 1 has a tree for each controller, in a directory that is no part of `sysfs`.
    const parents = new Set(cgroupDirectories.map((path) => posix.dirname(path)));
    parents.delete("/sys/fs");
    for (const path of parents) yield special("tmpfs", path, ["mode=0755", ...options]);
    for (const path of cgroupDirectories) {
      yield bind(path, path, [access, ...options, "X-mount.mkdir"]);
    }
    return;
  }
  // Only who owns the network may mount it, and what is mounted in it cannot be left out.
  const kept = (path: string): readonly string[] => keptOptions(mountOf(mounts, path));
  for (const path of ["/sys", "/sys/fs/cgroup"]) {
    if (!mounts.some(({ mountPoint }) => mountPoint === path)) continue;
    const all = new Set(["rbind", "ro", ...kept(path)]);
    yield { source: { host: path }, target: path, type: "none", options: [...all] };
  }
}

function* devices(asRoot: boolean, privileged: boolean): Generator<MountLine> {
  // A privileged container has the host's.
  for (const name of privileged ? [] : DEVICES) yield bind(`/dev/${name}`, `/dev/${name}`, []);
  const options = ["nosuid", "noexec", "X-mount.mkdir"];
  // Group 5 is the terminals' on every distribution; an ordinary user has no such group to give.
  const terminal = ["newinstance", "ptmxmode=0666", "mode=0620", ...(asRoot ? ["gid=5"] : [])];
  yield special("devpts", "/dev/pts", [...options, ...terminal]);
  yield special("tmpfs", "/dev/shm", [...options, "nodev", "mode=1777", "size=65536k"]);
  if (asRoot) yield special("mqueue", "/dev/mqueue", [...options, "nodev"]);
}

function special(type: string, target: string, options: readonly string[]): MountLine {
  return { source: { name: type }, target, type, options };
}

function* kernelMasks({ kernelPaths }: ContainerMountsInput): Generator<MountLine> {
  for (const path of READ_ONLY_PATHS.filter(
    (each) => kernelPaths.has(each) || kernelPaths.has(`${each}/`),
  )) {
    yield {
      source: { name: path },
      target: path,
      type: "none",
      options: ["bind", "ro", "nosuid", "nodev", "noexec"],
    };
  }
  for (const path of MASKED_PATHS) {
    if (kernelPaths.has(`${path}/`)) yield emptyDirectory(path);
    else if (kernelPaths.has(path)) yield bind("/dev/null", path, ["ro"]);
  }
}

function emptyDirectory(path: string): MountLine {
  return special("tmpfs", path, ["ro", "nosuid", "nodev", "noexec", "mode=0555"]);
}

function volumeLine(
  volume: VolumeMount,
  target: string,
  { mounts }: ContainerMountsInput,
): MountLine {
  const { hostPath, readOnly, propagation } = volume;
  const kept = keptOptions(mountOf(mounts, hostPath));
  const options = new Set(["rbind", readOnly ? "ro" : "rw", ...kept, "nodev"]);
  options.add(propagation === "None" ? "rprivate" : "rslave");
  if (volume.isDirectory) options.add("X-mount.mkdir");
  return { source: { host: hostPath }, target, type: "none", options: [...options] };
}

/** Each overlay once more above itself, with all that is mounted in it: only what was made last is seen. */
function readOnlyLayers({ mounts }: RootLayout): readonly MountLine[] {
  return mounts
    .filter(({ type }) => type === "overlay")
    .map(({ target }) => ({
      source: { name: target },
      target,
      type: "none",
      options: ["rbind", "ro", "nodev"],
    }));
}

/** @see opencontainers/runc libcontainer/rootfs_linux.go (checkProcMount) */
function containerPath({ containerPath: given }: Mount): string {
  const target = cleanPath(given);
  const taken = ["/proc", POD_DIRECTORY].some((each) => `${target}/`.startsWith(`${each}/`));
  if (target !== "/" && !taken) return target;
  throw new RuntimeError(
    "start-failed",
    target === "/"
      ? `error mounting at "${given}": the root of a container is its own`
      : `error mounting at "${given}": ${given} cannot be mounted because it is inside ${target.split("/", 2).join("/")}`,
  );
}

/** Outer mounts first. @see containerd internal/cri/server/helpers.go (orderedMounts) */
function sortedByDepth<T extends Mount>(volumes: readonly T[]): readonly T[] {
  const depth = ({ containerPath: path }: T): number => cleanPath(path).split("/").length;
  return [...volumes].sort((left, right) => depth(left) - depth(right));
}

/** Absolute, without `.`, `..` and slashes that mean nothing. */
function cleanPath(path: string): string {
  return posix.resolve("/", path.replace(/^\/+/, ""));
}
