/** @see kubernetes pkg/registry/scheduling/priorityclass/strategy.go, pkg/apis/scheduling/validation */
import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import type { Strategy } from "../strategy.ts";

interface PriorityClass extends KubeObject {
  value?: number;
  globalDefault?: boolean;
  preemptionPolicy?: string | null;
}

const SYSTEM_PREFIX = "system-";
/** Classes that a server makes for itself, with their values. */
const SYSTEM_CLASSES: ReadonlyMap<string, number> = new Map([
  ["system-node-critical", 2_000_001_000],
  ["system-cluster-critical", 2_000_000_000],
]);
const HIGHEST_USER_VALUE = 1_000_000_000;
const PREEMPTION_POLICIES = ["PreemptLowerPriority", "Never"];

/** Why a class with a reserved name is not one of the server's own. */
function systemComplaint(name: string, value: number, isDefault: boolean): string | undefined {
  const known = SYSTEM_CLASSES.get(name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (known !== value) return `value of ${name} PriorityClass must be ${known}`;
  return isDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function validateCreate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { metadata, value = 0, globalDefault = false, preemptionPolicy } = object as PriorityClass;
  const { name = "" } = metadata;
  if (name.startsWith(SYSTEM_PREFIX)) {
    const complaint = systemComplaint(name, value, globalDefault);
    if (complaint !== undefined) {
      const detail = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${complaint}`;
      errors.push(forbiddenField(root("metadata", "name"), detail));
    }
  } else if (value > HIGHEST_USER_VALUE) {
    const detail = `maximum allowed value of a user defined priority is ${HIGHEST_USER_VALUE}`;
    errors.push(forbiddenField(root("value"), detail));
  }
  const field = root("preemptionPolicy");
  if (preemptionPolicy === "") errors.push(required(field));
  else if (preemptionPolicy != null && !PREEMPTION_POLICIES.includes(preemptionPolicy)) {
    errors.push(notSupported(field, preemptionPolicy, PREEMPTION_POLICIES));
  }
  return errors;
}

function validateUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const priorityClass = object as PriorityClass;
  const old = oldObject as PriorityClass;
  if ((priorityClass.value ?? 0) !== (old.value ?? 0)) {
    errors.push(forbiddenField(root("value"), "may not be changed in an update."));
  }
  const policy = priorityClass.preemptionPolicy ?? null;
  if (policy !== (old.preemptionPolicy ?? null)) {
    errors.push(invalidValue(root("preemptionPolicy"), policy, IMMUTABLE));
  }
  return errors;
}

export const priorityClassesStrategy: Strategy = {
  group: "scheduling.k8s.io",
  resource: "priorityclasses",
  defaults: (object) => {
    (object as PriorityClass).preemptionPolicy ??= "PreemptLowerPriority";
  },
  validateCreate,
  validateUpdate,
  // Generations start at 1 and stay there: nothing of a class that matters can change.
  changesGeneration: () => false,
};
