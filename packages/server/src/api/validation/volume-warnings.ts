/** Files of a volume that lie on top of each other. @see kubernetes pkg/api/pod/warnings.go */
import type { Volume, VolumeProjection } from "./volume-shapes.ts";

interface NamedPath {
  readonly path: string;
  readonly source: string;
}

function print({ path, source }: NamedPath): string {
  return source === "" ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`;
}

function pathsOf(items: readonly { path?: string }[] | undefined, source: string): NamedPath[] {
  return (items ?? []).map(({ path = "" }) => ({ path, source }));
}

function overlap(left: string, right: string): boolean {
  return `${left}/`.startsWith(`${right}/`) || `${right}/`.startsWith(`${left}/`);
}

function overlaps(paths: readonly NamedPath[]): string[] {
  const found: string[] = [];
  const earlier: NamedPath[] = [];
  for (const { path, source } of paths) {
    const named = { path: path.replace(/\/+$/, ""), source };
    for (const other of earlier) {
      if (named.path === "" || other.path === "" || !overlap(named.path, other.path)) continue;
      found.push(`${print(named)} with ${print(other)}`);
    }
    earlier.push(named);
  }
  return found;
}

function projectedPaths(source: VolumeProjection): NamedPath[] {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap?.items != null) {
    return pathsOf(configMap.items, `ConfigMap ${JSON.stringify(configMap.name ?? "")}`);
  }
  if (secret?.items != null) {
    return pathsOf(secret.items, `Secret ${JSON.stringify(secret.name ?? "")}`);
  }
  if (downwardAPI?.items != null) return pathsOf(downwardAPI.items, "DownwardAPI");
  if (serviceAccountToken == null) return [];
  return [{ path: serviceAccountToken.path ?? "", source: "ServiceAccountToken" }];
}

function volumeOverlaps(volume: Volume): readonly (readonly [string, string])[] {
  const { configMap, secret, downwardAPI, projected } = volume;
  const found: [string, string][] = [];
  const add = (what: string, paths: readonly NamedPath[]) => {
    for (const text of overlaps(paths)) found.push([what, text]);
  };
  if (configMap?.items != null) {
    add(`ConfigMap ${JSON.stringify(configMap.name ?? "")}`, pathsOf(configMap.items, ""));
  }
  if (secret?.items != null) {
    add(`Secret ${JSON.stringify(secret.secretName ?? "")}`, pathsOf(secret.items, ""));
  }
  if (downwardAPI?.items != null) add("DownwardAPI", pathsOf(downwardAPI.items, ""));
  if (projected != null) add("Projected", (projected.sources ?? []).flatMap(projectedPaths));
  return found;
}

export function overlappingPathWarnings(volumes: readonly Volume[]): string[] {
  const warnings: string[] = [];
  for (const volume of volumes) {
    const name = JSON.stringify(volume.name ?? "");
    for (const source of volume.projected?.sources ?? []) {
      if (Object.values(source).every((kind) => kind == null)) {
        warnings.push(`volume ${name} (Projected) has no sources provided`);
      }
    }
    for (const [what, text] of volumeOverlaps(volume)) {
      warnings.push(`volume ${name} (${what}): overlapping paths: ${text}`);
    }
  }
  return warnings;
}
