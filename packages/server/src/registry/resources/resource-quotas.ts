/** @see kubernetes pkg/registry/core/resourcequota/strategy.go, pkg/apis/core/validation/validation.go */

import { defaultResourceList } from "../../api/defaults/container.ts";
import {
  type FieldError,
  type FieldPath,
  invalidValue,
  required,
  root,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { compareQuantities } from "../../api/validation/amounts.ts";
import { type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import {
  checkQuotaResourceName,
  checkResourceQuantity,
  isStandardQuotaName,
  type ResourceList,
} from "../../api/validation/resources.ts";
import type { Strategy } from "../strategy.ts";

interface ScopeRequirement {
  scopeName?: string;
  operator?: string;
  values?: string[];
}

interface ResourceQuota extends KubeObject {
  spec?: {
    hard?: ResourceList;
    scopes?: string[];
    scopeSelector?: { matchExpressions?: ScopeRequirement[] };
  };
  status?: { hard?: ResourceList; used?: ResourceList };
}

const SPEC = root("spec");
const PODS = ["pods"];
const POD_RESOURCES = [
  ...PODS,
  "cpu",
  "memory",
  "limits.cpu",
  "limits.memory",
  "requests.cpu",
  "requests.memory",
];
const CLAIM_RESOURCES = ["persistentvolumeclaims", "requests.storage"];

/** The resources that each scope can be applied to. */
const SCOPES: ReadonlyMap<string, readonly string[]> = new Map([
  ["Terminating", POD_RESOURCES],
  ["NotTerminating", POD_RESOURCES],
  ["NotBestEffort", POD_RESOURCES],
  ["PriorityClass", POD_RESOURCES],
  ["CrossNamespacePodAffinity", POD_RESOURCES],
  ["BestEffort", PODS],
  ["VolumeAttributesClass", CLAIM_RESOURCES],
]);
const EXISTS_ONLY = new Set([
  "BestEffort",
  "NotBestEffort",
  "Terminating",
  "NotTerminating",
  "CrossNamespacePodAffinity",
]);

function checkList(list: ResourceList | undefined, path: FieldPath, errors: FieldErrors): void {
  for (const [name, value] of Object.entries(list ?? {})) {
    checkQuotaResourceName(name, path.key(name), errors);
    checkResourceQuantity(name, value, path.key(name), errors);
  }
}

/** Adds an error for each resource that the scope does not go with. */
function checkScopedResources(
  scope: string,
  hard: readonly string[],
  shown: unknown,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const allowed = SCOPES.get(scope);
  if (allowed === undefined) return;
  for (const name of hard) {
    if (!isStandardQuotaName(name) || allowed.includes(name)) continue;
    errors.push(invalidValue(path, shown, "unsupported scope applied to resource"));
  }
}

function checkConflicts(
  scopes: ReadonlySet<string>,
  shown: unknown,
  path: FieldPath,
  errors: FieldErrors,
): void {
  for (const scope of ["BestEffort", "Terminating"]) {
    if (!scopes.has(scope) || !scopes.has(`Not${scope}`)) continue;
    errors.push(invalidValue(path, shown, "conflicting scopes"));
  }
}

function checkRequirement(
  requirement: ScopeRequirement,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { scopeName = "", operator = "", values = [] } = requirement;
  if (EXISTS_ONLY.has(scopeName) && operator !== "Exists") {
    const detail =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(invalidValue(path.child("operator"), operator, detail));
  }
  if (operator === "In" || operator === "NotIn") {
    if (values.length > 0) return;
    const detail =
      "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    errors.push(required(path.child("values"), detail));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length === 0) return;
    const detail =
      "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    errors.push(invalidValue(path.child("values"), values, detail));
  } else
    errors.push(invalidValue(path.child("operator"), operator, "not a valid selector operator"));
}

function checkSpec(quota: ResourceQuota, errors: FieldErrors): void {
  const { hard, scopes, scopeSelector } = quota.spec ?? {};
  checkList(hard, SPEC.child("hard"), errors);
  const names = Object.keys(hard ?? {}).sort();
  const path = SPEC.child("scopes");
  for (const scope of scopes ?? []) {
    if (!SCOPES.has(scope)) errors.push(invalidValue(path, scopes, "unsupported scope"));
    checkScopedResources(scope, names, scopes, path, errors);
  }
  checkConflicts(new Set(scopes), scopes, path, errors);
  if (scopeSelector == null) return;
  const selectorPath = SPEC.child("scopeSelector", "matchExpressions");
  const requirements = scopeSelector.matchExpressions ?? [];
  for (const requirement of requirements) {
    const { scopeName = "" } = requirement;
    if (!SCOPES.has(scopeName)) {
      errors.push(invalidValue(selectorPath.child("scopeName"), scopeName, "unsupported scope"));
    }
    checkScopedResources(scopeName, names, scopeSelector, selectorPath, errors);
    checkRequirement(requirement, selectorPath, errors);
  }
  const selected = new Set(requirements.map(({ scopeName = "" }) => scopeName));
  checkConflicts(selected, scopes ?? null, selectorPath, errors);
}

function checkStatus(quota: ResourceQuota, errors: FieldErrors): void {
  checkList(quota.status?.hard, root("status", "hard"), errors);
  checkList(quota.status?.used, root("status", "used"), errors);
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  checkSpec(object as ResourceQuota, errors);
  checkStatus(object as ResourceQuota, errors);
  return errors;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  checkSpec(object as ResourceQuota, errors);
  const scopes = (object as ResourceQuota).spec?.scopes ?? [];
  const before = (old as ResourceQuota).spec?.scopes ?? [];
  if (new Set(scopes).symmetricDifference(new Set(before)).size > 0) {
    errors.push(invalidValue(SPEC.child("scopes"), scopes, IMMUTABLE));
  }
  return errors;
}

function validateStatus(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  checkStatus(object as ResourceQuota, errors);
  return errors;
}

function warnings(object: KubeObject): string[] {
  const hard = (object as ResourceQuota).spec?.hard ?? {};
  const found: string[] = [];
  for (const name of ["cpu", "memory", "storage", "ephemeral-storage"]) {
    const plain = name === "cpu" || name === "memory";
    const prefixed = `requests.${name}`;
    const requestName = hard[prefixed] === undefined && plain ? name : prefixed;
    const request = hard[requestName];
    const limit = hard[`limits.${name}`];
    if (request === undefined || limit === undefined || compareQuantities(request, limit) <= 0) {
      continue;
    }
    found.push(
      `ResourceQuota ${requestName} (${request}) should be less than limits.${name} (${limit})`,
    );
  }
  return found;
}

export const resourceQuotasStrategy: Strategy = {
  group: "",
  resource: "resourcequotas",
  defaults: (object) => {
    const { spec, status } = object as ResourceQuota;
    defaultResourceList(spec?.hard);
    defaultResourceList(status?.hard);
    defaultResourceList(status?.used);
  },
  prepareForCreate: (object) => {
    object.status = {};
  },
  validateCreate: validate,
  warningsOnCreate: warnings,
  prepareForUpdate: (object, old) => {
    object.status = old.status;
  },
  validateUpdate,
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
