import { constants, type Stats } from "node:fs";
import { lstat, open, opendir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";

/** Of `st_blocks`, whatever the file system has. */
const BLOCK_BYTES = 512;
const DIRECTORY_ONLY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

interface Entry {
  readonly name: string;
  readonly stats: Stats;
}

/**
 * Bytes of the disk that a directory takes with all that is below it, as `du` counts them: without
 * other file systems that are mounted there, and a file with several names once. What goes meanwhile
 * is left out; no file is opened, and no link is followed. The event loop has its turn after each
 * entry.
 */
export async function diskUsage(path: string, signal: AbortSignal): Promise<bigint> {
  const top = await unlessGone(lstat(path));
  if (top === undefined) return 0n;
  const real = top.isDirectory() ? await unlessGone(realpath(path, "latin1")) : undefined;
  const pending = real === undefined ? [] : [real];
  const seen = new Set<number>();
  let bytes = bytesOf(top);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const directory = next;
    for await (const { name, stats } of entriesOf(directory)) {
      if (signal.aborted) return bytes;
      if (stats.dev !== top.dev) continue;
      if (stats.nlink > 1 && !stats.isDirectory()) {
        if (seen.has(stats.ino)) continue;
        seen.add(stats.ino);
      }
      bytes += bytesOf(stats);
      if (stats.isDirectory()) pending.push(join(directory, name));
    }
  }
  return bytes;
}

function bytesOf({ blocks }: Stats): bigint {
  return BigInt(blocks) * BigInt(BLOCK_BYTES);
}

/**
 * What stands in a directory. Its owner may put a link in its place, or in that of one above it, at
 * any time: what was opened is used only if it is where it was found, and by its descriptor.
 * @param path - without links; bytes as latin1, as names need not be UTF-8
 */
async function* entriesOf(path: string): AsyncGenerator<Entry> {
  try {
    await using handle = await open(bytesOfPath(path), DIRECTORY_ONLY);
    const opened = `/proc/self/fd/${handle.fd}`;
    if ((await readlink(opened, "latin1")) !== path) return;
    for await (const { name } of await opendir(opened, { encoding: "latin1" })) {
      const stats = await unlessGone(lstat(bytesOfPath(join(opened, name))));
      if (stats !== undefined) yield { name, stats };
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function bytesOfPath(path: string): Buffer {
  return Buffer.from(path, "latin1");
}

async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Gone, or become something else. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EACCES" || code === "ELOOP";
}
