import type { Dirent, Stats } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

/** Of `st_blocks`, whatever the file system has. */
const BLOCK_BYTES = 512;

/**
 * Bytes of the disk that a directory takes with all that is below it, as `du` counts them: without
 * other file systems that are mounted there, and a file with several names once. What goes meanwhile
 * is left out; nothing is opened, and no link is followed.
 */
export async function diskUsage(path: string, signal: AbortSignal): Promise<bigint> {
  const top = await statOf(path);
  if (top === undefined) return 0n;
  const seen = new Set<number>();
  const pending = top.isDirectory() ? [path] : [];
  let bytes = bytesOf(top);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const directory = next;
    for await (const entry of entriesOf(directory)) {
      if (signal.aborted) return bytes;
      const below = join(directory, entry.name);
      const stats = await statOf(below);
      if (stats === undefined || stats.dev !== top.dev) continue;
      if (stats.nlink > 1 && !stats.isDirectory()) {
        if (seen.has(stats.ino)) continue;
        seen.add(stats.ino);
      }
      bytes += bytesOf(stats);
      if (stats.isDirectory()) pending.push(below);
    }
  }
  return bytes;
}

function bytesOf({ blocks }: Stats): bigint {
  return BigInt(blocks) * BigInt(BLOCK_BYTES);
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function* entriesOf(path: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(path);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Gone, or become something else. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EACCES" || code === "ELOOP";
}
