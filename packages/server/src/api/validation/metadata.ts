/**
 * Validation of `metadata`, which all kinds share; the registry calls it, strategies do not.
 * @see apimachinery pkg/api/validation/objectmeta.go, kubernetes pkg/apis/core/validation/validation.go
 */
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  required,
  root,
  tooLong,
} from "../field-error.ts";
import type { ManagedFieldsEntry, ObjectMeta } from "../types.ts";
import { checkComplaints, type FieldErrors } from "./field-checks.ts";
import {
  labelValueComplaints,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  qualifiedNameComplaints,
  utf8Length,
} from "./names.ts";

/** 256 KiB: all keys and values of the annotations together. */
const ANNOTATIONS_MAX_BYTES = 256 * 1024;
const FIELD_MANAGER_MAX_BYTES = 128;
const SUBRESOURCE_MAX_BYTES = 256;
const STANDARD_FINALIZERS: ReadonlySet<string> = new Set([
  "kubernetes",
  "orphan",
  "foregroundDeletion",
]);
export const METADATA: FieldPath = root("metadata");

/** Complaints about a name, or about a prefix of one. */
export type NameValidator = (name: string, prefix: boolean) => readonly string[];

export interface MetadataRules {
  readonly namespaced: boolean;
  /** A DNS subdomain when absent. */
  readonly validateName?: NameValidator | undefined;
  /**
   * Built-in kinds refuse finalizers that are neither qualified nor standard; custom resources only
   * warn. Default true.
   */
  readonly checkFinalizerNames?: boolean;
}

type Labels = Readonly<Record<string, string>> | null | undefined;

/** Keys and values of labels, or of a map of labels such as a node selector. */
export function checkLabels(labels: Labels, path: FieldPath, errors: FieldErrors): void {
  if (labels === undefined || labels === null) return;
  for (const key in labels) {
    const keyComplaints = qualifiedNameComplaints(key);
    if (keyComplaints.length > 0) checkComplaints(key, keyComplaints, path, errors);
    const value = labels[key] ?? "";
    const valueComplaints = labelValueComplaints(value);
    if (valueComplaints.length > 0) checkComplaints(value, valueComplaints, path, errors);
  }
}

/** Keys of annotations, whatever their case, and the size of all. */
export function checkAnnotations(annotations: Labels, path: FieldPath, errors: FieldErrors): void {
  if (annotations === undefined || annotations === null) return;
  let bytes = 0;
  for (const key in annotations) {
    const complaints = qualifiedNameComplaints(key.toLowerCase());
    if (complaints.length > 0) checkComplaints(key, complaints, path, errors);
    bytes += utf8Length(key) + utf8Length(annotations[key] ?? "");
  }
  if (bytes > ANNOTATIONS_MAX_BYTES) errors.push(tooLong(path, ANNOTATIONS_MAX_BYTES));
}

