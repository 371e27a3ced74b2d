/** @see kubernetes pkg/registry/core/persistentvolumeclaim/strategy.go, pkg/apis/core/validation/validation.go */
import { defaultClaimSpec } from "../../api/defaults/claim.ts";
import { defaultResourceList } from "../../api/defaults/container.ts";
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { equalAs } from "../../api/typed-equality.ts";
import {
  compareQuantities,
  isWhole,
  type QuantityText,
  signOf,
  wholeUnits,
} from "../../api/validation/amounts.ts";
import { checkClaimSpec } from "../../api/validation/claims.ts";
import { describeChanges } from "../../api/validation/field-changes.ts";
import {
  checkQualifiedName,
  type FieldErrors,
  IMMUTABLE,
} from "../../api/validation/field-checks.ts";
import { isNative, type ResourceList } from "../../api/validation/resources.ts";
import type { ClaimSpec, DataSource } from "../../api/validation/volume-shapes.ts";
import type { Strategy } from "../strategy.ts";

interface Claim extends KubeObject {
  spec?: ClaimSpec;
  status?: {
    phase?: string;
    capacity?: ResourceList;
    allocatedResources?: ResourceList;
    allocatedResourceStatuses?: Record<string, string>;
    currentVolumeAttributesClassName?: string;
  };
}

const SPEC = root("spec");
const STATUS = root("status");
const RESIZE_STATES = [
  "ControllerResizeInProgress",
  "ControllerResizeInfeasible",
  "NodeResizeInProgress",
  "NodeResizeInfeasible",
  "NodeResizePending",
];
const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

function applyDefaults(object: KubeObject): void {
  const claim = object as Claim;
  claim.spec ??= {};
  defaultClaimSpec(claim.spec);
  defaultResourceList(claim.spec.resources?.requests);
  defaultResourceList(claim.spec.resources?.limits);
  claim.status ??= {};
  claim.status.phase ||= "Pending";
}

function isClaimOrSnapshot(source: DataSource): boolean {
  const { kind } = source;
  const apiGroup = source.apiGroup ?? "";
  if (kind === "PersistentVolumeClaim") return apiGroup === "";
  return kind === "VolumeSnapshot" && apiGroup === "snapshot.storage.k8s.io";
}

