import type { KubeObject } from "../api/object.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type {
  AuthorizationAttributes,
  AuthorizationVerdict,
  NonResourceRule,
  ResourceRule,
  RuleResolution,
} from "./authorizer.ts";
import { printErrors } from "./error-list.ts";
import {
  type PolicyRule,
  type RbacResource,
  type RoleRef,
  roleRefOf,
  rulesOf,
  subjectsOf,
} from "./policy-rule.ts";
import { RbacDecisions } from "./rbac-decisions.ts";
import { RbacIndex } from "./rbac-index.ts";

/** What the escalation checks need to know of roles. */
export interface PolicyRuleResolver {
  /** Every rule that applies to a user in a namespace ("" for the cluster scope), and what could not be resolved. */
  policyRulesFor(
    user: UserInfo,
    namespace: string,
  ): { readonly rules: readonly PolicyRule[]; readonly errors: readonly string[] };
  /** Rules of the role a binding refers to; undefined when there is no such role. */
  rulesOfRole(roleRef: RoleRef, namespace: string): readonly PolicyRule[] | undefined;
}

/**
 * Role based access control over an index that follows the stored roles and bindings. Whoever owns
 * the storage feeds it in the turn in which a write becomes visible; from then on every decision
 * rests on that write: nothing is cached across a change.
 *
 * Decisions do not depend on the order in which objects arrived: bindings are looked at cluster
 * wide ones first, by name.
 */
export interface RbacPolicy extends PolicyRuleResolver {
  /** @throws never; a role that is missing only adds its text to the reason of a refusal */
  authorize(attributes: AuthorizationAttributes): AuthorizationVerdict;
  rulesFor(user: UserInfo, namespace: string): RuleResolution;
  /** Adds or replaces an object. The object is read once and not kept. */
  upsert(resource: RbacResource, object: Readonly<KubeObject>): void;
  remove(resource: RbacResource, namespace: string, name: string): void;
  /** Forgets all objects of a resource and takes these instead: after a list. */
  replaceAll(resource: RbacResource, objects: Iterable<Readonly<KubeObject>>): void;
}

/** @see kubernetes plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/registry/rbac/validation/rule.go */
export function createRbacPolicy(): RbacPolicy {
  const index = new RbacIndex();
  const decisions = new RbacDecisions(index);
  const put = (resource: RbacResource, object: Readonly<KubeObject>): void => {
    const { name = "", namespace = "" } = object.metadata;
    if (resource === "roles") index.putRole(namespace, name, rulesOf(object));
    else if (resource === "clusterroles") index.putRole("", name, rulesOf(object));
    else {
      const home = resource === "rolebindings" ? namespace : "";
      index.putBinding(home, name, roleRefOf(object), subjectsOf(object));
    }
  };
  const take = (resource: RbacResource, namespace: string, name: string): void => {
    if (resource === "roles") index.removeRole(namespace, name);
    else if (resource === "clusterroles") index.removeRole("", name);
    else index.removeBinding(resource === "rolebindings" ? namespace : "", name);
  };
  const policyRulesFor: PolicyRuleResolver["policyRulesFor"] = (user, namespace) => {
    const grants = decisions.grantsFor(user, namespace);
    const rules: PolicyRule[] = [];
    const errors: string[] = [];
    for (const grant of grants) {
      if (typeof grant.rules === "string") errors.push(grant.rules);
      else rules.push(...grant.rules);
    }
    return { rules, errors };
  };
  return {
    authorize: (attributes) => decisions.authorize(attributes),
    policyRulesFor,
    rulesOfRole: (roleRef, namespace) => {
      const rules = index.rulesOfRole(roleRef, namespace);
      return typeof rules === "string" ? undefined : rules;
    },
    rulesFor: (user, namespace) => {
      const { rules, errors } = policyRulesFor(user, namespace);
      return resolution(rules, errors);
    },
    upsert: (resource, object) => {
      put(resource, object);
      decisions.forget();
    },
    remove: (resource, namespace, name) => {
      take(resource, namespace, name);
      decisions.forget();
    },
    replaceAll: (resource, objects) => {
      index.clear(resource);
      for (const object of objects) put(resource, object);
      decisions.forget();
    },
  };
}

function resolution(rules: readonly PolicyRule[], errors: readonly string[]): RuleResolution {
  const resourceRules: ResourceRule[] = [];
  const nonResourceRules: NonResourceRule[] = [];
  for (const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } of rules) {
    if (resources.length > 0) resourceRules.push({ verbs, apiGroups, resources, resourceNames });
    if (nonResourceURLs.length > 0) nonResourceRules.push({ verbs, nonResourceURLs });
  }
  const error = printErrors(errors);
  return {
    resourceRules,
    nonResourceRules,
    incomplete: false,
    ...(error === "" ? {} : { error }),
  };
}
