/** Which strategy a resource has. Kinds without one are served by the registry's defaults. */
import type { Strategy } from "../strategy.ts";
import { clusterRoleBindingStrategy } from "./cluster-role-bindings.ts";
import { clusterRoleStrategy } from "./cluster-roles.ts";
import { configMapsStrategy } from "./config-maps.ts";
import { endpointsStrategy } from "./endpoints.ts";
import { eventsStrategy, newEventsStrategy } from "./events.ts";
import { GROUP_STRATEGIES } from "./group-strategies.ts";
import { leasesStrategy } from "./leases.ts";
import { limitRangesStrategy } from "./limit-ranges.ts";
import { namespacesStrategy } from "./namespaces.ts";
import { nodesStrategy } from "./nodes.ts";
import { persistentVolumeClaimsStrategy } from "./persistent-volume-claims.ts";
import { persistentVolumesStrategy } from "./persistent-volumes.ts";
import { podTemplatesStrategy } from "./pod-templates.ts";
import { podsStrategy } from "./pods.ts";
import { replicationControllersStrategy } from "./replication-controllers.ts";
import { resourceQuotasStrategy } from "./resource-quotas.ts";
import { roleBindingStrategy } from "./role-bindings.ts";
import { roleStrategy } from "./roles.ts";
import { secretsStrategy } from "./secrets.ts";
import { serviceAccountsStrategy } from "./service-accounts.ts";
import { servicesStrategy } from "./services.ts";

const CORE: readonly Strategy[] = [
  configMapsStrategy,
  endpointsStrategy,
  eventsStrategy,
  limitRangesStrategy,
  namespacesStrategy,
  nodesStrategy,
  persistentVolumeClaimsStrategy,
  persistentVolumesStrategy,
  podTemplatesStrategy,
  podsStrategy,
  replicationControllersStrategy,
  resourceQuotasStrategy,
  secretsStrategy,
  serviceAccountsStrategy,
  servicesStrategy,
];

/** Groups besides core; a group's strategies are added here. */
const OTHERS: readonly Strategy[] = [
  ...GROUP_STRATEGIES,
  clusterRoleBindingStrategy,
  clusterRoleStrategy,
  leasesStrategy,
  newEventsStrategy,
  roleBindingStrategy,
  roleStrategy,
];

const BY_RESOURCE: ReadonlyMap<string, Strategy> = new Map(
  [...CORE, ...OTHERS].map((strategy) => [`${strategy.group}/${strategy.resource}`, strategy]),
);

/** The strategy of a resource, by group (empty for core) and plural name. */
export function strategyOf(group: string, resource: string): Strategy | undefined {
  return BY_RESOURCE.get(`${group}/${resource}`);
}
