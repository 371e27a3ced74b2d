import type { Service } from "../types.ts";
import { type Amounts, countOf, ONE } from "./amounts.ts";
import { objectCountName, type QuotaEvaluator } from "./quota-evaluator.ts";

const COUNT = objectCountName("", "services");
const NODE_PORTS = "services.nodeports";
const LOAD_BALANCERS = "services.loadbalancers";
const NAMES = [COUNT, "services", NODE_PORTS, LOAD_BALANCERS];

/** What a service takes: itself, ports of nodes, a load balancer. @see kubernetes pkg/quota/v1/evaluator/core/services.go */
export const serviceEvaluator: QuotaEvaluator = {
  group: "",
  resource: "services",
  // Its type may change.
  handles: ({ operation, subresource }) =>
    subresource === "" && (operation === "CREATE" || operation === "UPDATE"),
  matchingResources: (names) => names.filter((name) => NAMES.includes(name)),
  matchesScope: () => false,
  usage: (service) => serviceUsage(service as Service),
};

function serviceUsage({ spec }: Readonly<Service>): Amounts {
  const ports = spec?.ports ?? [];
  const isBalanced = spec?.type === "LoadBalancer";
  let nodePorts = 0;
  if (spec?.type === "NodePort") nodePorts = ports.length;
  else if (isBalanced) {
    // Those that are given later count already, unless none will be given.
    const onlyOwn = spec?.allocateLoadBalancerNodePorts === false;
    nodePorts = onlyOwn ? ports.filter(({ nodePort = 0 }) => nodePort !== 0).length : ports.length;
  }
  return new Map([
    [COUNT, ONE],
    ["services", ONE],
    [NODE_PORTS, countOf(nodePorts)],
    [LOAD_BALANCERS, countOf(isBalanced ? 1 : 0)],
  ]);
}

/** The type as far as what is used depends on it. */
export function countedServiceType({ spec }: Readonly<Service>): string {
  return spec?.type === "NodePort" || spec?.type === "LoadBalancer" ? spec.type : "";
}
