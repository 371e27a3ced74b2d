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

/** Warnings that are made of one volume: more do not go into the headers of an answer. */
const MAX_OVERLAPS = 500;
/** Longer paths are those of no file. */
const LONGEST_PATH = 4096;

/** Directories above a path: of `a/b/c` these are `a` and `a/b`. */
function* directoriesAbove(path: string): Generator<string> {
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    yield path.slice(0, slash);
  }
}

/** Each path with those before it that are the same, or lie above it or below, in their order. */
function overlaps(paths: readonly NamedPath[]): string[] {
  const found: string[] = [];
  const earlier: NamedPath[] = [];
  const byPath = new Map<string, number[]>();
  const byDirectory = new Map<string, number[]>();
  for (const { path, source } of paths) {
    const named = { path: path.replace(/\/+$/, ""), source };
    if (named.path === "" || named.path.length > LONGEST_PATH) continue;
    const above = [...directoriesAbove(named.path)];
    const hits = [
      ...(byPath.get(named.path) ?? []),
      ...(byDirectory.get(named.path) ?? []),
      ...above.flatMap((directory) => byPath.get(directory) ?? []),
    ];
    for (const hit of hits.sort((left, right) => left - right)) {
      if (found.length === MAX_OVERLAPS) return found;
      found.push(`${print(named)} with ${print(earlier[hit] as NamedPath)}`);
    }
    const place = earlier.push(named) - 1;
    addTo(byPath, named.path, place);
    for (const directory of above) addTo(byDirectory, directory, place);
  }
  return found;
}

function addTo(map: Map<string, number[]>, key: string, value: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
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
