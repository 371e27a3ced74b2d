import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TemplateEntry } from "./root-layout.ts";

/** What every container's root has, whatever the host's root looks like. */
const DIRECTORIES: readonly (readonly [path: string, mode: number])[] = [
  ["/.pod", 0o711],
  ["/.pod/bin", 0o755],
  ["/.pod/layers", 0o700],
  ["/dev", 0o755],
  ["/dev/mqueue", 0o1777],
  ["/dev/pts", 0o755],
  ["/dev/shm", 0o1777],
  ["/etc", 0o755],
  ["/proc", 0o555],
  ["/run", 0o755],
  ["/run/lock", 0o1777],
  ["/sys", 0o555],
  ["/tmp", 0o1777],
];

const DEVICE_FILES = ["null", "zero", "full", "random", "urandom", "tty"];

const DEVICE_LINKS: readonly (readonly [path: string, target: string])[] = [
  ["/dev/fd", "/proc/self/fd"],
  ["/dev/stdin", "/proc/self/fd/0"],
  ["/dev/stdout", "/proc/self/fd/1"],
  ["/dev/stderr", "/proc/self/fd/2"],
  ["/dev/ptmx", "pts/ptmx"],
];

/** What a layout's own entries do not bring. */
function standardEntries(entries: readonly TemplateEntry[]): readonly TemplateEntry[] {
  const taken = new Set(entries.map(({ path }) => path));
  const owner = { uid: 0, gid: 0 };
  return [
    ...DIRECTORIES.map(([path, mode]) => ({ kind: "directory" as const, path, mode, ...owner })),
    ...DEVICE_FILES.map((name) => ({ kind: "file" as const, path: `/dev/${name}` })),
    ...DEVICE_LINKS.map(([path, target]) => ({ kind: "link" as const, path, target })),
  ].filter(({ path }) => !taken.has(path));
}

/** All entries of a container's temporary file system before anything of its own is in it. */
export function templateEntries(entries: readonly TemplateEntry[]): readonly TemplateEntry[] {
  return [...standardEntries(entries), ...entries].sort((left, right) =>
    left.path < right.path ? -1 : 1,
  );
}

/** Names a template by what is in it. */
export function templateName(entries: readonly TemplateEntry[]): string {
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex").slice(0, 16);
}

/**
 * Makes a directory tree of entries, all or nothing; does nothing where it is there already.
 * @param asRoot - Else everything belongs to the agent, which is root in the container.
 */
export async function writeTemplate(
  directory: string,
  entries: readonly TemplateEntry[],
  asRoot: boolean,
): Promise<void> {
  if (existsSync(directory)) return;
  const fresh = `${directory}.new`;
  await removeTemplate(fresh);
  await mkdir(fresh, { recursive: true, mode: 0o755 });
  for (const entry of entries) await writeEntry(join(fresh, entry.path), entry, asRoot);
  // Modes come last: one may keep its owner, who is no root, from writing.
  for (const entry of entries.toReversed()) {
    if (entry.kind === "directory") await chmod(join(fresh, entry.path), entry.mode);
  }
  await mkdir(dirname(directory), { recursive: true });
  await rename(fresh, directory);
}

async function writeEntry(path: string, entry: TemplateEntry, asRoot: boolean): Promise<void> {
  switch (entry.kind) {
    case "directory":
      await mkdir(path, { recursive: true, mode: 0o755 });
      if (asRoot) await chown(path, entry.uid, entry.gid);
      return;
    case "file":
      await writeFile(path, "", { mode: 0o644 });
      return;
    case "link":
      await symlink(entry.target, path);
      return;
  }
}

/** Removes templates. Directories in them have the modes of the host's, which may keep their owner out. */
export async function removeTemplate(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    // Not what a link leads to.
    if (entry.isDirectory()) await removeTemplate(join(directory, entry.name));
  }
  await rm(directory, { recursive: true });
}
