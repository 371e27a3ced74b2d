import type { Quantity } from "../quantity.ts";
import { isHugePages } from "../resource-names.ts";
import type { Container, Pod } from "../types.ts";
import { isExtended, isNative } from "../validation/resources.ts";
import { type Amounts, ONE, parseAmounts } from "./amounts.ts";
import { asksAsWhole, podAmounts } from "./pod-amounts.ts";
import { hasDeadline, podMatchesScope } from "./pod-scopes.ts";
import { objectCountName, type QuotaEvaluator } from "./quota-evaluator.ts";

const COUNT = objectCountName("", "pods");
const COMPUTE = ["cpu", "memory", "ephemeral-storage"] as const;
const REQUESTS = "requests.";
const LIMITS = "limits.";
const DEVICE_CLASS = "deviceclass.resource.kubernetes.io/";

const NAMES: ReadonlySet<string> = new Set([
  COUNT,
  "pods",
  ...COMPUTE.flatMap((name) => [name, REQUESTS + name, LIMITS + name]),
]);
/** Where a quota bounds one of these, every container has to say how much it wants. */
const REQUIRED: ReadonlySet<string> = new Set(
  ["cpu", "memory"].flatMap((name) => [name, REQUESTS + name, LIMITS + name]),
);

/**
 * What a pod takes, until it has ended: `count/pods` counts it as long as it is there.
 * @see kubernetes pkg/quota/v1/evaluator/core/pods.go
 */
export const podEvaluator: QuotaEvaluator = {
  group: "",
  resource: "pods",
  handles: ({ operation, subresource, object, oldObject }) => {
    if (subresource === "resize") return operation === "UPDATE";
    if (subresource !== "") return false;
    if (operation === "CREATE") return true;
    return operation === "UPDATE" && hasDeadline(object as Pod) !== hasDeadline(oldObject as Pod);
  },
  matchingResources: (names) => names.filter(isOfPods),
  matchesScope: (requirement, pod) => podMatchesScope(requirement, pod as Pod),
  complaint: (bounded, pod) => missingResources(bounded, pod as Pod),
  usage: (pod, now) => (holdsResources(pod as Pod, now) ? podUsage(pod as Pod) : ENDED),
};

const ENDED: Amounts = new Map([[COUNT, ONE]]);

function isOfPods(name: string): boolean {
  if (NAMES.has(name) || isHugePages(name)) return true;
  if (!name.startsWith(REQUESTS)) return false;
  const rest = name.slice(REQUESTS.length);
  return isHugePages(rest) || !isNative(name) || rest.startsWith(DEVICE_CLASS);
}

/**
 * Neither over nor past its time: a pod that a lost node cannot end must not keep others from
 * running.
 */
export function holdsResources({ metadata, status }: Readonly<Pod>, now: number): boolean {
  if (status?.phase === "Failed" || status?.phase === "Succeeded") return false;
  const seconds = metadata?.deletionGracePeriodSeconds;
  const deletedAt = Date.parse(metadata?.deletionTimestamp ?? "");
  if (Number.isNaN(deletedAt) || seconds === undefined || seconds === null) return true;
  return now <= deletedAt + Number(seconds) * 1000;
}

function podUsage(pod: Readonly<Pod>): Amounts {
  const compute = computeUsage(podAmounts(pod, "requests"), podAmounts(pod, "limits"));
  return new Map([[COUNT, ONE], ...compute]);
}

/** Under the names that quotas have for them. */
function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const usage = new Map<string, Quantity>([["pods", ONE]]);
  for (const name of COMPUTE) {
    const request = requests.get(name);
    const limit = limits.get(name);
    if (request !== undefined) usage.set(name, request).set(REQUESTS + name, request);
    if (limit !== undefined) usage.set(LIMITS + name, limit);
  }
  for (const [name, request] of requests) {
    if (isHugePages(name)) usage.set(name, request);
    if (isHugePages(name) || isExtended(name) || name.startsWith(DEVICE_CLASS)) {
      usage.set(REQUESTS + name, request);
    }
  }
  return usage;
}

function missingResources(bounded: readonly string[], pod: Readonly<Pod>): string | undefined {
  if (asksAsWhole(pod)) return undefined;
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const named = [...containers, ...initContainers].map((container) => ({
    name: container.name,
    resources: containerUsage(container),
  }));
  const missing = bounded
    .filter((name) => REQUIRED.has(name))
    .sort()
    .flatMap((name) => {
      const without = named.filter(({ resources }) => !resources.has(name));
      if (without.length === 0) return [];
      const names = new Set(without.map((each) => each.name));
      return [`${name} for: ${[...names].sort().join(",")}`];
    });
  return missing.length === 0 ? undefined : `must specify ${missing.join("; ")}`;
}

function containerUsage({ resources }: Container): Amounts {
  return computeUsage(parseAmounts(resources?.requests), parseAmounts(resources?.limits));
}
