import type { MachineInfo, MachineUse } from "./machine.ts";
import type { NodeFindings, NodeIdentity } from "./node-object.ts";

/** A machine of a test, with plenty of everything. */
export const MACHINE: MachineInfo = {
  cpus: 2,
  memoryBytes: 8 * 1024 ** 3,
  swapBytes: 0,
  hugePages: [
    { pageBytes: 1024 ** 3, reservedBytes: 0 },
    { pageBytes: 2 * 1024 ** 2, reservedBytes: 0 },
  ],
  machineId: "machine",
  systemUuid: "system",
  bootId: "boot",
  kernelVersion: "6.1.0",
  osImage: "Debian GNU/Linux 12 (bookworm)",
  operatingSystem: "linux",
  architecture: "amd64",
};

export const USE: MachineUse = {
  memoryAvailableBytes: 4 * 1024 ** 3,
  disk: {
    capacityBytes: 100 * 1024 ** 3,
    availableBytes: 50 * 1024 ** 3,
    inodes: 1_000,
    inodesFree: 900,
  },
  pidsMax: 32_768,
  pidsUsed: 100,
};

export const IDENTITY: NodeIdentity = {
  name: "n",
  hostname: "host",
  labels: {},
  taints: [],
  maxPods: 110,
  version: "v1.36.2",
  runtimeVersion: "process://1",
  port: 10250,
};

export const FINDINGS: NodeFindings = {
  machine: MACHINE,
  use: USE,
  thresholds: [],
  addresses: [
    { type: "InternalIP", address: "192.0.2.7" },
    { type: "Hostname", address: "host" },
  ],
  health: { pressure: { memory: false, disk: false, pid: false }, problems: [] },
  images: [],
};
