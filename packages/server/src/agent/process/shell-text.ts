import { RuntimeError } from "../pod-runtime.ts";

/** It ends any text, and so no process can be given one. */
export const ZERO_BYTE = "invalid argument: a zero byte";

/** A word that a POSIX shell takes literally. @throws RuntimeError `start-failed` for one with a zero byte */
export function quote(text: string): string {
  if (text.includes("\0")) throw new RuntimeError("start-failed", ZERO_BYTE);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Words, each taken literally. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
