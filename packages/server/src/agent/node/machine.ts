import { readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { arch, availableParallelism, platform, release, totalmem } from "node:os";
import { join } from "node:path";

/** What a machine is, which does not change while it runs. Sizes in bytes. */
export interface MachineInfo {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly swapBytes: number;
  /** Sizes of huge pages with what is reserved in each. */
  readonly hugePages: readonly { readonly pageBytes: number; readonly reservedBytes: number }[];
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  /** Go's words: `linux`, `amd64`. */
  readonly operatingSystem: string;
  readonly architecture: string;
}

/** What is left of it now. */
export interface MachineUse {
  readonly memoryAvailableBytes: number;
  readonly disk: DiskUse;
  /** Of the one that images lie on, where that is another. */
  readonly imageDisk?: DiskUse;
  readonly pidsMax: number;
  readonly pidsUsed: number;
}

export interface DiskUse {
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly inodes: number;
  readonly inodesFree: number;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/**
 * @param root - of the file system that tells: `/`, but for tests
 * @see cadvisor machine/info.go · machine/operatingsystem_unix.go
 */
export function readMachine(root: string): MachineInfo {
  const memory = readMemory(root);
  const machineId = firstLine(root, "etc/machine-id") || firstLine(root, "var/lib/dbus/machine-id");
  return {
    cpus: availableParallelism(),
    memoryBytes: memory.get("MemTotal") ?? totalmem(),
    swapBytes: memory.get("SwapTotal") ?? 0,
    hugePages: readHugePages(root),
    machineId,
    // Only root may read the first.
    systemUuid: firstLine(root, "sys/class/dmi/id/product_uuid") || machineId,
    bootId: firstLine(root, "proc/sys/kernel/random/boot_id"),
    kernelVersion: firstLine(root, "proc/sys/kernel/osrelease") || release(),
    osImage: prettyName(textOf(root, "etc/os-release") || textOf(root, "usr/lib/os-release")),
    operatingSystem: platform(),
    architecture: ARCHITECTURES[arch()] ?? arch(),
  };
}

/**
 * @param directory - whose file system counts: where volumes and logs are
 * @param imageDirectory - where images lie, if there are any
 */
export function readMachineUse(
  root: string,
  directory: string,
  imageDirectory?: string,
): MachineUse {
  const memory = readMemory(root);
  return {
    memoryAvailableBytes: memory.get("MemAvailable") ?? Number.POSITIVE_INFINITY,
    disk: readDisk(directory),
    ...(imageDirectory === undefined || isSameDisk(directory, imageDirectory)
      ? {}
      : { imageDisk: readDisk(imageDirectory) }),
    pidsMax: Number(firstLine(root, "proc/sys/kernel/pid_max")) || Number.POSITIVE_INFINITY,
    // `0.00 0.01 0.05 2/345 6789`: running and all threads.
    pidsUsed: Number(firstLine(root, "proc/loadavg").split(" ")[3]?.split("/")[1]) || 0,
  };
}

function isSameDisk(a: string, b: string): boolean {
  const { dev } = statSync(a);
  // What is gone is on no other disk.
  return (statSync(b, { throwIfNoEntry: false })?.dev ?? dev) === dev;
}

/** @throws what the system says */
export function readDisk(directory: string): DiskUse {
  const { bsize, blocks, bavail, files, ffree } = statfsSync(directory);
  return {
    capacityBytes: bsize * blocks,
    availableBytes: bsize * bavail,
    inodes: files,
    inodesFree: ffree,
  };
}

/** Lines of `/proc/meminfo` that are sizes, in bytes. */
function readMemory(root: string): ReadonlyMap<string, number> {
  const lines = textOf(root, "proc/meminfo").matchAll(/^(\w+):\s+(\d+) kB$/gm);
  return new Map([...lines].map(([, name = "", kib = "0"]) => [name, Number(kib) * 1024]));
}

function readHugePages(root: string): MachineInfo["hugePages"] {
  const directory = "sys/kernel/mm/hugepages";
  return namesIn(join(root, directory)).flatMap((name) => {
    const kib = Number(/^hugepages-(\d+)kB$/.exec(name)?.[1]);
    if (Number.isNaN(kib)) return [];
    const count = Number(firstLine(root, `${directory}/${name}/nr_hugepages`)) || 0;
    return [{ pageBytes: kib * 1024, reservedBytes: kib * 1024 * count }];
  });
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function prettyName(osRelease: string): string {
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? "Unknown";
}

function firstLine(root: string, path: string): string {
  return (textOf(root, path).split("\n")[0] ?? "").trim();
}

/** Empty where there is no such file, or nobody may read it. */
function textOf(root: string, path: string): string {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return "";
  }
}
