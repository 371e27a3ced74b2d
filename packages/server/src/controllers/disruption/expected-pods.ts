import { type IntOrString, scaledValue } from "../../api/int-or-string.ts";
import type { OwnerReference, Pod, PodDisruptionBudget } from "../../api/types.ts";
import { controllerOf } from "../controller-ref.ts";
import type { ExpectedPods } from "./budget-status.ts";

/** What controls pods, and how many it wants. */
export interface Scale {
  readonly uid: string;
  readonly replicas: number;
}

/** The scale of what controls a pod; undefined when that is not there any more. */
export type FindScale = (
  controller: OwnerReference,
  namespace: string,
) => Scale | undefined | Promise<Scale | undefined>;

/** Pods that nobody controls cannot be expected: they are named, and not counted. */
export interface PodExpectation extends ExpectedPods {
  readonly unmanaged: readonly string[];
}

/**
 * How many pods a budget stands for. Only a number of available pods can be taken as it is; anything
 * else goes by what the controllers of the pods want.
 * @throws Error when a controller is gone, or its scale cannot be told
 * @see kubernetes pkg/controller/disruption/disruption.go (getExpectedPodCount, getExpectedScale)
 */
export async function expectPods(
  { spec = {} }: Readonly<PodDisruptionBudget>,
  pods: readonly Readonly<Pod>[],
  findScale: FindScale,
): Promise<PodExpectation> {
  const { maxUnavailable, minAvailable } = spec;
  if (maxUnavailable !== undefined) {
    const { expected, unmanaged } = await expectedScale(pods, findScale);
    const desiredHealthy = Math.max(0, expected - scaled(maxUnavailable, expected));
    return { expected, unmanaged, desiredHealthy };
  }
  if (typeof minAvailable === "number") {
    return { expected: pods.length, desiredHealthy: minAvailable, unmanaged: [] };
  }
  if (minAvailable === undefined) return { expected: 0, desiredHealthy: 0, unmanaged: [] };
  const { expected, unmanaged } = await expectedScale(pods, findScale);
  return { expected, unmanaged, desiredHealthy: scaled(minAvailable, expected) };
}

function scaled(value: IntOrString, total: number): number {
  const number = scaledValue(value, total, true);
  if (number === undefined) {
    throw new Error("invalid value for IntOrString: invalid type: string is not a percentage");
  }
  return number;
}

async function expectedScale(pods: readonly Readonly<Pod>[], findScale: FindScale) {
  const replicas = new Map<string, number>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const { name = "", namespace = "" } = pod.metadata;
    const controller = controllerOf(pod);
    if (controller === undefined) {
      unmanaged.push(name);
      continue;
    }
    if (replicas.has(controller.uid)) continue;
    const scale = await findScale(controller, namespace);
    if (scale === undefined) throw new Error(`found no controllers for pod "${name}"`);
    replicas.set(scale.uid, scale.replicas);
  }
  const expected = [...replicas.values()].reduce((sum, count) => sum + count, 0);
  return { expected, unmanaged };
}
