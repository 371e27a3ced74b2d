/** The quality of service class of a pod. @see kubernetes pkg/apis/core/helper/qos/qos.go */
import { addTexts, compareQuantities, type QuantityText, signOf } from "./amounts.ts";
import type { PodSpec, ResourceList, ResourceRequirements } from "./pod-shapes.ts";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const COMPUTE = ["cpu", "memory"] as const;
type Sums = { cpu?: QuantityText; memory?: QuantityText };

/** Adds what is above zero; answers how many of the two were. */
function addPositive(sums: Sums, list: ResourceList | null | undefined): number {
  let found = 0;
  if (list == null) return found;
  for (const name of COMPUTE) {
    const value = list[name];
    if (value === undefined || signOf(value) <= 0) continue;
    found++;
    const before = sums[name];
    sums[name] = before === undefined ? value : addTexts(before, value);
  }
  return found;
}

function requirementsOf(spec: PodSpec): readonly (ResourceRequirements | undefined)[] {
  if (spec.resources != null) return [spec.resources];
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(
    ({ resources }) => resources,
  );
}

/**
 * Guaranteed: every container limits cpu and memory, and requests equal limits. BestEffort: nobody
 * asks for anything. Burstable: the rest. Resources of the pod as a whole stand for its containers'.
 */
export function qosClassOf(spec: PodSpec): QosClass {
  const requests: Sums = {};
  const limits: Sums = {};
  let limited = true;
  for (const resources of requirementsOf(spec)) {
    addPositive(requests, resources?.requests);
    const found = addPositive(limits, resources?.limits);
    const unlimitedPod =
      spec.resources != null && Object.keys(resources?.limits ?? {}).length === 0;
    if (found < COMPUTE.length && !unlimitedPod) limited = false;
  }
  const asked = Object.keys(requests).length;
  if (asked === 0 && Object.keys(limits).length === 0) return "BestEffort";
  if (!limited || asked !== Object.keys(limits).length) return "Burstable";
  const equal = COMPUTE.every(
    (name) => requests[name] === undefined || compareQuantities(requests[name], limits[name]) === 0,
  );
  return equal ? "Guaranteed" : "Burstable";
}
