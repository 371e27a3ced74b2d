/**
 * Admission policies and their bindings, but for what their CEL expressions mean.
 * @see kubernetes pkg/apis/admissionregistration/validation/validation.go
 */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../field-error.ts";
import {
  checkMatchConditions,
  checkMatchResources,
  checkOptionalChoice,
  FAILURE_POLICIES,
  type MatchCondition,
  type MatchResources,
} from "./admission-rules.ts";
import { checkComplaints, checkQualifiedName, type FieldErrors } from "./field-checks.ts";
import {
  dns1035LabelComplaints,
  dnsSubdomainComplaints,
  nameIsDnsSubdomain,
  pathSegmentComplaints,
} from "./names.ts";
import { checkLabelSelector, type LabelSelector } from "./selectors.ts";

interface ParamKind {
  apiVersion?: string;
  kind?: string;
}

interface PolicySpec {
  paramKind?: ParamKind | null;
  matchConstraints?: MatchResources | null;
  failurePolicy?: string | null;
  matchConditions?: MatchCondition[] | null;
  variables?: { name?: string; expression?: string }[] | null;
}

export interface ValidatingPolicySpec extends PolicySpec {
  validations?:
    | {
        expression?: string;
        message?: string;
        reason?: string | null;
        messageExpression?: string;
      }[]
    | null;
  auditAnnotations?: { key?: string; valueExpression?: string }[] | null;
}

export interface MutatingPolicySpec extends PolicySpec {
  mutations?:
    | {
        patchType?: string;
        applyConfiguration?: { expression?: string } | null;
        jsonPatch?: { expression?: string } | null;
      }[]
    | null;
  reinvocationPolicy?: string;
}

export interface PolicyBindingSpec {
  policyName?: string;
  paramRef?: {
    name?: string;
    namespace?: string;
    selector?: LabelSelector | null;
    parameterNotFoundAction?: string | null;
  } | null;
  matchResources?: MatchResources | null;
  validationActions?: string[] | null;
}

const SPEC = root("spec");
const REASONS = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
const PATCH_TYPES = ["ApplyConfiguration", "JSONPatch"];
const REINVOCATION = ["IfNeeded", "Never"];
const ACTIONS = ["Audit", "Deny", "Warn"];
const AUDIT_ANNOTATIONS_MAX = 20;
const AUDIT_EXPRESSION_MAX_BYTES = 5 * 1024;
const AT_LEAST_ONE = "validations or auditAnnotations must contain at least one item";

function checkParamKind({ apiVersion = "", kind = "" }: ParamKind, errors: FieldErrors): void {
  const path = SPEC.child("paramKind");
  const field = path.child("apiVersion");
  const parts = apiVersion.split("/");
  const version = parts.at(-1) ?? "";
  const group = parts.length === 2 ? (parts[0] ?? "") : "";
  const join = (value: string, complaints: readonly string[], at: FieldPath, intro = "") => {
    if (complaints.length > 0) errors.push(invalidValue(at, value, intro + complaints.join(",")));
  };
  if (apiVersion === "") errors.push(required(field));
  else if (parts.length > 2) {
    errors.push(invalidValue(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  } else {
    if (group !== "") join(group, dnsSubdomainComplaints(group), field);
    if (version === "") errors.push(invalidValue(field, apiVersion, "version must be specified"));
    else join(version, dns1035LabelComplaints(version), field);
  }
  if (kind === "") errors.push(required(path.child("kind")));
  else {
    const intro = "may have mixed case, but should otherwise match: ";
    join(kind, dns1035LabelComplaints(kind.toLowerCase()), path.child("kind"), intro);
  }
}

/** What both kinds of policies have. */
function checkOperations(
  { resourceRules }: NonNullable<PolicySpec["matchConstraints"]>,
  known: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  for (const operation of (resourceRules ?? []).flatMap((rule) => rule.operations ?? [])) {
    const field = path.child("resourceRules", "operations");
    if (!known.includes(operation)) errors.push(notSupported(field, operation, known));
  }
}

/** @param operations - that a rule may be about besides being known; of mutations not all. */
function checkCommon(
  spec: PolicySpec,
  operations: readonly string[] | undefined,
  errors: FieldErrors,
): void {
  const field = SPEC.child("failurePolicy");
  if (spec.failurePolicy == null) errors.push(required(field));
  else checkOptionalChoice(spec.failurePolicy, FAILURE_POLICIES, field, errors);
  if (spec.paramKind != null) checkParamKind(spec.paramKind, errors);
  const path = SPEC.child("matchConstraints");
  if (spec.matchConstraints == null) errors.push(required(path));
  else {
    checkMatchResources(spec.matchConstraints, path, errors);
    if ((spec.matchConstraints.resourceRules ?? []).length === 0) {
      errors.push(required(path.child("resourceRules")));
    }
    if (operations !== undefined) checkOperations(spec.matchConstraints, operations, path, errors);
  }
  checkMatchConditions(spec.matchConditions, SPEC.child("matchConditions"), errors);
  spec.variables?.forEach(({ name = "", expression = "" }, index) => {
    const at = SPEC.child("variables").index(index);
    if (name.trim() === "") errors.push(required(at.child("name"), "name is not specified"));
    else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name)) {
      errors.push(invalidValue(at.child("name"), name, "must be a valid CEL identifier"));
    }
    if (expression.trim() === "") {
      errors.push(required(at.child("expression"), "expression is not specified"));
    }
  });
}

