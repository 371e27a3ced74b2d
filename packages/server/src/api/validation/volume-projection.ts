/** Projected volumes: several sources laid into one directory. @see spec of projected volumes, §2.5 */
import { type FieldPath, forbiddenField, invalidValue, required } from "../field-error.ts";
import { checkFieldReference, checkResourceReference, VOLUME_FIELDS } from "./downward-api.ts";
import type { FieldErrors } from "./field-checks.ts";
import { checkFileMode, checkUnreservedPath } from "./paths.ts";
import type {
  DownwardApiFile,
  KeyToPath,
  ProjectedVolume,
  SecretProjection,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from "./volume-shapes.ts";

const TOKEN_MIN_SECONDS = 600;
const TOKEN_MAX_SECONDS = 2 ** 32;

export function checkKeyToPath(item: KeyToPath, path: FieldPath, errors: FieldErrors): void {
  const { key = "", path: target = "" } = item;
  if (key === "") errors.push(required(path.child("key")));
  if (target === "") errors.push(required(path.child("path")));
  checkUnreservedPath(target, path.child("path"), errors);
  checkFileMode(item.mode, path, "mode", errors);
}

/** One file of the downward API; its path is that of the volume, without an index, as upstream's. */
export function checkDownwardFile(
  file: DownwardApiFile,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { path: target = "", fieldRef, resourceFieldRef } = file;
  if (target === "") errors.push(required(path.child("path")));
  checkUnreservedPath(target, path.child("path"), errors);
  if (fieldRef != null) {
    checkFieldReference(fieldRef, VOLUME_FIELDS, path.child("fieldRef"), errors);
    if (resourceFieldRef != null) {
      const detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
      errors.push(invalidValue(path, "resource", detail));
    }
  } else if (resourceFieldRef != null) {
    checkResourceReference(resourceFieldRef, true, path.child("resourceFieldRef"), errors);
  } else errors.push(required(path, "one of fieldRef and resourceFieldRef is required"));
  checkFileMode(file.mode, path, "mode", errors);
}

/** Remembers the files a volume has, and complains of the second one of a name. */
class FileNames {
  readonly #seen = new Set<string>();

  claim(target: string | undefined, shown: string, volume: FieldPath, errors: FieldErrors): void {
    if (target === undefined || target === "") return;
    if (this.#seen.has(target)) {
      errors.push(invalidValue(volume, shown, "conflicting duplicate paths"));
    } else this.#seen.add(target);
  }
}

function checkKeyedSource(
  source: SecretProjection,
  path: FieldPath,
  volume: FieldPath,
  names: FileNames,
  errors: FieldErrors,
): void {
  const { name = "" } = source;
  if (name === "") errors.push(required(path.child("name")));
  source.items?.forEach((item, index) => {
    checkKeyToPath(item, path.child("items").index(index), errors);
    names.claim(item.path, name, volume, errors);
  });
}

function checkTokenSource(
  source: ServiceAccountTokenProjection,
  path: FieldPath,
  volume: FieldPath,
  errors: FieldErrors,
): void {
  const seconds = source.expirationSeconds ?? 0;
  const field = path.child("expirationSeconds");
  if (seconds < TOKEN_MIN_SECONDS) {
    errors.push(invalidValue(field, seconds, "may not specify a duration less than 10 minutes"));
  }
  if (seconds > TOKEN_MAX_SECONDS) {
    const detail = "may not specify a duration larger than 2^32 seconds";
    errors.push(invalidValue(field, seconds, detail));
  }
  // Upstream reports these paths at the volume, not at the source.
  const target = source.path ?? "";
  if (target === "") errors.push(required(volume.child("path")));
  else checkUnreservedPath(target, volume.child("path"), errors);
}

function checkSource(
  source: VolumeProjection,
  path: FieldPath,
  volume: FieldPath,
  names: FileNames,
  errors: FieldErrors,
): void {
  let kinds = 0;
  if (source.secret != null) {
    kinds++;
    checkKeyedSource(source.secret, path.child("secret"), volume, names, errors);
  }
  if (source.configMap != null) {
    kinds++;
    checkKeyedSource(source.configMap, path.child("configMap"), volume, names, errors);
  }
  if (source.downwardAPI != null) {
    kinds++;
    for (const file of source.downwardAPI.items ?? []) {
      checkDownwardFile(file, path.child("downwardAPI"), errors);
      names.claim(file.path, file.path ?? "", volume, errors);
    }
  }
  if (source.serviceAccountToken != null) {
    kinds++;
    checkTokenSource(source.serviceAccountToken, path.child("serviceAccountToken"), volume, errors);
  }
  if (kinds > 1) {
    errors.push(forbiddenField(path, "may not specify more than 1 volume type per source"));
  }
}

export function checkProjectedVolume(
  volume: ProjectedVolume,
  path: FieldPath,
  errors: FieldErrors,
): void {
  checkFileMode(volume.defaultMode, path, "defaultMode", errors);
  const names = new FileNames();
  volume.sources?.forEach((source, index) => {
    checkSource(source, path.child("sources").index(index), path, names, errors);
  });
}
