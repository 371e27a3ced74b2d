/** Policies of a job: when a failed pod fails it, when enough pods succeeded. */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  tooLong,
  tooMany,
} from "../field-error.ts";
import { quoteGo } from "../go-quote.ts";
import { internalForm } from "../internal-form.ts";
import { checkNonNegative, checkQualifiedName, type FieldErrors } from "./field-checks.ts";
import { countIndexes, IndexesError } from "./job-indexes.ts";
import type { JobSpec, PodFailureRule, SuccessRule } from "./job-shapes.ts";

/** Limits of upstream's validation.go. */
const FAILURE_RULES_MAX = 20;
const EXIT_CODES_MAX = 255;
const CONDITION_PATTERNS_MAX = 20;
const SUCCESS_RULES_MAX = 20;
const INDEXES_MAX_BYTES = 64 * 1024;

const ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"];
const OPERATORS = ["In", "NotIn"];
const STATUSES = ["False", "True", "Unknown"];
const REPLACEMENT = ["Failed", "TerminatingOrFailed"];

/** `Invalid value` without the value. */
export function invalidWithoutValue(path: FieldPath, detail: string): FieldError {
  return {
    field: path.toString(),
    reason: "FieldValueInvalid",
    message: `Invalid value: ${detail}`,
  };
}

function validValues(values: readonly string[]): string {
  return `valid values: [${values.map(quoteGo).join(" ")}]`;
}

/** A value that has to be there and be one of a set. */
function checkChoice(
  value: string | null | undefined,
  choices: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (value === undefined || value === null || value === "") {
    errors.push(required(path, validValues(choices)));
  } else if (!choices.includes(value)) errors.push(notSupported(path, value, choices));
}

function checkExitCodes(
  codes: NonNullable<PodFailureRule["onExitCodes"]>,
  containers: ReadonlySet<string>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  checkChoice(codes.operator, OPERATORS, path.child("operator"), errors);
  const { containerName } = codes;
  if (containerName != null && !containers.has(containerName)) {
    const detail = "must be one of the container or initContainer names in the pod template";
    errors.push(invalidValue(path.child("containerName"), containerName, detail));
  }
  const values = codes.values ?? [];
  const field = path.child("values");
  if (values.length === 0) {
    errors.push(invalidValue(field, codes.values ?? null, "at least one value is required"));
  } else if (values.length > EXIT_CODES_MAX) {
    errors.push(tooMany(field, values.length, EXIT_CODES_MAX));
  }
  const seen = new Set<number>();
  values.forEach((value, index) => {
    if (codes.operator === "In" && value === 0) {
      errors.push(invalidValue(field.index(index), value, "must not be 0 for the In operator"));
    }
    if (seen.has(value)) errors.push(duplicate(field.index(index), value));
    seen.add(value);
  });
  const isOrdered = values.every(
    (value, index) => index === 0 || (values[index - 1] ?? 0) <= value,
  );
  if (!isOrdered) errors.push(invalidValue(field, values, "must be ordered"));
}

function checkConditions(
  patterns: NonNullable<PodFailureRule["onPodConditions"]>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (patterns.length > CONDITION_PATTERNS_MAX) {
    errors.push(tooMany(path, patterns.length, CONDITION_PATTERNS_MAX));
  }
  patterns.forEach(({ type = "", status }, index) => {
    const at = path.index(index);
    checkQualifiedName(type, at.child("type"), errors);
    checkChoice(status, STATUSES, at.child("status"), errors);
  });
}

function checkFailureRule(
  rule: PodFailureRule,
  spec: JobSpec,
  containers: ReadonlySet<string>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (rule.action === "FailIndex") {
    if (spec.backoffLimitPerIndex == null) {
      const detail = "requires the backoffLimitPerIndex to be set";
      errors.push(invalidValue(path.child("action"), rule.action, detail));
    }
  } else checkChoice(rule.action, ACTIONS, path.child("action"), errors);
  const patterns = rule.onPodConditions ?? [];
  if (rule.onExitCodes != null) {
    checkExitCodes(rule.onExitCodes, containers, path.child("onExitCodes"), errors);
  }
  if (patterns.length > 0) checkConditions(patterns, path.child("onPodConditions"), errors);
  const hasCodes = rule.onExitCodes != null;
  if (hasCodes && patterns.length > 0) {
    const detail = "specifying both OnExitCodes and OnPodConditions is not supported";
    errors.push(invalidWithoutValue(path, detail));
  }
  if (!hasCodes && patterns.length === 0) {
    const detail = "specifying one of OnExitCodes and OnPodConditions is required";
    errors.push(invalidWithoutValue(path, detail));
  }
}

export function checkFailurePolicy(spec: JobSpec, path: FieldPath, errors: FieldErrors): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const list = path.child("rules");
  if (rules.length > FAILURE_RULES_MAX) {
    errors.push(tooMany(list, rules.length, FAILURE_RULES_MAX));
  }
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = new Set(
    [...(containers ?? []), ...(initContainers ?? [])].map(({ name = "" }) => name),
  );
  rules.forEach((rule, index) => {
    checkFailureRule(rule, spec, names, list.index(index), errors);
  });
}

function checkSuccessRule(
  { succeededCount, succeededIndexes }: SuccessRule,
  completions: number,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (succeededCount == null && succeededIndexes == null) {
    const detail = "at least one of succeededCount or succeededIndexes must be specified";
    errors.push(required(path, detail));
  }
  let total = 0;
  if (succeededIndexes != null) {
    const field = path.child("succeededIndexes");
    if (succeededIndexes.length > INDEXES_MAX_BYTES) errors.push(tooLong(field, INDEXES_MAX_BYTES));
    try {
      total = countIndexes(succeededIndexes, completions);
    } catch (error) {
      if (!(error instanceof IndexesError)) throw error;
      const detail = `error parsing succeededIndexes: ${error.message}`;
      errors.push(invalidValue(field, succeededIndexes, detail));
    }
  }
  if (succeededCount == null) return;
  const field = path.child("succeededCount");
  checkNonNegative(succeededCount, path, "succeededCount", errors);
  if (succeededCount > completions) {
    const detail = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(invalidValue(field, succeededCount, detail));
  }
  if (succeededIndexes != null && succeededCount > total) {
    const detail = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(invalidValue(field, succeededCount, detail));
  }
}

/** Only indexed jobs may have one. */
export function checkSuccessPolicy(spec: JobSpec, path: FieldPath, errors: FieldErrors): void {
  if (spec.completionMode !== "Indexed") {
    const shown = internalForm("*batch.v1.SuccessPolicy", spec.successPolicy);
    errors.push(invalidValue(path, shown, "requires indexed completion mode"));
    return;
  }
  const rules = spec.successPolicy?.rules ?? [];
  const list = path.child("rules");
  if (rules.length === 0) {
    const detail = "at least one rules must be specified when the successPolicy is specified";
    errors.push(required(list, detail));
  }
  if (rules.length > SUCCESS_RULES_MAX) {
    errors.push(tooMany(list, rules.length, SUCCESS_RULES_MAX));
  }
  rules.forEach((rule, index) => {
    checkSuccessRule(rule, spec.completions ?? 0, list.index(index), errors);
  });
}

/** Whose end starts a new pod. */
export function checkReplacementPolicy(spec: JobSpec, path: FieldPath, errors: FieldErrors): void {
  const policy = spec.podReplacementPolicy;
  if (policy == null) return;
  const choices = spec.podFailurePolicy == null ? REPLACEMENT : ["Failed"];
  if (!choices.includes(policy)) errors.push(notSupported(path, policy, choices));
}
