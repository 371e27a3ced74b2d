/** @see kubernetes pkg/registry/storage/csistoragecapacity/strategy.go, pkg/apis/storage/validation */
import { type FieldError, invalidValue, root } from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { equalAs } from "../../api/typed-equality.ts";
import { signOf } from "../../api/validation/amounts.ts";
import { checkComplaints, type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import { nameIsDnsSubdomain } from "../../api/validation/names.ts";
import { DEPRECATED_LABELS } from "../../api/validation/pod-warnings.ts";
import { checkLabelSelector, type LabelSelector } from "../../api/validation/selectors.ts";
import type { Strategy } from "../strategy.ts";

interface StorageCapacity extends KubeObject {
  nodeTopology?: LabelSelector | null;
  storageClassName?: string;
  capacity?: string | null;
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { nodeTopology, storageClassName = "", capacity } = object as StorageCapacity;
  checkLabelSelector(nodeTopology, root("nodeTopology"), errors);
  const complaints = nameIsDnsSubdomain(storageClassName, false);
  checkComplaints(storageClassName, complaints, root("storageClassName"), errors);
  if (capacity != null && signOf(capacity) < 0) {
    const detail = "must be greater than or equal to 0";
    errors.push(invalidValue(root("capacity"), capacity, detail));
  }
  return errors;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = validate(object);
  for (const [name, type] of [
    ["nodeTopology", "*meta.v1.LabelSelector"],
    ["storageClassName", "string"],
  ] as const) {
    if (equalAs(type, object[name], old[name])) continue;
    errors.push(invalidValue(root(name), internalForm(type, object[name]), IMMUTABLE));
  }
  return errors;
}

function warnings(object: KubeObject): string[] {
  const { nodeTopology } = object as StorageCapacity;
  const path = root("nodeTopology");
  const expressions = (nodeTopology?.matchExpressions ?? []).flatMap(({ key = "" }, index) => {
    const text = DEPRECATED_LABELS[key];
    const field = path.child("matchExpressions").index(index).child("key");
    return text === undefined ? [] : [`${field}: ${key} is ${text}`];
  });
  const labels = Object.keys(nodeTopology?.matchLabels ?? {}).flatMap((key) => {
    const text = DEPRECATED_LABELS[key];
    return text === undefined ? [] : [`${path.child("matchLabels", key)}: ${text}`];
  });
  return [...expressions, ...labels];
}

export const csiStorageCapacitiesStrategy: Strategy = {
  group: "storage.k8s.io",
  resource: "csistoragecapacities",
  requiresResourceVersion: true,
  validateCreate: validate,
  warningsOnCreate: warnings,
  updateChecks: ["whole", "change", "own"],
  validateUpdate,
  warningsOnUpdate: warnings,
};
