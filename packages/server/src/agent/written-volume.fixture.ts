import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { FileProjection, Payload } from "./volumes/payload.ts";

/** A directory of its own for one test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "countersign-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** `{ "a/b": "text" }` as a payload of files with mode 0644. */
export function payloadOf(files: Readonly<Record<string, string>>, mode = 0o644): Payload {
  return new Map(
    Object.entries(files).map(([path, text]): [string, FileProjection] => [
      path,
      { data: Buffer.from(text), mode },
    ]),
  );
}

/** What a container sees in a volume: every file by its path, links followed, `..` left out. */
export function visibleFiles(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (path: string): void => {
    for (const name of readdirSync(join(root, path)).sort()) {
      if (path === "" && name.startsWith("..")) continue;
      const inner = path === "" ? name : `${path}/${name}`;
      if (statSync(join(root, inner)).isDirectory()) visit(inner);
      else found[inner] = readFileSync(join(root, inner), "utf8");
    }
  };
  visit("");
  return found;
}

/** Every entry of a directory: `token → ..data/token`, names of generations masked. */
export function layoutOf(root: string): readonly string[] {
  const mask = (text: string): string => text.replace(/\.\.\d{4}_[\d_]+\.\d+/, "GENERATION");
  return readdirSync(root)
    .map((name) =>
      lstatSync(join(root, name)).isSymbolicLink()
        ? `${mask(name)} → ${mask(readlinkSync(join(root, name)))}`
        : mask(name),
    )
    .sort();
}

/** The permission bits of a path, links not followed. */
export function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o7777).toString(8).padStart(4, "0");
}
