/** @see kubernetes pkg/registry/core/namespace/strategy.go */
import { type FieldError, type FieldPath, invalidValue, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { checkComplaints, type FieldErrors } from "../../api/validation/field-checks.ts";
import { checkStandardFinalizer } from "../../api/validation/metadata.ts";
import { nameIsDnsLabel, qualifiedNameComplaints } from "../../api/validation/names.ts";
import type { Strategy } from "../strategy.ts";

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string };
}

/** Always the namespace's own name, so that selectors can choose namespaces by name. */
const NAME_LABEL = "kubernetes.io/metadata.name";
/** Holds a namespace until the controller has emptied it. */
const FINALIZER = "kubernetes";
const FINALIZERS = root("spec", "finalizers");

function labelWithName(namespace: KubeObject): void {
  const { metadata } = namespace;
  if (metadata.name === undefined || metadata.name === "") return;
  metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
}

function applyDefaults(object: KubeObject): void {
  const namespace = object as Namespace;
  labelWithName(namespace);
  namespace.spec ??= {};
  namespace.status ??= {};
  namespace.status.phase ||= "Active";
}

function prepareForCreate(object: KubeObject): void {
  const namespace = object as Namespace;
  // Once more: a generated name was not there yet when defaults were set.
  labelWithName(namespace);
  namespace.status = { phase: "Active" };
  const finalizers = namespace.spec?.finalizers ?? [];
  if (finalizers.includes(FINALIZER)) return;
  namespace.spec = { ...namespace.spec, finalizers: [...finalizers, FINALIZER] };
}

function checkFinalizer(name: string, path: FieldPath, errors: FieldErrors): void {
  checkComplaints(name, qualifiedNameComplaints(name), path, errors);
  checkStandardFinalizer(name, path, errors);
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  for (const name of (object as Namespace).spec?.finalizers ?? []) {
    checkFinalizer(name, FINALIZERS, errors);
  }
  return errors;
}

function validateStatus(object: KubeObject): FieldError[] {
  const { metadata, status } = object as Namespace;
  const deleted = metadata.deletionTimestamp != null;
  const phase = status?.phase ?? "";
  if (phase === (deleted ? "Terminating" : "Active")) return [];
  const detail = deleted
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  return [invalidValue(root("status", "Phase"), phase, detail)];
}

function validateFinalize(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  (object as Namespace).spec?.finalizers?.forEach((name, index) => {
    checkFinalizer(name, FINALIZERS.index(index), errors);
  });
  return errors;
}

/** Takes over members of the stored object that this endpoint does not change. */
function keep(
  ...members: readonly ("spec" | "status")[]
): (object: KubeObject, old: KubeObject) => void {
  return (object, old) => {
    for (const member of members) object[member] = old[member];
    labelWithName(object);
  };
}

export const namespacesStrategy: Strategy = {
  group: "",
  resource: "namespaces",
  validateName: nameIsDnsLabel,
  answersDeletedObject: true,
  defaults: applyDefaults,
  prepareForCreate,
  validateCreate: validate,
  // The specification has nothing but finalizers, which only `finalize` changes.
  prepareForUpdate: keep("spec", "status"),
  validateUpdate: validate,
  resetFields: [["status"]],
  selectableFields: (object) => ({ "status.phase": (object as Namespace).status?.phase ?? "" }),
  subresources: {
    status: {
      prepareForUpdate: keep("spec"),
      validateUpdate: validateStatus,
      resetFields: [["spec"]],
    },
    finalize: {
      prepareForUpdate: keep("status"),
      validateUpdate: validateFinalize,
      resetFields: [["status"]],
    },
  },
};
