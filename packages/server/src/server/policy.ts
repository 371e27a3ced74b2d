import type { Authorizer, RuleResolver } from "../authorization/authorizer.ts";
import { createNodeAuthorizer } from "../authorization/node.ts";
import type { NodeGraphResource } from "../authorization/node-graph.ts";
import type { RbacResource } from "../authorization/policy-rule.ts";
import { privilegedGroupAuthorizer } from "../authorization/privileged-group.ts";
import { createRbacPolicy, type RbacPolicy } from "../authorization/rbac.ts";
import { createUnionAuthorizer, createUnionRuleResolver } from "../authorization/union.ts";
import type { ResourceStore } from "../registry/resource-store.ts";
import type { Storage } from "../storage/storage.ts";
import { follow } from "./follow.ts";
import type { Stores } from "./stores.ts";

/** Who may do what, following what is stored. */
export interface Policy {
  readonly authorizer: Authorizer;
  readonly ruleResolver: RuleResolver;
  readonly rbac: RbacPolicy;
}

const RBAC = "rbac.authorization.k8s.io";
const RBAC_RESOURCES: readonly RbacResource[] = [
  "clusterroles",
  "roles",
  "clusterrolebindings",
  "rolebindings",
];
const NODE_RESOURCES: readonly (readonly [string, NodeGraphResource])[] = [
  ["", "pods"],
  ["", "persistentvolumes"],
  ["storage.k8s.io", "volumeattachments"],
  ["resource.k8s.io", "resourceslices"],
];

/**
 * Reads the stored policy and follows it: a change counts from the turn in which its write becomes
 * visible, so nothing that was revoked is allowed once.
 */
export function createPolicy(storage: Storage, stores: Stores): Policy {
  const rbac = createRbacPolicy();
  const node = createNodeAuthorizer();
  for (const resource of RBAC_RESOURCES) {
    follow(storage, storeOf(stores, RBAC, resource), {
      upsert: (object) => rbac.upsert(resource, object),
      remove: (namespace, name) => rbac.remove(resource, namespace, name),
    });
  }
  for (const [group, resource] of NODE_RESOURCES) {
    follow(storage, storeOf(stores, group, resource), {
      upsert: (object) => node.upsert(resource, object),
      remove: (namespace, name) => node.remove(resource, namespace, name),
    });
  }
  return {
    authorizer: createUnionAuthorizer([privilegedGroupAuthorizer, node, rbac]),
    ruleResolver: createUnionRuleResolver([node, rbac]),
    rbac,
  };
}

function storeOf(stores: Stores, group: string, resource: string): ResourceStore {
  const store = stores.of(group, "v1", resource);
  if (store === undefined) throw new Error(`${resource} are not served`);
  return store;
}
