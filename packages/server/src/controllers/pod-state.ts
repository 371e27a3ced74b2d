import type { Pod, PodCondition } from "../api/types.ts";

/**
 * What controllers read off a pod.
 * @see kubernetes pkg/api/v1/pod/util.go, pkg/controller/controller_utils.go
 */

/** Neither finished nor about to go. */
export function isPodActive(pod: Readonly<Pod>): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Finished, one way or the other: no container of it runs again. */
export function isPodTerminal({ status }: Readonly<Pod>): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Deleted, and its containers have not all ended. */
export function isPodTerminating(pod: Readonly<Pod>): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;
}

export function podCondition({ status }: Readonly<Pod>, type: string): PodCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export function isPodReady(pod: Readonly<Pod>): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** Since when it has been ready; undefined when it is not, or does not say. */
export function podReadySince(pod: Readonly<Pod>): number | undefined {
  const condition = podCondition(pod, "Ready");
  return condition?.status === "True" ? instantOf(condition.lastTransitionTime) : undefined;
}

/** Whether it has been ready for long enough. */
export function isPodAvailable(pod: Readonly<Pod>, minReadySeconds: number, now: number): boolean {
  if (!isPodReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = podReadySince(pod);
  return since !== undefined && since + minReadySeconds * 1000 <= now;
}

/** After how long the next of these pods becomes available; undefined when none is on the way. */
export function nextAvailabilityMs(
  pods: readonly Readonly<Pod>[],
  minReadySeconds: number,
  now: number,
): number | undefined {
  const waits = pods.flatMap((pod) => {
    const since = podReadySince(pod);
    const wait = since === undefined ? 0 : since + minReadySeconds * 1000 - now;
    return wait > 0 ? [wait] : [];
  });
  return waits.length === 0 ? undefined : Math.min(...waits);
}

/** An instant of the API in milliseconds since 1970; undefined when there is none. */
export function instantOf(time: string | undefined): number | undefined {
  const at = Date.parse(time ?? "");
  return Number.isNaN(at) ? undefined : at;
}

export function hasSameLabels(left: Readonly<Pod>, right: Readonly<Pod>): boolean {
  const a = left.metadata.labels ?? {};
  const b = right.metadata.labels ?? {};
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
