import { claimEvaluator } from "./claim-usage.ts";
import { deviceEvaluator } from "./device-usage.ts";
import { createObjectCount } from "./object-count.ts";
import { podEvaluator } from "./pod-usage.ts";
import type { QuotaEvaluator } from "./quota-evaluator.ts";
import { serviceEvaluator } from "./service-usage.ts";

/** Those that know more than how many there are, and those with a name from before `count/…`. */
export const KNOWN_EVALUATORS: readonly QuotaEvaluator[] = [
  podEvaluator,
  serviceEvaluator,
  claimEvaluator,
  deviceEvaluator,
  ...["configmaps", "resourcequotas", "replicationcontrollers", "secrets"].map((resource) =>
    createObjectCount("", resource, resource),
  ),
];

/** What is not kept, and events. @see kubernetes pkg/quota/v1/install/registry.go */
const IGNORED: ReadonlySet<string> = new Set([
  "/bindings",
  "/componentstatuses",
  "/events",
  "events.k8s.io/events",
  "authentication.k8s.io/tokenreviews",
  "authentication.k8s.io/selfsubjectreviews",
  "authorization.k8s.io/subjectaccessreviews",
  "authorization.k8s.io/selfsubjectaccessreviews",
  "authorization.k8s.io/localsubjectaccessreviews",
  "authorization.k8s.io/selfsubjectrulesreviews",
]);

/** Undefined for what no quota is about. */
export function evaluatorOf(group: string, resource: string): QuotaEvaluator | undefined {
  if (IGNORED.has(`${group}/${resource}`)) return undefined;
  const known = KNOWN_EVALUATORS.find((each) => each.resource === resource && each.group === group);
  return known ?? createObjectCount(group, resource);
}
