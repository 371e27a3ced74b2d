import type { KubeObject } from "../api/object.ts";

/** What a role grants, every member present. @see kubernetes api rbac/v1 PolicyRule */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** Whom a binding is for. A service account without a namespace is one of the binding's own. */
export interface Subject {
  readonly kind: string;
  readonly apiGroup: string;
  readonly name: string;
  readonly namespace: string;
}

export interface RoleRef {
  readonly apiGroup: string;
  /** `Role` or `ClusterRole`. */
  readonly kind: string;
  readonly name: string;
}

export const RBAC_GROUP = "rbac.authorization.k8s.io";

export type RbacResource = "roles" | "clusterroles" | "rolebindings" | "clusterrolebindings";

const NONE: readonly never[] = Object.freeze([]);

function asStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value : NONE;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asObjects(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : NONE;
}

/** The rules of a role as it is stored, absent members as empty lists. The lists are the object's own. */
export function rulesOf(role: Readonly<KubeObject>): readonly PolicyRule[] {
  return asObjects(role.rules).map((rule) => ({
    verbs: asStrings(rule.verbs),
    apiGroups: asStrings(rule.apiGroups),
    resources: asStrings(rule.resources),
    resourceNames: asStrings(rule.resourceNames),
    nonResourceURLs: asStrings(rule.nonResourceURLs),
  }));
}

/** The subjects of a binding as it is stored. */
export function subjectsOf(binding: Readonly<KubeObject>): readonly Subject[] {
  return asObjects(binding.subjects).map((subject) => ({
    kind: asText(subject.kind),
    apiGroup: asText(subject.apiGroup),
    name: asText(subject.name),
    namespace: asText(subject.namespace),
  }));
}

/** The role a binding is of. */
export function roleRefOf(binding: Readonly<KubeObject>): RoleRef {
  const ref = (binding.roleRef ?? {}) as Readonly<Record<string, unknown>>;
  return {
    apiGroup: asText(ref.apiGroup),
    kind: asText(ref.kind),
    name: asText(ref.name),
  };
}
