import { readFileSync, readlinkSync } from "node:fs";

/**
 * Whether a signal that ends a process by default would end this one, if it were no first process of a
 * namespace: the kernel spares those, so that `sleep` as a container's command never heeds SIGTERM.
 * @param status - Text of `/proc/PID/status`.
 */
export function heedsByDefault(status: string, signal: number): boolean {
  const has = (field: string): boolean => {
    const digits = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1] ?? "0";
    return ((BigInt(`0x${digits}`) >> BigInt(signal - 1)) & 1n) === 1n;
  };
  return !has("SigCgt") && !has("SigIgn") && !has("SigBlk");
}

/** `undefined` when the process is no more. */
export function readProcFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return undefined;
  }
}

/** Processes that the first thread of this one has started and not seen end. */
export function childrenOf(pid: number): readonly number[] {
  const text = readProcFile(pid, `task/${pid}/children`) ?? "";
  return text
    .split(" ")
    .filter((each) => each !== "")
    .map(Number);
}

/** What a link of a process leads to, such as `ns/mnt`; `undefined` when the process is no more. */
export function readProcLink(pid: number, name: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/${name}`);
  } catch {
    return undefined;
  }
}

/**
 * When a process began, in ticks since the machine did: together with the process id it names one
 * process for good.
 */
export function startOf(pid: number): string | undefined {
  const stat = readProcFile(pid, "stat");
  // The name stands in parentheses and may hold some; the start is the 20th field after it.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
