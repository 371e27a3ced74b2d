import { quoteGo, quoteGoList } from "../api/go-quote.ts";
import type { KubeObject } from "../api/object.ts";
import { bareError, forbidden, notFound } from "../api/status-error.ts";
import { semanticEqual } from "../api/validation/equality.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { AuthorizationAttributes, Authorizer } from "./authorizer.ts";
import { printErrors } from "./error-list.ts";
import { type PolicyRule, RBAC_GROUP, roleRefOf, rulesOf } from "./policy-rule.ts";
import { isPrivileged } from "./privileged-group.ts";
import { askAuthorizer, type Questions } from "./questions.ts";
import type { PolicyRuleResolver } from "./rbac.ts";
import { compactRules, describeRule, uncoveredRules } from "./rule-coverage.ts";

/**
 * Nobody gives away rights that they do not hold. Called by the registry on every create and update
 * of roles and bindings, before validation: what escalates and is invalid as well is a 403.
 * @see kubernetes pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go
 */

/** A write that is to be checked. */
export interface RbacWrite {
  readonly user: UserInfo;
  /** Namespace of the URL, empty at the cluster scope. */
  readonly namespace: string;
  /** Name of the URL, empty on create. */
  readonly name: string;
  readonly object: Readonly<KubeObject>;
  /** What is stored; undefined when there is nothing yet. */
  readonly old: Readonly<KubeObject> | undefined;
}

export interface EscalationDependencies {
  readonly authorizer: Authorizer;
  readonly rules: PolicyRuleResolver;
}

const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"], resourceNames: [], nonResourceURLs: [] },
  { verbs: ["*"], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ["*"] },
];

/**
 * Checks a role that is about to be stored: whoever may not `escalate` it must hold every right in
 * it, and everything there is to let it aggregate others.
 * @throws StatusError 403 that lists what is missing
 */
export function checkRoleWrite(
  resource: "roles" | "clusterroles",
  write: RbacWrite,
  dependencies: EscalationDependencies,
): MaybePromise<void> {
  if (isPrivileged(write.user)) return;
  return askAuthorizer(decideRole(resource, write, dependencies.rules), dependencies.authorizer);
}

/**
 * Checks a binding that is about to be stored: whoever may not `bind` its role must hold every right
 * in it.
 * @throws StatusError 403 that lists what is missing; 404 for a role that is not there
 */
export function checkBindingWrite(
  resource: "rolebindings" | "clusterrolebindings",
  write: RbacWrite,
  dependencies: EscalationDependencies,
): MaybePromise<void> {
  if (isPrivileged(write.user)) return;
  return askAuthorizer(decideBinding(resource, write, dependencies.rules), dependencies.authorizer);
}

function* decideRole(
  resource: string,
  write: RbacWrite,
  rules: PolicyRuleResolver,
): Questions<void> {
  const verdict = yield question(write, "escalate", RBAC_GROUP, resource, write.name);
  if (verdict.decision === "allow" || changesOwnershipOnly(write)) return;
  const { object, old } = write;
  const { name = "" } = object.metadata;
  const groupResource = { group: RBAC_GROUP, resource };
  const missing = missingRights(write, rulesOf(object), rules);
  if (missing !== undefined) throw forbidden(groupResource, name, missing);
  if (resource !== "clusterroles" || !(aggregates(object) || aggregates(old))) return;
  if (missingRights(write, FULL_AUTHORITY, rules) !== undefined) {
    const text = "must have cluster-admin privileges to use the aggregationRule";
    throw forbidden(groupResource, name, text);
  }
}

function* decideBinding(
  resource: string,
  write: RbacWrite,
  rules: PolicyRuleResolver,
): Questions<void> {
  if (changesOwnershipOnly(write)) return;
  const { object, namespace } = write;
  const { name = "" } = object.metadata;
  const ref = roleRefOf(object);
  const groupResource = { group: RBAC_GROUP, resource };
  if (ref.kind !== "ClusterRole" && ref.kind !== "Role") {
    // Validation would refuse it, and comes later.
    throw bareError(`unsupported role reference kind: ${quoteGo(ref.kind)}`);
  }
  const roles = ref.kind === "Role" ? "roles" : "clusterroles";
  const verdict = yield question(write, "bind", ref.apiGroup, roles, ref.name);
  if (verdict.decision === "allow") return;
  const granted = rules.rulesOfRole(ref, namespace);
  // Upstream names the binding's resource with the role's name.
  if (granted === undefined) throw notFound(groupResource, ref.name);
  const missing = missingRights(write, granted, rules);
  if (missing !== undefined) throw forbidden(groupResource, name, missing);
}

function question(
  { user, namespace }: RbacWrite,
  verb: string,
  apiGroup: string,
  resource: string,
  name: string,
): AuthorizationAttributes {
  return {
    user,
    verb,
    resourceRequest: true,
    apiGroup,
    apiVersion: "*",
    resource,
    subresource: "",
    name,
    namespace,
    path: "",
  };
}

function aggregates(role: Readonly<KubeObject> | undefined): boolean {
  const rule = role?.aggregationRule as { readonly clusterRoleSelectors?: unknown } | undefined;
  const selectors = rule?.clusterRoleSelectors;
  return Array.isArray(selectors) && selectors.length > 0;
}

/** The text of the refusal, undefined when the user holds every right. */
function missingRights(
  { user, namespace }: RbacWrite,
  wanted: readonly PolicyRule[],
  resolver: PolicyRuleResolver,
): string | undefined {
  const { rules, errors } = resolver.policyRulesFor(user, namespace);
  const uncovered = uncoveredRules(rules, wanted);
  if (uncovered.length === 0) return undefined;
  const lines = [...new Set(compactRules(uncovered).map(describeRule))].sort();
  const who = `user ${quoteGo(user.username)} (groups=${quoteGoList(user.groups)})`;
  const head = `${who} is attempting to grant RBAC permissions not currently held:\n`;
  const trouble = errors.length === 0 ? "" : `; resolution errors: [${printErrors(errors)}]`;
  return `${head}${lines.join("\n")}${trouble}`;
}

/** Whether only fields change that the garbage collector needs to take an object away. */
function changesOwnershipOnly({ object, old }: RbacWrite): boolean {
  if (old === undefined) return false;
  const { ownerReferences, finalizers, managedFields } = old.metadata;
  const metadata = { ...object.metadata, ownerReferences, finalizers, managedFields };
  const { apiVersion, kind } = old;
  return semanticEqual({ ...object, apiVersion, kind, metadata }, old);
}
