import { posix } from "node:path";
import type { Pod } from "../../api/types.ts";

/**
 * Directories, relative to a volume, on which containers mount other volumes: of one that is mounted
 * on `/a` beside another on `/a/b/c` it is `b/c`. A volume that is read only for containers must have
 * them. What lies within such a directory is not this volume's matter.
 * @throws Error for a mount path that leads out of the container
 * @see kubernetes pkg/volume/util/nested_volumes.go
 */
export function nestedMountPoints(volume: string, { spec }: Readonly<Pod>): readonly string[] {
  const containers = [
    ...(spec?.initContainers ?? []),
    ...(spec?.containers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ];
  const found = new Set<string>();
  for (const { volumeMounts } of containers) {
    const mounts = (volumeMounts ?? []).map(({ name, mountPath }) => ({
      name,
      path: posix.normalize(mountPath).replace(/(?<=.)\/$/, ""),
    }));
    const paths = mounts.map(({ path }) => path).sort();
    for (const { name, path } of mounts) {
      if (name !== volume) continue;
      if (path.startsWith("../")) throw new Error(`invalid container mount point ${path}`);
      for (const nested of outermostBelow(path, paths)) found.add(nested);
    }
  }
  return [...found];
}

function outermostBelow(path: string, sorted: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const other of sorted) {
    if (!other.startsWith(`${path}/`)) continue;
    const nested = other.slice(path.length + 1);
    if (!found.some((outer) => nested.startsWith(`${outer}/`))) found.push(nested);
  }
  return found;
}
