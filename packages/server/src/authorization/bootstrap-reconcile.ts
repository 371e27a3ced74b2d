import type { KubeObject } from "../api/object.ts";
import { semanticEqual } from "../api/validation/equality.ts";
import { AUTO_UPDATE_ANNOTATION, type BootstrapObject } from "./bootstrap-policy.ts";
import {
  type PolicyRule,
  type RbacResource,
  roleRefOf,
  rulesOf,
  type Subject,
  subjectsOf,
} from "./policy-rule.ts";
import { uncoveredRules } from "./rule-coverage.ts";

/**
 * What to do with one default object. `recreate` deletes the stored binding, whose role cannot be
 * changed, and creates `object`. `update` carries the stored object with what was missing added.
 */
export type BootstrapAction =
  | { readonly operation: "none" }
  | { readonly operation: "create" | "update" | "recreate"; readonly object: KubeObject };

export type PlannedAction = BootstrapObject & {
  readonly operation: "create" | "update" | "recreate";
};

/** A stored object of the policy; undefined when there is none. */
export type BootstrapLookup = (
  resource: RbacResource,
  namespace: string,
  name: string,
) => Readonly<KubeObject> | undefined;

const NONE: BootstrapAction = Object.freeze({ operation: "none" });

/**
 * Compares a stored object with the default. Only ever adds: rules, subjects, labels, annotations
 * and selectors that somebody else added stay; an object that opted out with the annotation
 * `autoupdate: "false"` is left alone.
 * @see component-helpers auth/rbac/reconciliation/reconcile_role.go, reconcile_rolebindings.go
 */
export function reconcileBootstrapObject(
  existing: Readonly<KubeObject> | undefined,
  { resource, object: wanted }: BootstrapObject,
): BootstrapAction {
  if (existing === undefined) return { operation: "create", object: wanted };
  if (existing.metadata.annotations?.[AUTO_UPDATE_ANNOTATION] === "false") return NONE;
  const isRole = resource === "roles" || resource === "clusterroles";
  if (!isRole && !semanticEqual(roleRefOf(existing), roleRefOf(wanted))) {
    return { operation: "recreate", object: wanted };
  }
  const merged: KubeObject = {
    ...existing,
    metadata: {
      ...existing.metadata,
      labels: { ...wanted.metadata.labels, ...existing.metadata.labels },
      annotations: { ...wanted.metadata.annotations, ...existing.metadata.annotations },
    },
    ...(isRole ? mergedRole(existing, wanted) : mergedBinding(existing, wanted)),
  };
  return semanticEqual(merged, existing) ? NONE : { operation: "update", object: merged };
}

/** A rule as objects hold it, empty lists left out. */
function asObject(rule: PolicyRule): Record<string, readonly string[]> {
  const lists = Object.entries(rule) as [string, readonly string[]][];
  return Object.fromEntries(lists.filter(([name, list]) => list.length > 0 || name === "verbs"));
}

interface Aggregation {
  readonly clusterRoleSelectors?: readonly unknown[] | null;
}

function mergedRole(existing: Readonly<KubeObject>, wanted: KubeObject): Partial<KubeObject> {
  const missing = uncoveredRules(rulesOf(existing), rulesOf(wanted));
  const rules = (existing.rules ?? []) as readonly unknown[];
  const added = missing.length === 0 ? {} : { rules: [...rules, ...missing.map(asObject)] };
  const ours = wanted.aggregationRule as Aggregation | null | undefined;
  const theirs = existing.aggregationRule as Aggregation | null | undefined;
  // A role that is not meant to aggregate stops doing so.
  if (ours === undefined || ours === null) return { ...added, aggregationRule: undefined };
  const selectors = theirs?.clusterRoleSelectors ?? [];
  const absent = (ours.clusterRoleSelectors ?? []).filter(
    (selector) => !selectors.some((known) => semanticEqual(known, selector)),
  );
  if (absent.length === 0) return added;
  return {
    ...added,
    aggregationRule: { ...theirs, clusterRoleSelectors: [...selectors, ...absent] },
  };
}

function isSameSubject(left: Subject, right: Subject): boolean {
  return (
    left.kind === right.kind &&
    left.apiGroup === right.apiGroup &&
    left.name === right.name &&
    left.namespace === right.namespace
  );
}

function mergedBinding(existing: Readonly<KubeObject>, wanted: KubeObject): Partial<KubeObject> {
  const held = subjectsOf(existing);
  const ours = (wanted.subjects ?? []) as readonly unknown[];
  const missing = subjectsOf(wanted).flatMap((subject, index) =>
    held.some((known) => isSameSubject(known, subject)) ? [] : [ours[index]],
  );
  if (missing.length === 0) return {};
  const subjects = (existing.subjects ?? []) as readonly unknown[];
  return { subjects: [...subjects, ...missing] };
}

/** Roles that became aggregated, and the parts their rules went to (Kubernetes 1.9). */
const MOVED_RULES: Readonly<Record<string, string>> = {
  admin: "system:aggregate-to-admin",
  edit: "system:aggregate-to-edit",
  view: "system:aggregate-to-view",
};

/** The binding of `system:discovery` was split (Kubernetes 1.14); changes made to it are carried over. */
const SPLIT_FROM = "system:discovery";
const SPLIT_TO = "system:public-info-viewer";

/** The stored object whose changes a default object that is not there yet takes over, if any. */
function predecessor(
  { resource, object }: BootstrapObject,
  lookup: BootstrapLookup,
): Readonly<KubeObject> | undefined {
  const { name } = object.metadata;
  if (resource === "clusterrolebindings") {
    return name === SPLIT_TO ? lookup(resource, "", SPLIT_FROM) : undefined;
  }
  const whole = Object.keys(MOVED_RULES).find((key) => MOVED_RULES[key] === name);
  if (resource !== "clusterroles" || whole === undefined) return undefined;
  const source = lookup(resource, "", whole);
  return source !== undefined && isAbsent(source.aggregationRule) ? source : undefined;
}

/** A default object with what its predecessor had: rules or subjects, labels, annotations. */
function migrated(wanted: BootstrapObject, source: Readonly<KubeObject>): KubeObject {
  const { name = "" } = wanted.object.metadata;
  const { labels, annotations } = source.metadata;
  const isRole = wanted.resource === "clusterroles";
  const moved: KubeObject = {
    ...wanted.object,
    metadata: {
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(isRole ? { rules: source.rules } : { subjects: source.subjects }),
  };
  const action = reconcileBootstrapObject(moved, wanted);
  return action.operation === "none" ? moved : action.object;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/**
 * Everything that has to be written so that what is stored has the whole default policy, in the
 * order in which to write it; empty on a cluster that is up to date.
 * @see kubernetes pkg/registry/rbac/rest/storage_rbac.go ensureRBACPolicy
 */
export function reconcileBootstrapPolicy(
  lookup: BootstrapLookup,
  wanted: readonly BootstrapObject[],
): readonly PlannedAction[] {
  const planned: PlannedAction[] = [];
  for (const one of wanted) {
    const { name = "", namespace = "" } = one.object.metadata;
    const existing = lookup(one.resource, namespace, name);
    const source = existing === undefined ? predecessor(one, lookup) : undefined;
    const target =
      source === undefined ? one : { resource: one.resource, object: migrated(one, source) };
    const action = reconcileBootstrapObject(existing, target);
    if (action.operation === "none") continue;
    planned.push({ resource: one.resource, operation: action.operation, object: action.object });
  }
  return planned;
}