function checkValidations(spec: ValidatingPolicySpec, errors: FieldErrors): void {
  spec.validations?.forEach((validation, index) => {
    const at = SPEC.child("validations").index(index);
    const { expression = "", message = "", messageExpression = "", reason } = validation;
    if (expression.trim() === "") {
      errors.push(required(at.child("expression"), "expression is not specified"));
    }
    for (const [name, text] of [
      ["messageExpression", messageExpression],
      ["message", message],
    ] as const) {
      if (text === "" || text.trim() !== "") continue;
      errors.push(invalidValue(at.child(name), text, "must be non-empty if specified"));
    }
    if (message.trim().includes("\n")) {
      errors.push(invalidValue(at.child("message"), message, "must not contain line breaks"));
    }
    checkOptionalChoice(reason, REASONS, at.child("reason"), errors);
  });
}

function checkAuditAnnotations(
  spec: ValidatingPolicySpec,
  policy: string,
  errors: FieldErrors,
): void {
  const path = SPEC.child("auditAnnotations");
  const annotations = spec.auditAnnotations ?? [];
  if (annotations.length > AUDIT_ANNOTATIONS_MAX) {
    const detail = `must not have more than ${AUDIT_ANNOTATIONS_MAX} auditAnnotations`;
    errors.push(invalidValue(path, annotations, detail));
  }
  const keys = new Set<string>();
  annotations.forEach(({ key = "", valueExpression = "" }, index) => {
    const at = path.index(index);
    checkQualifiedName(`${policy}/${key}`, at.child("key"), errors);
    const expression = valueExpression.trim();
    const field = at.child("valueExpression");
    if (expression === "") errors.push(required(field, "valueExpression is not specified"));
    else if (expression.length > AUDIT_EXPRESSION_MAX_BYTES) {
      const detail = `must not exceed ${AUDIT_EXPRESSION_MAX_BYTES} bytes in length`;
      errors.push(required(field, detail));
    }
    if (keys.has(key)) errors.push(duplicate(at.child("key"), key));
    keys.add(key);
  });
}

export function validateValidatingPolicy(spec: ValidatingPolicySpec, name: string): FieldError[] {
  const errors: FieldErrors = [];
  checkCommon(spec, undefined, errors);
  if ((spec.validations ?? []).length + (spec.auditAnnotations ?? []).length === 0) {
    errors.push(required(SPEC.child("validations"), AT_LEAST_ONE));
    errors.push(required(SPEC.child("auditAnnotations"), AT_LEAST_ONE));
  }
  checkValidations(spec, errors);
  checkAuditAnnotations(spec, name, errors);
  return errors;
}

