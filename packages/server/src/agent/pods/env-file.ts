import { constants } from "node:fs";
import { open, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { isWithin } from "../volumes/path-within.ts";

/** Larger files are refused: they are no list of variables. */
const MAX_BYTES = 1024 * 1024;

/**
 * The value of a variable in a file of a volume; empty where the file does not name it.
 * @param path - Relative to the volume; links may not lead out of it.
 * @throws Error for a file that cannot be read, is damaged, or lies elsewhere
 * @see kubernetes pkg/kubelet/util/env/env_util.go
 */
export async function readEnvFile(volume: string, path: string, key: string): Promise<string> {
  const root = await realpath(volume);
  const file = await open(join(root, path), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // What has been opened, whatever the path leads to by now: containers may write to the volume.
    const opened = await readlink(`/proc/self/fd/${file.fd}`);
    if (!isWithin(root, opened)) throw new Error("leads out of the volume");
    const state = await file.stat();
    if (!state.isFile() || state.size > MAX_BYTES) throw new Error("is no list of variables");
    return parseEnvFile(await file.readFile("utf8"), key);
  } finally {
    await file.close();
  }
}

/**
 * The value of a variable in a text of lines `NAME='value'`; empty where it is not named. Values stand
 * in single quotes, within which nothing has a meaning and lines may end.
 * @throws Error for a text of another form, up to the variable
 */
export function parseEnvFile(text: string, key: string): string {
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] ?? "").replace(/^[ \t]+/, "");
    if (line === "" || line.startsWith("#")) continue;
    const { name, rest } = splitLine(line, index + 1);
    // As in a shell, a space after the sign means that the value is empty.
    if (/^[ \t]/.test(rest)) {
      if (name === key) return "";
      continue;
    }
    if (!rest.startsWith("'")) throw invalid(index + 1, "value must be enclosed in single quotes");
    const quoted = readQuoted(lines, index, rest.slice(1));
    if (name === key) return quoted.value;
    index = quoted.lastIndex;
  }
  return "";
}

function invalid(line: number, what: string): Error {
  return new Error(`invalid environment variable format at line ${line}: ${what}`);
}

function splitLine(line: string, number: number): { readonly name: string; readonly rest: string } {
  const sign = line.indexOf("=");
  if (sign < 0) throw invalid(number, "missing '='");
  const name = line.slice(0, sign);
  if (name.trim() === "") throw invalid(number, "empty variable name");
  if (/[ \t]$/.test(name)) throw invalid(number, "whitespace before '=' is not allowed");
  return { name, rest: line.slice(sign + 1) };
}

function readQuoted(
  lines: readonly string[],
  firstIndex: number,
  first: string,
): { readonly value: string; readonly lastIndex: number } {
  const parts: string[] = [];
  for (let index = firstIndex; index < lines.length; index++) {
    const part = index === firstIndex ? first : (lines[index] ?? "");
    const end = part.indexOf("'");
    if (end < 0) {
      parts.push(part);
      continue;
    }
    const after = part.slice(end + 1).replace(/^[ \t]+/, "");
    if (after !== "" && !after.startsWith("#")) {
      throw invalid(index + 1, "unexpected content after closing quote");
    }
    return { value: [...parts, part.slice(0, end)].join("\n"), lastIndex: index };
  }
  throw new Error(
    `invalid environment variable format starting at line ${firstIndex + 1}: unclosed single quote`,
  );
}
