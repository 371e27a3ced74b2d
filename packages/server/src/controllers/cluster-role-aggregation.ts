import { matchesLabels, selectorFromApi } from "../api/selectors.ts";
import type { ClusterRole, PolicyRule } from "../api/types.ts";
import type { Client } from "../client/client.ts";
import { CLUSTER_ROLES } from "../client/resource-type.ts";
import type { Informer } from "../informer/informer.ts";
import type { Lister } from "../informer/lister.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { Controller } from "./controller.ts";
import { DONE, type Reconciler } from "./reconciler.ts";

export interface ClusterRoleAggregationOptions {
  readonly client: Client;
  readonly clusterRoles: Informer<ClusterRole>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const FIELD_MANAGER = "clusterrole-aggregation-controller";

/**
 * Fills the rules of cluster roles that are made of others. Keys are names of cluster roles.
 * @see kubernetes pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go
 */
export function createClusterRoleAggregation(
  options: ClusterRoleAggregationOptions,
): Controller<string> {
  const { client, clusterRoles, clock, logger } = options;
  const { lister } = clusterRoles;
  const roles = client.resource(CLUSTER_ROLES);
  const reconciler: Reconciler<string> = {
    async reconcile(name, { signal }) {
      const role = lister.get("", name);
      if (role?.aggregationRule === undefined) return DONE;
      const rules = aggregateRules(role, lister);
      if (sameRules(rules, role.rules ?? [])) return DONE;
      const wanted = {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name },
        ...(rules.length === 0 ? {} : { rules }),
      };
      const options = { fieldManager: FIELD_MANAGER, force: true, signal };
      await roles.apply({ namespace: "", name }, wanted, options);
      return DONE;
    },
  };
  const controller = new Controller<string>({
    name: "clusterrole-aggregation-controller",
    clock,
    logger,
    identify: (name) => name,
    informers: [clusterRoles],
    reconciler,
  });
  // Nobody knows which roles a change concerns without looking at all; there are few.
  const addAll = (): void => {
    for (const { metadata, aggregationRule } of lister.all()) {
      if (aggregationRule !== undefined) controller.queue.add(metadata.name ?? "");
    }
  };
  clusterRoles.addHandler({ added: addAll, updated: addAll, deleted: addAll });
  return controller;
}

/**
 * The rules of all roles that the aggregation rule selects: selector by selector, roles by name,
 * each rule once.
 */
export function aggregateRules(
  role: Readonly<ClusterRole>,
  lister: Lister<ClusterRole>,
): PolicyRule[] {
  const rules = new Map<string, PolicyRule>();
  for (const labelSelector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = selectorFromApi(labelSelector);
    if (selector === undefined) continue;
    const chosen = [...lister.all()]
      .filter(({ metadata }) => matchesLabels(selector, metadata.labels))
      .filter(({ metadata }) => metadata.name !== role.metadata.name)
      .sort(byName);
    for (const rule of chosen.flatMap((each) => each.rules ?? [])) {
      const text = printRule(rule);
      if (!rules.has(text)) rules.set(text, rule);
    }
  }
  return [...rules.values()];
}

function byName(left: Readonly<ClusterRole>, right: Readonly<ClusterRole>): number {
  return (left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1;
}

function sameRules(left: readonly PolicyRule[], right: readonly PolicyRule[]): boolean {
  return (
    left.length === right.length &&
    left.every((rule, index) => {
      const other = right[index];
      return other !== undefined && printRule(rule) === printRule(other);
    })
  );
}

/** Equal texts are equal rules; an empty list is the same as none. */
function printRule(rule: PolicyRule): string {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  return JSON.stringify(
    [verbs, apiGroups, resources, resourceNames, nonResourceURLs].map((list) => list ?? []),
  );
}
