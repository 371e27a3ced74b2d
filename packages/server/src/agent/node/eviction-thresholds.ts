import { parseQuantity } from "../../api/quantity.ts";
import type { MachineInfo, MachineUse } from "./machine.ts";

/** What a kubelet measures. */
const SIGNALS = [
  "memory.available",
  "nodefs.available",
  "nodefs.inodesFree",
  "imagefs.available",
  "imagefs.inodesFree",
  "pid.available",
] as const;
type Signal = (typeof SIGNALS)[number];

/** How little of something is too little: an amount, or a part of all. */
export interface EvictionThreshold {
  readonly signal: Signal;
  readonly amount?: number;
  /** In (0, 1). */
  readonly part?: number;
}

export interface Pressure {
  readonly memory: boolean;
  readonly disk: boolean;
  readonly pid: boolean;
}

/** @see kubernetes pkg/kubelet/eviction/defaults_linux.go */
export const DEFAULT_EVICTION_HARD: string =
  "memory.available<100Mi,nodefs.available<10%,nodefs.inodesFree<5%,imagefs.available<15%,imagefs.inodesFree<5%";

/**
 * Reads `--eviction-hard`: `memory.available<100Mi,nodefs.available<10%`.
 * @throws Error that names what cannot be read
 * @see kubernetes pkg/kubelet/eviction/helpers.go (parseThresholdStatements)
 */
export function parseThresholds(text: string): readonly EvictionThreshold[] {
  const statements = text.split(",").filter((each) => each !== "");
  return statements.map((statement) => {
    const [name = "", value = "", more] = statement.split("<");
    const signal = SIGNALS.find((each) => each === name);
    if (signal === undefined || more !== undefined) {
      throw new Error(`unsupported eviction threshold ${JSON.stringify(statement)}`);
    }
    return { signal, ...readValue(statement, value) };
  });
}

function readValue(
  statement: string,
  value: string,
): { readonly amount: number } | { readonly part: number } {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(value);
  if (percent !== null && Number(percent[1]) <= 100) return { part: Number(percent[1]) / 100 };
  try {
    const { mantissa, scale } = parseQuantity(value);
    const amount = Number(mantissa) * 10 ** scale;
    if (amount >= 0) return { amount };
  } catch {
    // Told below.
  }
  throw new Error(`invalid eviction threshold ${JSON.stringify(statement)}`);
}

interface Measure {
  readonly available: number;
  readonly capacity: number;
}

function measure(signal: Signal, { memoryBytes }: MachineInfo, use: MachineUse): Measure {
  const disk = signal.startsWith("imagefs.") ? (use.imageDisk ?? use.disk) : use.disk;
  switch (signal) {
    case "memory.available":
      return { available: use.memoryAvailableBytes, capacity: memoryBytes };
    case "nodefs.available":
    case "imagefs.available":
      return { available: disk.availableBytes, capacity: disk.capacityBytes };
    case "nodefs.inodesFree":
    case "imagefs.inodesFree":
      // Some file systems count none, and never run out of them.
      return disk.inodes === 0
        ? { available: Number.POSITIVE_INFINITY, capacity: 0 }
        : { available: disk.inodesFree, capacity: disk.inodes };
    case "pid.available":
      return { available: use.pidsMax - use.pidsUsed, capacity: use.pidsMax };
  }
}

/** What there is too little of. */
export function findPressure(
  thresholds: readonly EvictionThreshold[],
  machine: MachineInfo,
  use: MachineUse,
): Pressure {
  const found = signalsMet(thresholds, machine, use);
  const isFound = (prefix: string): boolean => found.some((signal) => signal.startsWith(prefix));
  return {
    memory: isFound("memory."),
    disk: isFound("nodefs.") || isFound("imagefs."),
    pid: isFound("pid."),
  };
}

function signalsMet(
  thresholds: readonly EvictionThreshold[],
  machine: MachineInfo,
  use: MachineUse,
): readonly Signal[] {
  return thresholds
    .filter(({ signal, amount, part = 0 }) => {
      const { available, capacity } = measure(signal, machine, use);
      return available < (amount ?? capacity * part);
    })
    .map(({ signal }) => signal);
}

/**
 * Whether there would be less pressure without some images: their disk is too full, which may be that
 * of all else. @see kubernetes pkg/kubelet/eviction/helpers.go (buildSignalToNodeReclaimFuncs)
 */
export function lacksImageSpace(
  thresholds: readonly EvictionThreshold[],
  machine: MachineInfo,
  use: MachineUse,
): boolean {
  const prefixes = use.imageDisk === undefined ? ["imagefs.", "nodefs."] : ["imagefs."];
  return signalsMet(thresholds, machine, use).some((signal) =>
    prefixes.some((prefix) => signal.startsWith(prefix)),
  );
}

/**
 * What pods cannot have because the node would be under pressure, in bytes.
 * @see kubernetes pkg/kubelet/cm/node_container_manager_linux.go (GetNodeAllocatableReservation)
 */
export function reservedBytes(
  thresholds: readonly EvictionThreshold[],
  signal: Signal,
  capacity: number,
): number {
  const threshold = thresholds.find((each) => each.signal === signal);
  if (threshold === undefined) return 0;
  return Math.floor(threshold.amount ?? capacity * (threshold.part ?? 0));
}
