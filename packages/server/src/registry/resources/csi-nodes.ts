/** @see kubernetes pkg/registry/storage/csinode/strategy.go, pkg/apis/storage/validation */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalidValue,
  required,
  root,
} from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import {
  checkNonNegative,
  checkQualifiedName,
  type FieldErrors,
  IMMUTABLE,
} from "../../api/validation/field-checks.ts";
import { checkCsiDriverName } from "../../api/validation/volume-drivers.ts";
import type { Strategy } from "../strategy.ts";

interface NodeDriver {
  name?: string;
  nodeID?: string;
  topologyKeys?: string[] | null;
  allocatable?: { count?: number | null } | null;
}

const DRIVERS = root("spec", "drivers");
const NODE_ID_MAX = 256;

function driversOf(object: KubeObject): readonly NodeDriver[] {
  return ((object.spec ?? {}) as { drivers?: NodeDriver[] | null }).drivers ?? [];
}

function checkDriver(driver: NodeDriver, path: FieldPath, errors: FieldErrors): void {
  const { name = "", nodeID = "", topologyKeys, allocatable } = driver;
  checkCsiDriverName(name, path.child("name"), errors);
  if (nodeID === "") errors.push(required(path.child("nodeID")));
  if (nodeID.length > NODE_ID_MAX) {
    const detail = `must be ${NODE_ID_MAX} characters or less`;
    errors.push(invalidValue(path.child("nodeID"), nodeID, detail));
  }
  checkNonNegative(allocatable?.count, path.child("allocatable"), "count", errors);
  const keys = new Set<string>();
  for (const key of topologyKeys ?? []) {
    if (key === "") errors.push(required(path));
    if (keys.has(key)) errors.push(duplicate(path, key));
    keys.add(key);
    checkQualifiedName(key, path, errors);
  }
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const names = new Set<string>();
  driversOf(object).forEach((driver, index) => {
    const path = DRIVERS.index(index);
    checkDriver(driver, path, errors);
    const { name = "" } = driver;
    if (names.has(name)) errors.push(duplicate(path.child("name"), name));
    names.add(name);
  });
  return errors;
}

/** Drivers come and go, and how many volumes they take may change; the rest stays. */
function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = validate(object);
  for (const before of driversOf(old)) {
    for (const driver of driversOf(object)) {
      if (driver.name !== before.name) continue;
      const { allocatable: _now, ...fixed } = driver;
      const { allocatable: _before, ...stored } = before;
      if (semanticEqual(fixed, stored)) continue;
      const shown = internalForm("storage.v1.CSINodeDriver", fixed);
      errors.push(invalidValue(DRIVERS, shown, IMMUTABLE));
    }
  }
  return errors;
}

export const csiNodesStrategy: Strategy = {
  group: "storage.k8s.io",
  resource: "csinodes",
  requiresResourceVersion: true,
  updateChecks: ["whole", "own"],
  validateCreate: validate,
  validateUpdate,
};
