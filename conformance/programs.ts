import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** A kubectl binary and the version it says it has. */
export interface Kubectl {
  readonly path: string;
  /** `1.33` */
  readonly version: string;
  /** 33 */
  readonly minor: number;
}

/** The first program of that name on PATH. */
export function findProgram(name: string): string | undefined {
  return pathFolders()
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/**
 * Every kubectl at hand, one per minor version, oldest first: the given ones, `kubectl.1.NN` beside
 * the binary that `kubectl` leads to, and `kubectl` and `kubectl-1.NN` of every folder on PATH.
 */
export function findKubectls(given: readonly string[]): readonly Kubectl[] {
  const found = new Map<number, Kubectl>();
  for (const path of [...given, ...versionedSiblings(), ...onPath()]) {
    const kubectl = identify(path);
    if (kubectl !== undefined && !found.has(kubectl.minor)) found.set(kubectl.minor, kubectl);
  }
  return [...found.values()].sort((one, other) => one.minor - other.minor);
}

function versionedSiblings(): readonly string[] {
  const main = findProgram("kubectl");
  if (main === undefined) return [];
  const folder = dirname(realpathSync(main));
  return matching(folder, /^kubectl\.1\.\d+$/);
}

function onPath(): readonly string[] {
  return pathFolders().flatMap((folder) => matching(folder, /^kubectl(-1\.\d+)?$/));
}

function matching(folder: string, name: RegExp): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((each) => name.test(each))
    .map((each) => join(folder, each));
}

function pathFolders(): readonly string[] {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
}

function identify(path: string): Kubectl | undefined {
  try {
    const text = execFileSync(path, ["version", "--client", "-o", "json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { clientVersion } = JSON.parse(text) as { clientVersion: { minor: string } };
    const minor = Number.parseInt(clientVersion.minor, 10);
    return { path, version: `1.${minor}`, minor };
  } catch {
    return undefined;
  }
}
