import { scaledValue } from "../../api/int-or-string.ts";
import type { Deployment, ReplicaSet } from "../../api/types.ts";

/**
 * How many pods a deployment may have, and how many it has.
 * @see kubernetes pkg/controller/deployment/util/deployment_util.go
 */

/** How many pods are wanted. */
export function replicasOf({ spec }: Readonly<Deployment> | Readonly<ReplicaSet>): number {
  return spec?.replicas ?? 1;
}

export function isRollingUpdate({ spec }: Readonly<Deployment>): boolean {
  return spec?.strategy?.type === "RollingUpdate";
}

interface Fenceposts {
  readonly surge: number;
  readonly unavailable: number;
}

/**
 * Percentages as numbers: a surge is rounded up, what may be unavailable down. Where both come to
 * nothing, one pod may be unavailable, or no rollout would ever go on.
 */
function fencepostsOf(deployment: Readonly<Deployment>): Fenceposts {
  const { maxSurge = 0, maxUnavailable = 0 } = deployment.spec?.strategy?.rollingUpdate ?? {};
  const desired = replicasOf(deployment);
  const surge = scaledValue(maxSurge, desired, true) ?? 0;
  const unavailable = scaledValue(maxUnavailable, desired, false) ?? 0;
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** How many more pods than wanted a rolling update may have. */
export function maxSurgeOf(deployment: Readonly<Deployment>): number {
  return isRollingUpdate(deployment) ? fencepostsOf(deployment).surge : 0;
}

/** How many fewer a rolling update may have available. */
export function maxUnavailableOf(deployment: Readonly<Deployment>): number {
  const desired = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || desired === 0) return 0;
  return Math.min(fencepostsOf(deployment).unavailable, desired);
}

/** How many pods there may be at most. */
export function maxReplicasOf(deployment: Readonly<Deployment>): number {
  return replicasOf(deployment) + maxSurgeOf(deployment);
}

/** How many pods these sets want together. */
export function wantedCount(sets: readonly Readonly<ReplicaSet>[]): number {
  return sets.reduce((sum, set) => sum + replicasOf(set), 0);
}

type Count = "replicas" | "readyReplicas" | "availableReplicas";

/** How many pods these sets have together, as they say. */
export function actualCount(sets: readonly Readonly<ReplicaSet>[], count: Count): number {
  return sets.reduce((sum, { status }) => sum + (status?.[count] ?? 0), 0);
}

/** How many pods are going; undefined when a set that has been looked at does not say. */
export function terminatingCount(sets: readonly Readonly<ReplicaSet>[]): number | undefined {
  let sum = 0;
  for (const { status } of sets) {
    const { terminatingReplicas, observedGeneration = 0 } = status ?? {};
    if (terminatingReplicas === undefined && observedGeneration !== 0) return undefined;
    sum += terminatingReplicas ?? 0;
  }
  return sum;
}

/**
 * How many pods the newest set should have: as many as there is room for under the surge.
 * @param all - All sets, the newest among them.
 */
export function newestReplicas(
  deployment: Readonly<Deployment>,
  all: readonly Readonly<ReplicaSet>[],
  newest: number,
): number {
  const desired = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) return desired;
  const { maxSurge = 0 } = deployment.spec?.strategy?.rollingUpdate ?? {};
  const room = desired + (scaledValue(maxSurge, desired, true) ?? 0) - wantedCount(all);
  return room <= 0 ? newest : newest + Math.min(room, desired - newest);
}
