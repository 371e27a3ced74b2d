import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Random } from "../runtime/random.ts";

/** A file that replaces another one as a whole, or not at all. */
export interface PrivateFileOptions {
  /** Permission bits, whatever the umask of the process takes away. */
  readonly mode: 0o600 | 0o644;
  /** Whether it must survive a power cut: waits for the disk. */
  readonly durable: boolean;
}

/** @throws what the file system says. The temporary file beside it is new, so it follows no link. */
export function replaceFile(
  path: string,
  text: string,
  random: Random,
  options: PrivateFileOptions,
): void {
  const temporary = `${path}.${random.nameSuffix(10)}.tmp`;
  const file = openSync(temporary, "wx", options.mode);
  try {
    writeSync(file, text);
    if (options.durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  if (options.durable) syncDirectory(dirname(path));
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Text of a file, undefined when there is none. @throws other errors of the file system */
export function readFileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
