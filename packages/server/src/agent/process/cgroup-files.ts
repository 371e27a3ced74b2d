import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerResources } from "../pod-runtime.ts";
import type { CgroupHierarchy } from "./cgroup-hierarchies.ts";

type Files = readonly (readonly [name: string, text: string])[];

/** @see kubernetes pkg/kubelet/cm/helpers_linux.go (MinShares, SharesPerCPU, QuotaPeriod) */
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const SHARES_PER_CPU = 1024;
const PERIOD_US = 100_000;
const MIN_QUOTA_US = 1000;
/** What is more than the kernel takes is more than any machine has. @see linux kernel/sched/core.c (max_cfs_runtime) */
const MAX_QUOTA_US = 2 ** 43;
const MAX_MEMORY_BYTES = 2 ** 62;

/** Limits of a whole pod. */
export function podFiles({ version, controllers }: CgroupHierarchy, maxPids: number): Files {
  const files: [string, string][] = [];
  if (version === 2) files.push(["cgroup.subtree_control", enabling(controllers)]);
  if (controllers.includes("pids")) files.push(["pids.max", String(maxPids)]);
  return files;
}

/** `+memory +pids`, as a group passes controllers on to those in it. */
export function enabling(controllers: readonly string[]): string {
  return controllers.map((name) => `+${name}`).join(" ");
}

/** Limits of a container, for one tree of groups. */
export function containerFiles(hierarchy: CgroupHierarchy, resources: ContainerResources): Files {
  const { controllers, version } = hierarchy;
  const files: (readonly [string, string])[] = [];
  if (controllers.includes("memory")) files.push(...memoryFiles(version, resources));
  if (controllers.includes("cpu")) files.push(...cpuFiles(version, resources));
  return files;
}

function memoryFiles(version: 1 | 2, { memoryBytes }: ContainerResources): Files {
  if (memoryBytes === undefined) return [];
  const bytes = BigInt(Math.min(memoryBytes, MAX_MEMORY_BYTES)).toString();
  if (version === 1) return [["memory.limit_in_bytes", bytes]];
  // All of it ends together: half a container is of no use. @see kubelet's singleProcessOOMKill
  return [
    ["memory.max", bytes],
    ["memory.oom.group", "1"],
  ];
}

function cpuFiles(version: 1 | 2, { cpuMillis, cpuRequestMillis }: ContainerResources): Files {
  const files: [string, string][] = [];
  if (cpuRequestMillis !== undefined) {
    const shares = Math.floor((cpuRequestMillis * SHARES_PER_CPU) / 1000);
    const bounded = Math.min(MAX_SHARES, Math.max(MIN_SHARES, shares));
    files.push(
      version === 1 ? ["cpu.shares", String(bounded)] : ["cpu.weight", String(weightOf(bounded))],
    );
  }
  if (cpuMillis !== undefined) {
    const wanted = Math.floor((cpuMillis * PERIOD_US) / 1000);
    const quota = Math.min(MAX_QUOTA_US, Math.max(MIN_QUOTA_US, wanted));
    if (version === 2) files.push(["cpu.max", `${quota} ${PERIOD_US}`]);
    else {
      files.push(["cpu.cfs_period_us", String(PERIOD_US)], ["cpu.cfs_quota_us", String(quota)]);
    }
  }
  return files;
}

/** Shares of version 1 as a weight of version 2. @see opencontainers/cgroups utils.go */
function weightOf(shares: number): number {
  const l = Math.log2(shares);
  const exponent = (l * l + 125 * l) / 612.0 - 7.0 / 34.0;
  return Math.ceil(10 ** exponent);
}

/** Bytes that a group uses; undefined where its memory is not counted. */
export function memoryUsage(
  directory: string,
  { version, controllers }: CgroupHierarchy,
): number | undefined {
  if (!controllers.includes("memory")) return undefined;
  const path = join(directory, version === 1 ? "memory.usage_in_bytes" : "memory.current");
  return existsSync(path) ? Number(readFileSync(path, "latin1")) : undefined;
}

/** How many processes of a group the kernel has ended for want of memory. */
export function oomKills(directory: string, { version, controllers }: CgroupHierarchy): number {
  if (!controllers.includes("memory")) return 0;
  const path = join(directory, version === 1 ? "memory.oom_control" : "memory.events");
  if (!existsSync(path)) return 0;
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync(path, "latin1"))?.[1] ?? 0);
}