/** Each on its own, and that one of them controls at most. */
export function checkOwnerReferences(
  references: ObjectMeta["ownerReferences"],
  path: FieldPath,
  errors: FieldErrors,
): void {
  let controller = "";
  for (const reference of references ?? []) {
    const { apiVersion = "", kind = "", name = "", uid = "" } = reference;
    const slash = apiVersion.indexOf("/");
    const version = apiVersion.slice(slash + 1);
    if (version === "" || apiVersion.indexOf("/", slash + 1) > slash) {
      errors.push(invalidValue(path.child("apiVersion"), apiVersion, "version must not be empty"));
    }
    for (const [field, value] of [
      ["kind", kind] as const,
      ["name", name] as const,
      ["uid", uid] as const,
    ]) {
      if (value === "") errors.push(invalidValue(path.child(field), value, "must not be empty"));
    }
    if (apiVersion === "v1" && kind === "Event") {
      errors.push(
        invalidValue(
          path,
          { apiVersion, kind, name, uid, ...optionalFlags(reference) },
          "/v1, Kind=Event is disallowed from being an owner",
        ),
      );
    }
    if (reference.controller !== true) continue;
    const current = `${kind}/${name}`;
    if (controller !== "") {
      errors.push(
        invalidValue(
          path,
          references,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`,
        ),
      );
    } else controller = current;
  }
}

type OwnerReference = NonNullable<ObjectMeta["ownerReferences"]>[number];

function optionalFlags(reference: OwnerReference): Partial<OwnerReference> {
  const { controller, blockOwnerDeletion } = reference;
  return {
    ...(controller === undefined ? {} : { controller }),
    ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion }),
  };
}

/** A finalizer of a built-in kind is qualified, or one of the three that Kubernetes owns. */
export function checkStandardFinalizer(name: string, path: FieldPath, errors: FieldErrors): void {
  if (name.includes("/") || STANDARD_FINALIZERS.has(name)) return;
  const detail = "name is neither a standard finalizer name nor is it fully qualified";
  errors.push(invalidValue(path, name, detail));
}

/** Names of finalizers, and the two that contradict each other. */
function checkFinalizers(
  finalizers: readonly string[] | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (finalizers === undefined || finalizers === null || finalizers.length === 0) return;
  for (const name of finalizers) {
    checkComplaints(name, qualifiedNameComplaints(name), path, errors);
  }
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    const detail = "finalizer orphan and foregroundDeletion cannot be both set";
    errors.push(invalidValue(path, finalizers, detail));
  }
}

/** @see kubernetes pkg/apis/core/validation/validation.go (ValidateObjectMeta) */
export function checkStandardFinalizers(
  meta: ObjectMeta,
  path: FieldPath,
  errors: FieldErrors,
): void {
  meta.finalizers?.forEach((name, index) => {
    checkStandardFinalizer(name, path.child("finalizers").index(index), errors);
  });
}

/** The name of a field manager, in `managedFields` and in the options of a write. */
export function checkFieldManager(manager: string, path: FieldPath, errors: FieldErrors): void {
  if (utf8Length(manager) > FIELD_MANAGER_MAX_BYTES) {
    errors.push(tooLong(path, FIELD_MANAGER_MAX_BYTES));
  }
  let position = 0;
  for (const character of manager) {
    // Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols, and the plain space.
    if (character !== " " && !/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      const detail = `invalid character U+${code} (at position ${position})`;
      errors.push(invalidValue(path, manager, detail));
    }
    position += utf8Length(character);
  }
}

/** Operations, managers and subresources that entries name. */
export function checkManagedFields(
  entries: readonly ManagedFieldsEntry[] | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (entries === undefined || entries === null) return;
  for (const [index, entry] of entries.entries()) {
    const { operation = "", fieldsType = "", manager = "", subresource = "" } = entry;
    if (operation !== "Apply" && operation !== "Update") {
      const detail = "must be `Apply` or `Update`";
      errors.push(invalidValue(path.index(index).child("operation"), operation, detail));
    }
    if (fieldsType !== "" && fieldsType !== "FieldsV1") {
      const field = path.index(index).child("fieldsType");
      errors.push(invalidValue(field, fieldsType, "must be `FieldsV1`"));
    }
    if (manager !== "") checkFieldManager(manager, path.index(index).child("manager"), errors);
    if (utf8Length(subresource) > SUBRESOURCE_MAX_BYTES) {
      errors.push(tooLong(path.index(index).child("subresource"), SUBRESOURCE_MAX_BYTES));
    }
  }
}

function checkNamespace(
  meta: ObjectMeta,
  namespaced: boolean,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const namespace = meta.namespace ?? "";
  if (!namespaced) {
    if (namespace !== "") {
      errors.push(forbiddenField(path.child("namespace"), "not allowed on this type"));
    }
  } else if (namespace === "") errors.push(required(path.child("namespace")));
  else {
    const complaints = nameIsDnsLabel(namespace, false);
    if (complaints.length > 0)
      checkComplaints(namespace, complaints, path.child("namespace"), errors);
  }
}

/** Everything about metadata that does not depend on an older version, names of finalizers aside. */
export function checkObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  validateName: NameValidator,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { name = "", generateName = "", generation } = meta;
  if (generateName !== "") {
    const complaints = validateName(generateName, true);
    checkComplaints(generateName, complaints, path.child("generateName"), errors);
  }
  if (name === "") errors.push(required(path.child("name"), "name or generateName is required"));
  else {
    const complaints = validateName(name, false);
    if (complaints.length > 0) checkComplaints(name, complaints, path.child("name"), errors);
  }
  checkNamespace(meta, namespaced, path, errors);
  if (generation !== undefined && generation < 0) {
    const detail = "must be greater than or equal to 0";
    errors.push(invalidValue(path.child("generation"), generation, detail));
  }
  if (meta.labels) checkLabels(meta.labels, path.child("labels"), errors);
  if (meta.annotations) checkAnnotations(meta.annotations, path.child("annotations"), errors);
  if (meta.ownerReferences) {
    checkOwnerReferences(meta.ownerReferences, path.child("ownerReferences"), errors);
  }
  if (meta.finalizers) checkFinalizers(meta.finalizers, path.child("finalizers"), errors);
  if (meta.managedFields)
    checkManagedFields(meta.managedFields, path.child("managedFields"), errors);
}

/** Metadata of a new object: what the registry reports before the kind's own errors. */
export function validateObjectMeta(meta: ObjectMeta, rules: MetadataRules): FieldError[] {
  const errors: FieldErrors = [];
  const validateName = rules.validateName ?? nameIsDnsSubdomain;
  checkObjectMeta(meta, rules.namespaced, validateName, METADATA, errors);
  if (rules.checkFinalizerNames !== false) checkStandardFinalizers(meta, METADATA, errors);
  return errors;
}
