/** @see kubernetes pkg/registry/policy/poddisruptionbudget/strategy.go, pkg/apis/policy/validation */
import { type FieldError, invalidValue, notSupported, root } from "../../api/field-error.ts";
import type { IntOrString } from "../../api/int-or-string.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { type CommonCondition, checkCommonConditions } from "../../api/validation/conditions.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { checkNonNegative, type FieldErrors } from "../../api/validation/field-checks.ts";
import { checkLabelSelector, type LabelSelector } from "../../api/validation/selectors.ts";
import {
  checkAtMostHundredPercent,
  checkCountOrPercent,
} from "../../api/validation/workload-template.ts";
import type { Strategy } from "../strategy.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";

interface BudgetSpec {
  minAvailable?: IntOrString | null;
  maxUnavailable?: IntOrString | null;
  selector?: LabelSelector | null;
  unhealthyPodEvictionPolicy?: string | null;
}

interface BudgetStatus {
  conditions?: CommonCondition[] | null;
  disruptionsAllowed?: number;
  currentHealthy?: number;
  desiredHealthy?: number;
  expectedPods?: number;
}

const SPEC = root("spec");
const STATUS = root("status");
const EVICTION_POLICIES = ["AlwaysAllow", "IfHealthyBudget"];

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const spec = (object.spec ?? {}) as BudgetSpec;
  if (spec.minAvailable != null && spec.maxUnavailable != null) {
    const detail = "minAvailable and maxUnavailable cannot be both set";
    errors.push(
      invalidValue(SPEC, internalForm("policy.v1.PodDisruptionBudgetSpec", spec), detail),
    );
  }
  for (const name of ["minAvailable", "maxUnavailable"] as const) {
    const amount = spec[name];
    if (amount == null) continue;
    checkCountOrPercent(amount, SPEC, name, errors);
    checkAtMostHundredPercent(amount, SPEC, name, errors);
  }
  checkLabelSelector(spec.selector, SPEC.child("selector"), errors);
  const policy = spec.unhealthyPodEvictionPolicy;
  if (policy != null && !EVICTION_POLICIES.includes(policy)) {
    const field = SPEC.child("unhealthyPodEvictionPolicy");
    errors.push(notSupported(field, policy, EVICTION_POLICIES));
  }
  return errors;
}

function validateStatus(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const status = (object.status ?? {}) as BudgetStatus;
  checkCommonConditions(status.conditions, STATUS.child("conditions"), errors);
  for (const name of [
    "disruptionsAllowed",
    "currentHealthy",
    "desiredHealthy",
    "expectedPods",
  ] as const) {
    checkNonNegative(status[name], STATUS, name, errors);
  }
  return errors;
}

export const podDisruptionBudgetsStrategy: Strategy = {
  group: "policy",
  resource: "poddisruptionbudgets",
  requiresResourceVersion: true,
  metadataRules: { noneOnCreate: true },
  updateChecks: ["own"],
  prepareForCreate: (object) => {
    object.status = {};
  },
  validateCreate: validate,
  prepareForUpdate: keepStatus,
  validateUpdate: validate,
  changesGeneration: (object, old) => !semanticEqual(object.spec, old.spec),
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: keepSpec,
      updateChecks: ["own"],
      validateUpdate: validateStatus,
      resetFields: [["spec"]],
    },
  },
};
