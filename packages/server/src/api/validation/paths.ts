/** File system paths in volumes and mounts. @see kubernetes pkg/apis/core/validation/validation.go */
import { type FieldPath, invalidValue } from "../field-error.ts";
import type { FieldErrors } from "./field-checks.ts";

/** No element of the path is `..`. */
export function checkNoBacksteps(target: string, path: FieldPath, errors: FieldErrors): void {
  if (hasBackstep(target)) errors.push(invalidValue(path, target, "must not contain '..'"));
}

export function hasBackstep(target: string): boolean {
  return target.includes("..") && target.split("/").includes("..");
}

/** A path below the directory it is joined to. */
export function checkDescendingPath(target: string, path: FieldPath, errors: FieldErrors): void {
  if (target.startsWith("/")) errors.push(invalidValue(path, target, "must be a relative path"));
  checkNoBacksteps(target, path, errors);
}

/** The same for files that an atomic writer lays down: names that begin with `..` are its own. */
export function checkUnreservedPath(target: string, path: FieldPath, errors: FieldErrors): void {
  checkDescendingPath(target, path, errors);
  if (target.startsWith("..") && !target.startsWith("../")) {
    errors.push(invalidValue(path, target, "must not start with '..'"));
  }
}

/** Permission bits, at most 0777. */
export function checkFileMode(
  mode: number | null | undefined,
  path: FieldPath,
  name: string,
  errors: FieldErrors,
): void {
  if (mode === undefined || mode === null || (mode >= 0 && mode <= 0o777)) return;
  const detail = "must be a number between 0 and 0777 (octal), both inclusive";
  errors.push(invalidValue(path.child(name), mode, detail));
}
