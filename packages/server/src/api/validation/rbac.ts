import {
  type FieldError,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  root,
} from "../field-error.ts";
import type { KubeObject } from "../object.ts";
import { selectorFromApi } from "../selectors.ts";
import { dnsSubdomainComplaints, labelValueComplaints, pathSegmentComplaints } from "./names.ts";
import { checkLabelSelector, type LabelSelector } from "./selectors.ts";

/**
 * Validation of roles and bindings beyond their metadata.
 * @see kubernetes pkg/apis/rbac/validation/validation.go
 */

export const RBAC_API_GROUP = "rbac.authorization.k8s.io";

interface Rule {
  readonly verbs?: readonly string[] | null;
  readonly apiGroups?: readonly string[] | null;
  readonly resources?: readonly string[] | null;
  readonly resourceNames?: readonly string[] | null;
  readonly nonResourceURLs?: readonly string[] | null;
}

interface SubjectFields {
  readonly kind?: string;
  readonly apiGroup?: string;
  readonly name?: string;
  readonly namespace?: string;
}

interface RoleRefFields {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

interface Aggregation {
  readonly clusterRoleSelectors?: readonly LabelSelector[] | null;
}

/** Names of roles and bindings: anything that fits between two slashes of a URL. */
export const rbacNameComplaints: (name: string, prefix: boolean) => readonly string[] =
  pathSegmentComplaints;

function isEmpty(list: readonly unknown[] | null | undefined): boolean {
  return list === undefined || list === null || list.length === 0;
}

function ruleErrors(rule: Rule, namespaced: boolean, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (isEmpty(rule.verbs)) {
    errors.push(required(path.child("verbs"), "verbs must contain at least one value"));
  }
  const hasUrls = !isEmpty(rule.nonResourceURLs);
  if (hasUrls) {
    const refuse = (text: string): void => {
      errors.push(invalidValue(path.child("nonResourceURLs"), rule.nonResourceURLs, text));
    };
    if (namespaced) refuse("namespaced rules cannot apply to non-resource URLs");
    if (!isEmpty(rule.apiGroups) || !isEmpty(rule.resources) || !isEmpty(rule.resourceNames)) {
      refuse("rules cannot apply to both regular resources and non-resource URLs");
    }
    return errors;
  }
  if (isEmpty(rule.apiGroups)) {
    const text = "resource rules must supply at least one api group";
    errors.push(required(path.child("apiGroups"), text));
  }
  if (isEmpty(rule.resources)) {
    errors.push(
      required(path.child("resources"), "resource rules must supply at least one resource"),
    );
  }
  return errors;
}

function allRuleErrors(role: Readonly<KubeObject>, namespaced: boolean): FieldError[] {
  const rules = (role.rules ?? []) as readonly Rule[];
  return rules.flatMap((rule, index) => ruleErrors(rule, namespaced, root("rules").index(index)));
}

/** Errors of a Role. */
export function validateRole(role: Readonly<KubeObject>): readonly FieldError[] {
  return allRuleErrors(role, true);
}

function selectorsOf(role: Readonly<KubeObject> | undefined): readonly LabelSelector[] {
  const aggregation = role?.aggregationRule as Aggregation | null | undefined;
  return aggregation?.clusterRoleSelectors ?? [];
}

function isReadable(selector: LabelSelector): boolean {
  try {
    selectorFromApi(selector);
    return true;
  } catch {
    return false;
  }
}

/**
 * Errors of a ClusterRole. Label values that are wrong in the stored version already may stay.
 * @param old - undefined on create
 */
export function validateClusterRole(
  role: Readonly<KubeObject>,
  old?: Readonly<KubeObject>,
): readonly FieldError[] {
  const errors = allRuleErrors(role, false);
  const aggregation = role.aggregationRule as Aggregation | null | undefined;
  if (aggregation === undefined || aggregation === null) return errors;
  const path = root("aggregationRule", "clusterRoleSelectors");
  const selectors = selectorsOf(role);
  if (selectors.length === 0) {
    const text = "at least one clusterRoleSelector required if aggregationRule is non-nil";
    errors.push(required(path, text));
  }
  const valuesMayStay = selectorsOf(old).some(hasInvalidValue);
  selectors.forEach((selector, index) => {
    const at = path.index(index);
    const found: FieldError[] = [];
    checkLabelSelector(selector, at, found);
    errors.push(...(valuesMayStay ? found.filter((error) => !isValueError(error)) : found));
    if (!isReadable(selector)) errors.push(invalidValue(at, null, "invalid label selector."));
  });
  return errors;
}

const VALUE_FIELD = /\.matchExpressions\[\d+\]\.values\[\d+\]$/;

function isValueError({ field }: FieldError): boolean {
  return VALUE_FIELD.test(field);
}

function hasInvalidValue({ matchExpressions }: LabelSelector): boolean {
  return (matchExpressions ?? []).some(({ values }) =>
    (values ?? []).some((value) => labelValueComplaints(value).length > 0),
  );
}

function roleRefErrors(ref: RoleRefFields, kinds: readonly string[]): FieldError[] {
  const { apiGroup = "", kind = "", name = "" } = ref;
  const path = root("roleRef");
  const errors: FieldError[] = [];
  if (apiGroup !== RBAC_API_GROUP) {
    errors.push(notSupported(path.child("apiGroup"), apiGroup, [RBAC_API_GROUP]));
  }
  if (!kinds.includes(kind)) errors.push(notSupported(path.child("kind"), kind, kinds));
  if (name === "") errors.push(required(path.child("name")));
  for (const complaint of rbacNameComplaints(name, false)) {
    errors.push(invalidValue(path.child("name"), name, complaint));
  }
  return errors;
}

function accountErrors(subject: SubjectFields, namespaced: boolean, path: FieldPath): FieldError[] {
  const { apiGroup = "", name = "", namespace = "" } = subject;
  const errors: FieldError[] = [];
  if (name !== "") {
    for (const complaint of dnsSubdomainComplaints(name)) {
      errors.push(invalidValue(path.child("name"), name, complaint));
    }
  }
  if (apiGroup !== "") errors.push(notSupported(path.child("apiGroup"), apiGroup, [""]));
  if (!namespaced && namespace === "") errors.push(required(path.child("namespace")));
  return errors;
}

function subjectErrors(subject: SubjectFields, namespaced: boolean, path: FieldPath): FieldError[] {
  const { kind = "", apiGroup = "", name = "" } = subject;
  const errors: FieldError[] = [];
  if (name === "") errors.push(required(path.child("name")));
  if (kind === "ServiceAccount") {
    errors.push(...accountErrors(subject, namespaced, path));
  } else if (kind === "User" || kind === "Group") {
    if (apiGroup !== RBAC_API_GROUP) {
      errors.push(notSupported(path.child("apiGroup"), apiGroup, [RBAC_API_GROUP]));
    }
  } else {
    const kinds = ["ServiceAccount", "User", "Group"];
    errors.push(notSupported(path.child("kind"), kind, kinds));
  }
  return errors;
}

function bindingErrors(
  binding: Readonly<KubeObject>,
  namespaced: boolean,
  old: Readonly<KubeObject> | undefined,
): readonly FieldError[] {
  const ref = (binding.roleRef ?? {}) as RoleRefFields;
  const subjects = (binding.subjects ?? []) as readonly SubjectFields[];
  const errors = roleRefErrors(ref, namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"]);
  subjects.forEach((subject, index) => {
    errors.push(...subjectErrors(subject, namespaced, root("subjects").index(index)));
  });
  const before = (old?.roleRef ?? ref) as RoleRefFields;
  const { apiGroup = "", kind = "", name = "" } = ref;
  const { apiGroup: oldGroup = "", kind: oldKind = "", name: oldName = "" } = before;
  if (apiGroup !== oldGroup || kind !== oldKind || name !== oldName) {
    // Printed with the field names of the internal type.
    const value = { APIGroup: apiGroup, Kind: kind, Name: name };
    errors.push(invalidValue(root("roleRef"), value, "cannot change roleRef"));
  }
  return errors;
}

/** Errors of a RoleBinding; `old` on update. */
export function validateRoleBinding(
  binding: Readonly<KubeObject>,
  old?: Readonly<KubeObject>,
): readonly FieldError[] {
  return bindingErrors(binding, true, old);
}

/** Errors of a ClusterRoleBinding; `old` on update. */
export function validateClusterRoleBinding(
  binding: Readonly<KubeObject>,
  old?: Readonly<KubeObject>,
): readonly FieldError[] {
  return bindingErrors(binding, false, old);
}

/**
 * Fills in the API groups of the role and of users and groups.
 * @see kubernetes pkg/apis/rbac/v1/defaults.go
 */
export function defaultBinding(binding: KubeObject): void {
  const ref = binding.roleRef as { apiGroup?: string } | null | undefined;
  if (ref !== undefined && ref !== null && (ref.apiGroup ?? "") === "") {
    ref.apiGroup = RBAC_API_GROUP;
  }
  for (const subject of (binding.subjects ?? []) as { kind?: string; apiGroup?: string }[]) {
    const named = subject.kind === "User" || subject.kind === "Group";
    if (named && (subject.apiGroup ?? "") === "") subject.apiGroup = RBAC_API_GROUP;
  }
}
