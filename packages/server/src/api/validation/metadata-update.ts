/**
 * Validation of `metadata` in updates, which all kinds share; the registry calls it.
 * @see apimachinery pkg/api/validation/objectmeta.go, apiserver pkg/registry/rest/update.go
 */
import { type FieldError, forbiddenField, invalidValue } from "../field-error.ts";
import type { ObjectMeta } from "../types.ts";
import { semanticEqual } from "./equality.ts";
import { type FieldErrors, IMMUTABLE } from "./field-checks.ts";
import {
  checkAnnotations,
  checkLabels,
  checkManagedFields,
  checkObjectMeta,
  checkOwnerReferences,
  checkStandardFinalizers,
  METADATA,
} from "./metadata.ts";
import { pathSegmentComplaints } from "./names.ts";

const IMMUTABLE_FIELDS = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

function checkObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, errors: FieldErrors): void {
  if (old.deletionTimestamp) checkNoNewFinalizers(meta, old, errors);
  const { resourceVersion = "", generation = 0 } = meta;
  if (resourceVersion === "") {
    const field = METADATA.child("resourceVersion");
    errors.push(invalidValue(field, resourceVersion, "must be specified for an update"));
  }
  if (generation < (old.generation ?? 0)) {
    errors.push(invalidValue(METADATA.child("generation"), generation, "must not be decremented"));
  }
  for (const field of IMMUTABLE_FIELDS) {
    const value = meta[field];
    const before = old[field];
    if (value !== before && !semanticEqual(value, before)) {
      const shown =
        value ?? (field === "name" || field === "namespace" || field === "uid" ? "" : null);
      errors.push(invalidValue(METADATA.child(field), shown, IMMUTABLE));
    }
  }
  if (meta.labels) checkLabels(meta.labels, METADATA.child("labels"), errors);
  if (meta.annotations) checkAnnotations(meta.annotations, METADATA.child("annotations"), errors);
  if (meta.ownerReferences) {
    checkOwnerReferences(meta.ownerReferences, METADATA.child("ownerReferences"), errors);
  }
  if (meta.managedFields) {
    checkManagedFields(meta.managedFields, METADATA.child("managedFields"), errors);
  }
}

function checkNoNewFinalizers(meta: ObjectMeta, old: ObjectMeta, errors: FieldErrors): void {
  const added = new Set(meta.finalizers ?? []).difference(new Set(old.finalizers ?? []));
  if (added.size === 0) return;
  const list = [...added]
    .sort()
    .map((name) => JSON.stringify(name))
    .join(", ");
  errors.push(
    forbiddenField(
      METADATA.child("finalizers"),
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  );
}

/** What must not change in an update, and what of the rest upstream looks at with it. */
export function validateObjectMetaChange(
  meta: ObjectMeta,
  old: ObjectMeta,
  checkFinalizerNames: boolean,
): FieldError[] {
  const errors: FieldErrors = [];
  checkObjectMetaUpdate(meta, old, errors);
  if (checkFinalizerNames) checkStandardFinalizers(meta, METADATA, errors);
  return errors;
}

/** What the registry looks at in every update, before a kind's own rules do. */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors: FieldErrors = [];
  const namespaced = (old.namespace ?? "") !== "";
  checkObjectMeta(meta, namespaced, pathSegmentComplaints, METADATA, errors);
  checkObjectMetaUpdate(meta, old, errors);
  return errors;
}
