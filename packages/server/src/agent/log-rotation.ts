import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { formatMicroTime } from "../runtime/clock.ts";

/** When a log is put aside, and how many are kept. @see kubernetes containerLogMaxSize, containerLogMaxFiles */
export interface LogRotation {
  readonly maxBytes: number;
  /** With the one that is written. */
  readonly maxFiles: number;
}

export const DEFAULT_LOG_ROTATION: LogRotation = { maxBytes: 10 * 1024 * 1024, maxFiles: 5 };

/**
 * Puts a log aside as a kubelet does, `0.log.20260102-030405`; whoever writes it has to open it anew.
 * @returns where it is now
 * @see kubernetes pkg/kubelet/logs/container_log_manager.go
 */
export async function putAside(path: string, at: number): Promise<string> {
  const text = formatMicroTime(at);
  const stamp = text.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  // Several may fall into a second; names still sort by time.
  const aside = `${path}.${stamp}.${text.slice(20, 23)}`;
  await rename(path, aside);
  return aside;
}

/** Removes the oldest of the logs put aside. */
export async function removeSurplusLogs(path: string, maxFiles: number): Promise<void> {
  const aside = await rotatedLogs(path);
  const surplus = aside.slice(0, Math.max(0, aside.length - (maxFiles - 1)));
  await Promise.all(surplus.map((each) => rm(each, { force: true })));
}

/** Logs put aside, the oldest first. */
export async function rotatedLogs(path: string): Promise<readonly string[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  const prefix = `${basename(path)}.`;
  return names
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => join(dirname(path), name));
}

/** Removes logs put aside; the log itself is the agent's to remove. */
export async function removeRotatedLogs(path: string): Promise<void> {
  await Promise.all((await rotatedLogs(path)).map((each) => rm(each, { force: true })));
}