/** The two forms of a source say the same; an old form that only the new one may take goes. */
function normalizeSources(spec: ClaimSpec, old: ClaimSpec = {}): void {
  const namespace = spec.dataSourceRef?.namespace ?? "";
  // Sources of other namespaces are a feature that is off by default.
  if (namespace !== "" && old.dataSourceRef == null) delete spec.dataSourceRef;
  const inUse = old.dataSource != null || old.dataSourceRef != null;
  if (!inUse && spec.dataSourceRef == null && spec.dataSource != null) {
    if (!isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource;
  }
  if (spec.dataSource != null && spec.dataSourceRef == null) {
    spec.dataSourceRef = { ...spec.dataSource };
  } else if (spec.dataSourceRef != null && spec.dataSource == null) {
    const { namespace: other, ...source } = spec.dataSourceRef;
    if ((other ?? "") === "") spec.dataSource = source;
  }
}

function validate(object: KubeObject, old?: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const before = (old as Claim | undefined)?.spec;
  const allowAnyGroup =
    before?.dataSource?.apiGroup != null || before?.dataSourceRef?.apiGroup != null;
  checkClaimSpec((object as Claim).spec ?? {}, SPEC, errors, { allowAnyGroup });
  return errors;
}

/** The new specification with every permitted change undone. */
function withoutPermittedChanges(claim: Claim, old: Claim): ClaimSpec {
  const before = old.spec ?? {};
  const spec: ClaimSpec = { ...claim.spec };
  // A volume may be bound to a claim that has none.
  if ((before.volumeName ?? "") === "") delete spec.volumeName;
  const annotated = old.metadata.annotations?.[CLASS_ANNOTATION];
  const classChosen = spec.storageClassName != null && before.storageClassName == null;
  if (classChosen && (annotated === undefined || annotated === spec.storageClassName)) {
    delete spec.storageClassName;
  }
  if (claim.status?.phase !== "Bound") return spec;
  const storage = before.resources?.requests?.storage;
  if (spec.resources?.requests != null && storage !== undefined) {
    spec.resources = { ...spec.resources, requests: { ...spec.resources.requests, storage } };
  }
  delete spec.volumeAttributesClassName;
  if (before.volumeAttributesClassName !== undefined) {
    spec.volumeAttributesClassName = before.volumeAttributesClassName;
  }
  return spec;
}

function checkClassAnnotation(claim: Claim, old: Claim, errors: FieldErrors): void {
  const value = claim.metadata.annotations?.[CLASS_ANNOTATION] ?? "";
  const before = old.metadata.annotations?.[CLASS_ANNOTATION] ?? "";
  if (value === before) return;
  const moved = before !== "" && value === "" && claim.spec?.storageClassName === before;
  if (moved && old.spec?.storageClassName == null) return;
  errors.push(invalidValue(root("metadata", "annotations", CLASS_ANNOTATION), value, IMMUTABLE));
}

function checkAttributesClass(claim: Claim, old: Claim, errors: FieldErrors): void {
  const name = claim.spec?.volumeAttributesClassName;
  if (name === old.spec?.volumeAttributesClassName) return;
  if (old.status?.currentVolumeAttributesClassName == null || (name ?? "") !== "") return;
  const what = name == null ? "nil" : "empty string";
  const detail = `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  errors.push(forbiddenField(SPEC.child("volumeAttributesClassName"), detail));
}

function validateUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  const claim = object as Claim;
  const old = oldObject as Claim;
  const errors: FieldErrors = validate(object, oldObject);
  checkClassAnnotation(claim, old, errors);
  const munged = withoutPermittedChanges(claim, old);
  if (!equalAs("core.v1.PersistentVolumeClaimSpec", munged, old.spec)) {
    const detail = `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${describeChanges("core.v1.PersistentVolumeClaimSpec", old.spec, munged)}`;
    errors.push(forbiddenField(SPEC, detail));
  }
  const size = claim.spec?.resources?.requests?.storage;
  if (compareQuantities(size, old.spec?.resources?.requests?.storage) < 0) {
    if (compareQuantities(size, old.status?.capacity?.storage) <= 0) {
      const field = SPEC.child("resources", "requests", "storage");
      errors.push(forbiddenField(field, "field can not be less than status.capacity"));
    }
  }
  if (claim.spec?.volumeMode !== old.spec?.volumeMode) {
    errors.push(invalidValue(root("volumeMode"), claim.spec?.volumeMode ?? null, IMMUTABLE));
  }
  checkAttributesClass(claim, old, errors);
  return errors;
}

/** What a claim's status may count: storage, and what is not Kubernetes' own. */
function checkCountedName(name: string, path: FieldPath, errors: FieldErrors): boolean {
  const before = errors.length;
  checkQualifiedName(name, path, errors);
  if (errors.length === before && isNative(name) && name !== "storage") {
    errors.push(notSupported(path, name, ["storage"]));
  }
  return errors.length === before;
}

function checkNotNegative(value: QuantityText, path: FieldPath, errors: FieldErrors): boolean {
  if (signOf(value) >= 0) return true;
  errors.push(invalidValue(path, wholeUnits(value), "must be a valid resource quantity"));
  return false;
}

function validateStatus(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { spec, status = {} } = object as Claim;
  if ((spec?.accessModes ?? []).length === 0) errors.push(required(root("Spec", "accessModes")));
  for (const [name, value] of Object.entries(status.capacity ?? {})) {
    checkNotNegative(value, STATUS.child("capacity").key(name), errors);
  }
  const resizes = STATUS.child("allocatedResourceStatuses");
  for (const [name, state] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    checkCountedName(name, resizes, errors);
    // The value shown is the name, there as here.
    if (!RESIZE_STATES.includes(state)) errors.push(notSupported(resizes, name, RESIZE_STATES));
  }
  const allocated = STATUS.child("allocatedResources");
  for (const [name, value] of Object.entries(status.allocatedResources ?? {})) {
    if (!checkCountedName(name, allocated, errors)) continue;
    checkNotNegative(value, allocated.key(name), errors);
  }
  return errors;
}

function warnings(object: KubeObject): string[] {
  const { metadata, spec } = object as Claim;
  const found: string[] = [];
  if (metadata.annotations?.[CLASS_ANNOTATION] !== undefined) {
    const field = root("metadata", "annotations").key(CLASS_ANNOTATION);
    found.push(`${field}: deprecated since v1.8; use "storageClassName" attribute instead`);
  }
  for (const list of ["requests", "limits"] as const) {
    const value = spec?.resources?.[list]?.storage;
    if (value === undefined || isWhole(value)) continue;
    const field = SPEC.child("resources", list).key("storage");
    found.push(`${field}: fractional byte value "${value}" is invalid, must be an integer`);
  }
  return found;
}

export const persistentVolumeClaimsStrategy: Strategy = {
  group: "",
  resource: "persistentvolumeclaims",
  defaults: applyDefaults,
  prepareForCreate: (object) => {
    const claim = object as Claim;
    claim.status = { phase: "Pending" };
    normalizeSources(claim.spec ?? {});
  },
  validateCreate: (object) => validate(object),
  warningsOnCreate: warnings,
  prepareForUpdate: (object, old) => {
    object.status = old.status;
    normalizeSources((object as Claim).spec ?? {}, (old as Claim).spec);
  },
  updateChecks: ["change", "whole", "own"],
  validateUpdate,
  warningsOnUpdate: warnings,
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: (object, old) => {
        object.spec = old.spec;
      },
      validateUpdate: validateStatus,
      resetFields: [["spec"]],
    },
  },
};
