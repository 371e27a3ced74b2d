/** @see kubernetes pkg/registry/node/runtimeclass/strategy.go, pkg/apis/node/validation */
import { duplicate, type FieldError, invalidValue, required, root } from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { checkComplaints, type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import { checkLabels } from "../../api/validation/metadata.ts";
import { nameIsDnsLabel } from "../../api/validation/names.ts";
import type { Toleration } from "../../api/validation/pod-shapes.ts";
import { DEPRECATED_LABELS } from "../../api/validation/pod-warnings.ts";
import { checkContainerResources, type ResourceList } from "../../api/validation/resources.ts";
import { checkTolerations } from "../../api/validation/scheduling.ts";
import type { Strategy } from "../strategy.ts";

interface RuntimeClass extends KubeObject {
  handler?: string;
  overhead?: { podFixed?: ResourceList } | null;
  scheduling?: {
    nodeSelector?: Record<string, string> | null;
    tolerations?: Toleration[] | null;
  } | null;
}

const SCHEDULING = root("scheduling");

function checkScheduling(
  { nodeSelector, tolerations }: NonNullable<RuntimeClass["scheduling"]>,
  errors: FieldErrors,
): void {
  if (nodeSelector) checkLabels(nodeSelector, SCHEDULING.child("nodeSelector"), errors);
  const path = SCHEDULING.child("tolerations");
  checkTolerations(tolerations ?? [], path, errors);
  const seen = new Set<string>();
  tolerations?.forEach((toleration, index) => {
    const { key = "", operator = "", value = "", effect = "" } = toleration;
    const identity = JSON.stringify([key, operator, value, effect]);
    if (seen.has(identity))
      errors.push(duplicate(path.index(index), internalForm("core.v1.Toleration", toleration)));
    seen.add(identity);
  });
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { handler = "", overhead, scheduling } = object as RuntimeClass;
  if (handler === "") errors.push(required(root("handler")));
  else checkComplaints(handler, nameIsDnsLabel(handler, false), root("handler"), errors);
  if (overhead != null) {
    const limits = overhead.podFixed;
    const requirements = limits === undefined ? {} : { limits };
    checkContainerResources(requirements, new Set(), root("overhead"), errors);
  }
  if (scheduling != null) checkScheduling(scheduling, errors);
  return errors;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = validate(object);
  const { handler = "" } = object as RuntimeClass;
  if (handler !== ((old as RuntimeClass).handler ?? "")) {
    errors.push(invalidValue(root("handler"), handler, IMMUTABLE));
  }
  return errors;
}

function warnings(object: KubeObject): string[] {
  const selector = (object as RuntimeClass).scheduling?.nodeSelector ?? {};
  return Object.keys(selector).flatMap((key) => {
    const text = DEPRECATED_LABELS[key];
    return text === undefined ? [] : [`scheduling.nodeSelector: ${text}`];
  });
}

export const runtimeClassesStrategy: Strategy = {
  group: "node.k8s.io",
  resource: "runtimeclasses",
  createOnUpdate: true,
  requiresResourceVersion: true,
  metadataRules: { anyFinalizer: true },
  validateCreate: validate,
  warningsOnCreate: warnings,
  updateChecks: ["whole", "change", "own"],
  validateUpdate,
  warningsOnUpdate: warnings,
};
