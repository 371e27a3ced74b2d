/** Which requests webhooks and policies are about. @see kubernetes pkg/apis/admissionregistration/validation */
import {
  duplicate,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  tooMany,
} from "../field-error.ts";
import { checkComplaints, checkQualifiedName, type FieldErrors } from "./field-checks.ts";
import { pathSegmentComplaints } from "./names.ts";
import { checkLabelSelector, type LabelSelector } from "./selectors.ts";

export interface AdmissionRule {
  operations?: string[] | null;
  apiGroups?: string[] | null;
  apiVersions?: string[] | null;
  resources?: string[] | null;
  scope?: string | null;
  resourceNames?: string[] | null;
}

export interface MatchCondition {
  name?: string;
  expression?: string;
}

export interface MatchResources {
  namespaceSelector?: LabelSelector | null;
  objectSelector?: LabelSelector | null;
  resourceRules?: AdmissionRule[] | null;
  excludeResourceRules?: AdmissionRule[] | null;
  matchPolicy?: string | null;
}

export const FAILURE_POLICIES: readonly string[] = ["Fail", "Ignore"];
export const MATCH_POLICIES: readonly string[] = ["Equivalent", "Exact"];
const OPERATIONS = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const SCOPES = ["*", "Cluster", "Namespaced"];
const MATCH_CONDITIONS_MAX = 64;

/** A value that may be absent, but must be one of a set. */
export function checkOptionalChoice(
  value: string | null | undefined,
  choices: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (value != null && !choices.includes(value)) errors.push(notSupported(path, value, choices));
}

/** Resources with `/` and wildcards, which must not say the same twice. */
function checkResources(resources: readonly string[], path: FieldPath, errors: FieldErrors): void {
  if (resources.length === 0) errors.push(required(path));
  const allSubresourcesOf = new Set<string>();
  const subresourceOfAll = new Set<string>();
  let lastIsPlain = false;
  resources.forEach((resource, index) => {
    const field = path.index(index);
    if (resource === "") {
      errors.push(required(field));
      return;
    }
    const slash = resource.indexOf("/");
    if (slash === -1) {
      lastIsPlain = resource !== "*";
      return;
    }
    const name = resource.slice(0, slash);
    const subresource = resource.slice(slash + 1);
    if (allSubresourcesOf.has(name)) {
      const detail = `if '${name}/*' is present, must not specify ${resource}`;
      errors.push(invalidValue(field, resource, detail));
    }
    if (subresourceOfAll.has(subresource)) {
      const detail = `if '*/${subresource}' is present, must not specify ${resource}`;
      errors.push(invalidValue(field, resource, detail));
    }
    if (subresource === "*") allSubresourcesOf.add(name);
    if (name === "*") subresourceOfAll.add(subresource);
  });
  if (resources.length > 1 && resources.includes("*/*")) {
    const detail = "if '*/*' is present, must not specify other resources";
    errors.push(invalidValue(path, resources, detail));
  }
  if (resources.includes("*") && lastIsPlain) {
    const detail = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalidValue(path, resources, detail));
  }
}

function checkLoneWildcard(
  items: readonly string[],
  others: string,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (items.length === 0) errors.push(required(path));
  if (items.length < 2 || !items.includes("*")) return;
  errors.push(invalidValue(path, items, `if '*' is present, must not specify other ${others}`));
}

export function checkAdmissionRule(
  rule: AdmissionRule,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const operations = rule.operations ?? [];
  const versions = rule.apiVersions ?? [];
  checkLoneWildcard(operations, "operations", path.child("operations"), errors);
  operations.forEach((operation, index) => {
    checkOptionalChoice(operation, OPERATIONS, path.child("operations").index(index), errors);
  });
  checkLoneWildcard(rule.apiGroups ?? [], "API groups", path.child("apiGroups"), errors);
  checkLoneWildcard(versions, "API versions", path.child("apiVersions"), errors);
  versions.forEach((version, index) => {
    if (version === "") errors.push(required(path.child("apiVersions").index(index)));
  });
  checkResources(rule.resources ?? [], path.child("resources"), errors);
  checkOptionalChoice(rule.scope, SCOPES, path.child("scope"), errors);
}

function checkNamedRule(rule: AdmissionRule, path: FieldPath, errors: FieldErrors): void {
  const names = new Set<string>();
  rule.resourceNames?.forEach((name, index) => {
    const field = path.child("resourceNames").index(index);
    checkComplaints(name, pathSegmentComplaints(name, false), field, errors);
    if (names.has(name)) errors.push(duplicate(field, name));
    names.add(name);
  });
  checkAdmissionRule(rule, path, errors);
}

export function checkMatchResources(
  match: MatchResources | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (match == null) return;
  const { matchPolicy } = match;
  if (matchPolicy == null) errors.push(required(path.child("matchPolicy")));
  else checkOptionalChoice(matchPolicy, MATCH_POLICIES, path.child("matchPolicy"), errors);
  for (const name of ["namespaceSelector", "objectSelector"] as const) {
    if (match[name] == null) errors.push(required(path.child(name)));
    else checkLabelSelector(match[name], path.child(name), errors);
  }
  for (const name of ["resourceRules", "excludeResourceRules"] as const) {
    match[name]?.forEach((rule, index) => {
      checkNamedRule(rule, path.child(name).index(index), errors);
    });
  }
}

/** Conditions in CEL; what the expression means is not looked at. */
export function checkMatchConditions(
  conditions: readonly MatchCondition[] | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const all = conditions ?? [];
  if (all.length > MATCH_CONDITIONS_MAX) {
    errors.push(tooMany(path, all.length, MATCH_CONDITIONS_MAX));
  }
  const names = new Set<string>();
  all.forEach(({ name = "", expression = "" }, index) => {
    const at = path.index(index);
    if (expression.trim() === "") errors.push(required(at.child("expression")));
    if (name === "") errors.push(required(at.child("name")));
    else checkQualifiedName(name, at.child("name"), errors);
    if (name !== "" && names.has(name)) errors.push(duplicate(at.child("name"), name));
    names.add(name);
  });
}
