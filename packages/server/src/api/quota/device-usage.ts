import { addQuantities, type Quantity } from "../quantity.ts";
import type { DeviceRequest, DeviceSubRequest, ResourceClaim } from "../types.ts";
import { type Amounts, countOf, ONE } from "./amounts.ts";
import { objectCountName, type QuotaEvaluator } from "./quota-evaluator.ts";

const COUNT = objectCountName("resource.k8s.io", "resourceclaims");
/** `gpu.deviceclass.resource.k8s.io/devices` bounds devices of one class. */
const OF_CLASS = ".deviceclass.resource.k8s.io/devices";
/** So many are reckoned with where all are asked for. @see api resource/v1 (AllocationResultsMaxSize) */
const ALL = 32;

/** What a claim of devices takes. @see kubernetes pkg/quota/v1/evaluator/core/resource_claims.go */
export const deviceEvaluator: QuotaEvaluator = {
  group: "resource.k8s.io",
  resource: "resourceclaims",
  handles: ({ operation, subresource }) =>
    subresource === "" && (operation === "CREATE" || operation === "UPDATE"),
  matchingResources: (names) => names.filter((name) => name === COUNT || name.endsWith(OF_CLASS)),
  matchesScope: () => false,
  usage: (claim) => deviceUsage(claim as ResourceClaim),
};

function deviceUsage({ spec }: Readonly<ResourceClaim>): Amounts {
  const usage = new Map<string, Quantity>([[COUNT, ONE]]);
  for (const request of spec?.devices?.requests ?? []) {
    for (const [className, count] of devicesOf(request)) {
      const name = className + OF_CLASS;
      usage.set(name, addQuantities(usage.get(name) ?? countOf(0), countOf(count)));
    }
  }
  return usage;
}

/** By class, the most that a request may get of it. */
function devicesOf({ exactly, firstAvailable = [] }: DeviceRequest): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  if (firstAvailable.length === 0 && exactly !== undefined) {
    most.set(exactly.deviceClassName ?? "", devicesWanted(exactly));
  }
  for (const choice of firstAvailable) {
    const className = choice.deviceClassName ?? "";
    const wanted = devicesWanted(choice);
    if (wanted > (most.get(className) ?? 0)) most.set(className, wanted);
  }
  return most;
}

function devicesWanted({
  allocationMode,
  count,
}: Pick<DeviceSubRequest, "allocationMode" | "count">): number {
  if (allocationMode === "ExactCount") return Number(count ?? 0);
  return allocationMode === "All" ? ALL : 0;
}