/** What can be changed: nothing of what is deleted. */
const MUTATING_OPERATIONS = ["*", "CONNECT", "CREATE", "UPDATE"];

export function validateMutatingPolicy(spec: MutatingPolicySpec): FieldError[] {
  const errors: FieldErrors = [];
  checkCommon(spec, MUTATING_OPERATIONS, errors);
  const path = SPEC.child("mutations");
  const mutations = spec.mutations ?? [];
  if (mutations.length === 0) {
    errors.push(required(path, "mutations must contain at least one item"));
  }
  mutations.forEach(({ patchType = "", applyConfiguration, jsonPatch }, index) => {
    const at = path.index(index);
    if (patchType === "") errors.push(required(at.child("patchType")));
    else checkOptionalChoice(patchType, PATCH_TYPES, at.child("patchType"), errors);
    const [member, patch] =
      patchType === "JSONPatch"
        ? (["jsonPatch", jsonPatch] as const)
        : (["applyConfiguration", applyConfiguration] as const);
    if (!PATCH_TYPES.includes(patchType)) return;
    if (patch == null) {
      errors.push(required(at.child(member), `must be specified when patchType is ${patchType}`));
    } else if ((patch.expression ?? "").trim() === "") {
      errors.push(required(at.child(member, "expression")));
    }
  });
  const reinvocation = spec.reinvocationPolicy ?? "";
  const field = SPEC.child("reinvocationPolicy");
  if (reinvocation === "") errors.push(required(field));
  else checkOptionalChoice(reinvocation, REINVOCATION, field, errors);
  return errors;
}

function checkParamRef(
  reference: NonNullable<PolicyBindingSpec["paramRef"]>,
  errors: FieldErrors,
): void {
  const path = SPEC.child("paramRef");
  const { name = "", selector, parameterNotFoundAction: action } = reference;
  const both = "name and selector are mutually exclusive";
  if (name !== "") {
    checkComplaints(name, pathSegmentComplaints(name, false), path.child("name"), errors);
    if (selector != null) errors.push(forbiddenField(path.child("name"), both));
  }
  checkLabelSelector(selector, path.child("selector"), errors);
  if (name !== "" && selector != null) errors.push(forbiddenField(path.child("selector"), both));
  if (name === "" && selector == null) {
    errors.push(required(path, "one of name or selector must be specified"));
  }
  const field = path.child("parameterNotFoundAction");
  if (action == null || action === "") errors.push(required(field));
  else if (action !== "Deny" && action !== "Allow") {
    errors.push(notSupported(field, action, ["Deny", "Allow"]));
  }
}

function checkActions(actions: readonly string[], errors: FieldErrors): void {
  const path = SPEC.child("validationActions");
  actions.forEach((action, index) => {
    checkOptionalChoice(action, ACTIONS, path.index(index), errors);
    if (actions.indexOf(action) < index) errors.push(duplicate(path.index(index), action));
  });
  if (actions.includes("Deny") && actions.includes("Warn")) {
    const detail =
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
    errors.push(invalidValue(path, actions, detail));
  }
  if (actions.length === 0) {
    errors.push(required(path, "at least one validation action is required"));
  }
}

/** @param validates - whether the policy validates, and its binding says what a failure leads to */
export function validatePolicyBinding(spec: PolicyBindingSpec, validates: boolean): FieldError[] {
  const errors: FieldErrors = [];
  const { policyName = "" } = spec;
  const field = SPEC.child("policyName");
  if (policyName === "") errors.push(required(field));
  else checkComplaints(policyName, nameIsDnsSubdomain(policyName, false), field, errors);
  if (spec.paramRef != null) checkParamRef(spec.paramRef, errors);
  const matching = SPEC.child("matchResources");
  checkMatchResources(spec.matchResources, matching, errors);
  if (validates) checkActions(spec.validationActions ?? [], errors);
  else checkOperations(spec.matchResources ?? {}, MUTATING_OPERATIONS, matching, errors);
  return errors;
}
