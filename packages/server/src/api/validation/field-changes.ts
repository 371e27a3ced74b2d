/** Says which fields of an object changed, for errors that would otherwise only say that some did. */
import { semanticEqual } from "./equality.ts";

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function print(value: unknown): string {
  return value === undefined ? "null" : JSON.stringify(value);
}

function collect(old: unknown, now: unknown, path: string, field: string, lines: string[]): void {
  if (semanticEqual(old, now, field)) return;
  if (isMap(old) && isMap(now)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      collect(old[key], now[key], path === "" ? key : `${path}.${key}`, key, lines);
    }
    return;
  }
  if (Array.isArray(old) && Array.isArray(now) && old.length === now.length) {
    now.forEach((item: unknown, index) => {
      collect(old[index], item, `${path}[${index}]`, "[]", lines);
    });
    return;
  }
  lines.push(`- ${path}: ${print(old)}`, `+ ${path}: ${print(now)}`);
}

/** One line for each value that went and one for each that came, with their paths below the object. */
export function describeChanges(old: unknown, now: unknown): string {
  const lines: string[] = [];
  collect(old, now, "", "", lines);
  return lines.map((line) => `${line}\n`).join("");
}
