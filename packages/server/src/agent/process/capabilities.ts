import { type ContainerSecurity, RuntimeError } from "../pod-runtime.ts";

/** @see containerd pkg/oci/spec.go (defaultUnixCaps) */
export const DEFAULT_CAPABILITIES: readonly string[] = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FSETID",
  "FOWNER",
  "MKNOD",
  "NET_RAW",
  "SETGID",
  "SETUID",
  "SETFCAP",
  "SETPCAP",
  "NET_BIND_SERVICE",
  "SYS_CHROOT",
  "KILL",
  "AUDIT_WRITE",
];

/** In the order of their numbers. @see linux include/uapi/linux/capability.h */
export const ALL_CAPABILITIES: readonly string[] = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
];

/**
 * Capabilities that a container may come to hold: `ALL` is added and dropped first, then names.
 * @param held - What the agent itself holds.
 * @throws RuntimeError `unsupported` for one that the agent cannot give
 * @see containerd internal/cri/opts/spec_linux_opts.go (WithCapabilities)
 */
export function containerCapabilities(
  security: ContainerSecurity,
  held: ReadonlySet<string>,
): ReadonlySet<string> {
  if (security.privileged) return held;
  const { add, drop } = {
    add: upper(security.addCapabilities),
    drop: upper(security.dropCapabilities),
  };
  const set = new Set(
    add.includes("ALL") ? held : drop.includes("ALL") ? [] : DEFAULT_CAPABILITIES,
  );
  for (const name of add) if (name !== "ALL") set.add(name);
  for (const name of drop) set.delete(name);
  for (const name of add) {
    if (name === "ALL") continue;
    if (!ALL_CAPABILITIES.includes(name)) {
      throw new RuntimeError("unsupported", `unknown capability to add: "CAP_${name}"`);
    }
    if (!held.has(name)) {
      throw new RuntimeError("unsupported", `capability CAP_${name} is not the agent's to give`);
    }
  }
  return new Set([...set].filter((name) => held.has(name)));
}

function upper(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toUpperCase().replace(/^CAP_/, ""));
}

/** Capabilities in a line of `/proc/PID/status`: a hexadecimal number with a bit for each. */
export function parseCapabilities(status: string, field: "CapEff" | "CapBnd"): ReadonlySet<string> {
  const digits = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1] ?? "0";
  const bits = BigInt(`0x${digits}`);
  return new Set(ALL_CAPABILITIES.filter((_, index) => ((bits >> BigInt(index)) & 1n) === 1n));
}
