import { readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** Which kubectls the committed file is about: the oldest, one in the middle, the newest. */
export const CI_VERSIONS: readonly string[] = ["1.27", "1.30", "1.33"];

/** Versions found where `kubectl.py` looks: `kubectl.1.NN` beside the one that `kubectl` links to. */
export function installedVersions(named: readonly string[]): readonly string[] {
  const versions = new Set(named.map((each) => each.split("=")[0] ?? ""));
  const kubectl = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "kubectl"))
    .find(exists);
  const beside = kubectl === undefined ? [] : readdirSync(dirname(realpathSync(kubectl)));
  for (const file of beside) {
    const match = /^kubectl\.(\d+\.\d+)$/.exec(file);
    if (match?.[1] !== undefined) versions.add(match[1]);
  }
  return [...versions].sort((a, b) => minor(a) - minor(b));
}

function exists(path: string): boolean {
  try {
    realpathSync(path);
    return true;
  } catch {
    return false;
  }
}

function minor(version: string): number {
  return Number(version.split(".")[1]);
}
