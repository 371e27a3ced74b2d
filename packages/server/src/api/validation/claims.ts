/** Persistent volume claims, by themselves and as templates in pods. */
import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from "../field-error.ts";
import type { ObjectMeta } from "../types.ts";
import { signOf } from "./amounts.ts";
import { checkComplaints, type FieldErrors } from "./field-checks.ts";
import { checkAnnotations, checkLabels } from "./metadata.ts";
import { dnsSubdomainComplaints, nameIsDnsLabel, nameIsDnsSubdomain } from "./names.ts";
import { checkLabelSelector } from "./selectors.ts";
import type { ClaimSpec, ClaimTemplate, DataSource } from "./volume-shapes.ts";

/** Ways to mount a volume, sorted as they are printed. */
export const ACCESS_MODES: readonly string[] = [
  "ReadOnlyMany",
  "ReadWriteMany",
  "ReadWriteOnce",
  "ReadWriteOncePod",
];
export const VOLUME_MODES: readonly string[] = ["Block", "Filesystem"];

export interface ClaimOptions {
  /** The stored claim has a source already; then its group is not judged again. */
  readonly allowAnyGroup?: boolean;
}

export function checkAccessModes(
  modes: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  let single = false;
  let others = false;
  for (const mode of modes) {
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(path, mode, ACCESS_MODES));
    else if (mode === "ReadWriteOncePod") single = true;
    else others = true;
  }
  if (single && others) {
    errors.push(forbiddenField(path, "may not use ReadWriteOncePod with other access modes"));
  }
}

function checkStorageRequest(spec: ClaimSpec, path: FieldPath, errors: FieldErrors): void {
  const storage = spec.resources?.requests?.storage;
  const field = path.child("resources").key("storage");
  if (storage === undefined) errors.push(required(field));
  else if (signOf(storage) <= 0) {
    errors.push(invalidValue(field, String(storage), "must be greater than zero"));
  }
}

function checkDataSource(
  source: DataSource,
  path: FieldPath,
  options: ClaimOptions,
  errors: FieldErrors,
): void {
  const { name = "", kind = "" } = source;
  // Both can be null: they are pointers that are always written.
  const apiGroup = source.apiGroup ?? "";
  const namespace = source.namespace ?? "";
  if (name === "") errors.push(required(path.child("name")));
  if (kind === "") errors.push(required(path.child("kind")));
  if (apiGroup === "" && kind !== "PersistentVolumeClaim") {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalidValue(path, kind, detail));
  }
  if (apiGroup !== "" && options.allowAnyGroup !== true) {
    checkComplaints(apiGroup, dnsSubdomainComplaints(apiGroup), path.child("apiGroup"), errors);
  }
  if (namespace !== "") {
    const complaints = nameIsDnsLabel(namespace, false);
    checkComplaints(namespace, complaints, path.child("namespace"), errors);
  }
}

function sameSource(left: DataSource, right: DataSource): boolean {
  return (
    (left.apiGroup ?? null) === (right.apiGroup ?? null) &&
    left.kind === right.kind &&
    left.name === right.name
  );
}

/** A class by name; an empty name is a class of its own: none. */
export function checkClassName(
  name: string | undefined,
  path: FieldPath,
  field: string,
  errors: FieldErrors,
): void {
  if (name == null || name === "") return;
  checkComplaints(name, nameIsDnsSubdomain(name, false), path.child(field), errors);
}

export function checkClaimSpec(
  spec: ClaimSpec,
  path: FieldPath,
  errors: FieldErrors,
  options: ClaimOptions = {},
): void {
  const modes = spec.accessModes ?? [];
  const modesPath = path.child("accessModes");
  if (modes.length === 0) errors.push(required(modesPath, "at least 1 access mode is required"));
  checkLabelSelector(spec.selector, path.child("selector"), errors);
  checkAccessModes(modes, modesPath, errors);
  checkStorageRequest(spec, path, errors);
  checkClassName(spec.storageClassName, path, "storageClassName", errors);
  const { volumeMode, dataSource, dataSourceRef } = spec;
  if (volumeMode != null && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported(path.child("volumeMode"), volumeMode, VOLUME_MODES));
  }
  if (dataSource != null) checkDataSource(dataSource, path.child("dataSource"), options, errors);
  if (dataSourceRef != null) {
    checkDataSource(dataSourceRef, path.child("dataSourceRef"), options, errors);
  }
  // The value upstream prints here is a path, which is an empty object in JSON.
  if ((dataSourceRef?.namespace ?? "") !== "") {
    if (dataSource != null) {
      const detail = "may not be specified when dataSourceRef.namespace is specified";
      errors.push(invalidValue(path, {}, detail));
    }
  } else if (
    dataSource != null &&
    dataSourceRef != null &&
    !sameSource(dataSource, dataSourceRef)
  ) {
    errors.push(invalidValue(path, {}, "must match dataSourceRef"));
  }
  checkClassName(spec.volumeAttributesClassName, path, "volumeAttributesClassName", errors);
}

/** A template of a claim: its metadata holds labels and annotations and nothing else. */
export function checkClaimTemplate(
  template: ClaimTemplate,
  path: FieldPath,
  errors: FieldErrors,
): void {
  checkTemplateMetadata(template.metadata, path.child("metadata"), errors);
  checkClaimSpec(template.spec ?? {}, path.child("spec"), errors);
}

/** Of what a template makes: labels and annotations, and nothing else. */
export function checkTemplateMetadata(
  metadata: ObjectMeta | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  checkAnnotations(metadata?.annotations, path.child("annotations"), errors);
  checkLabels(metadata?.labels, path.child("labels"), errors);
  for (const [name, value] of Object.entries(metadata ?? {})) {
    if (name === "labels" || name === "annotations" || value == null || value === "") continue;
    // Upstream makes the name of Go's.
    const shown = name === "uid" ? "uID" : name;
    errors.push(forbiddenField(path.child(shown), "cannot be set"));
  }
}
