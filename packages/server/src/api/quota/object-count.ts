import { type Amounts, ONE } from "./amounts.ts";
import { objectCountName, type QuotaEvaluator } from "./quota-evaluator.ts";

/**
 * Counts objects and knows nothing else of them.
 * @param alias - what quotas called them before there was a name for every resource
 * @see apiserver pkg/quota/v1/generic/evaluator.go
 */
export function createObjectCount(group: string, resource: string, alias?: string): QuotaEvaluator {
  const names = [objectCountName(group, resource), ...(alias === undefined ? [] : [alias])];
  const usage: Amounts = new Map(names.map((name) => [name, ONE]));
  return {
    group,
    resource,
    handles: ({ operation, subresource }) => operation === "CREATE" && subresource === "",
    matchingResources: (wanted) => wanted.filter((name) => names.includes(name)),
    matchesScope: () => false,
    usage: () => usage,
  };
}
