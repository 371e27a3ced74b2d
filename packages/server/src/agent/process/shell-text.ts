import { RuntimeError } from "../pod-runtime.ts";

/** A word that a POSIX shell takes literally. @throws RuntimeError `start-failed`: a zero byte ends any text */
export function quote(text: string): string {
  if (text.includes("\0")) throw new RuntimeError("start-failed", "invalid argument: a zero byte");
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Words, each taken literally. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
