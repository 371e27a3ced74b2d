/** @see kubernetes pkg/registry/core/namespace/strategy.go */
import { type FieldError, type FieldPath, invalidValue, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { checkComplaints, type FieldErrors } from "../../api/validation/field-checks.ts";
import { checkStandardFinalizer } from "../../api/validation/metadata.ts";
import { nameIsDnsLabel, qualifiedNameComplaints } from "../../api/validation/names.ts";
import { formatTime } from "../../runtime/clock.ts";
import { FINALIZER_FOREGROUND, FINALIZER_ORPHAN, type Propagation } from "../finalizers.ts";
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

/** Finalizers that say what is to become of dependents, as a namespace understands a DELETE. */
function propagationFinalizers(
  before: readonly string[],
  { orphanDependents, propagationPolicy }: Propagation,
): string[] {
  const wants = (finalizer: string, policy: string, whenOrphaning: boolean): boolean => {
    if (orphanDependents !== undefined) return orphanDependents === whenOrphaning;
    return propagationPolicy === undefined
      ? before.includes(finalizer)
      : propagationPolicy === policy;
  };
  const others = before.filter(
    (each) => each !== FINALIZER_ORPHAN && each !== FINALIZER_FOREGROUND,
  );
  if (wants(FINALIZER_ORPHAN, "Orphan", true)) others.push(FINALIZER_ORPHAN);
  if (wants(FINALIZER_FOREGROUND, "Foreground", false)) others.push(FINALIZER_FOREGROUND);
  return others;
}

/**
 * The first DELETE marks a namespace, so that nothing new comes into it; what is in it goes before
 * the namespace does, and until then further ones change nothing.
 * @see kubernetes pkg/registry/core/namespace/storage/storage.go (Delete)
 */
function beginDeletion(
  object: KubeObject,
  propagation: Propagation,
  now: number,
): "write" | "unchanged" | undefined {
  const namespace = object as Namespace;
  const { metadata } = namespace;
  if (metadata.deletionTimestamp !== undefined) {
    return (namespace.spec?.finalizers ?? []).length > 0 ? "unchanged" : undefined;
  }
  metadata.deletionTimestamp = formatTime(now);
  namespace.status = { ...namespace.status, phase: "Terminating" };
  const finalizers = propagationFinalizers(metadata.finalizers ?? [], propagation);
  if (finalizers.length === 0) delete metadata.finalizers;
  else metadata.finalizers = finalizers;
  return "write";
}

const deletionConflict: Strategy["deletionConflict"] = ({ metadata }, wanted) => {
  const { uid = "", resourceVersion = "" } = metadata;
  if (wanted.uid !== undefined && wanted.uid !== uid) {
    return `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`;
  }
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    return `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`;
  }
  return undefined;
};

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
  beginDeletion,
  deletionConflict,
  defaults: applyDefaults,
  prepareForCreate,
  validateCreate: validate,
  // The specification has nothing but finalizers, which only `finalize` changes.
  prepareForUpdate: keep("spec", "status"),
  updateChecks: ["whole", "own", "change"],
  validateUpdate: validate,
  resetFields: [["status"]],
  hasNamespaceField: false,
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
