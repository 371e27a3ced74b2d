import type { Deployment, ReplicaSet } from "../../api/types.ts";
import {
  actualCount,
  maxUnavailableOf,
  newestReplicas,
  replicasOf,
  wantedCount,
} from "./replica-counts.ts";
import { activeOf, allOf, type ReplicaSets } from "./replica-sets.ts";
import type { Resize } from "./scaling.ts";

/**
 * One step of a rolling update. The next one follows when the sets have changed.
 * @see kubernetes pkg/controller/deployment/rolling.go
 */

/** The size that the newest set should have; undefined when it has it. */
export function growNewest(
  deployment: Readonly<Deployment>,
  sets: ReplicaSets,
  newest: Readonly<ReplicaSet>,
): Resize | undefined {
  const desired = replicasOf(deployment);
  const current = replicasOf(newest);
  const replicas = current >= desired ? desired : newestReplicas(deployment, allOf(sets), current);
  return replicas === current ? undefined : { set: newest, replicas };
}

/**
 * What to take from the old sets, step by step: first pods that are not available, whoever has them,
 * then as many as can be spared. Available pods never become fewer than the deployment allows, and
 * new pods that are not available are no reason to take old ones.
 *
 *     10 wanted, 2 may be unavailable; old has 10, 9 of them available; new has 0
 *     → old to 9 (the one that is not available), then old to 8 (9 available, 8 needed)
 */
export function shrinkOld(
  deployment: Readonly<Deployment>,
  sets: ReplicaSets,
  newest: Readonly<ReplicaSet>,
): readonly Resize[] {
  const old = activeOf(sets.old);
  if (old.length === 0) return [];
  const minAvailable = replicasOf(deployment) - maxUnavailableOf(deployment);
  const newUnavailable = replicasOf(newest) - availableOf(newest);
  const spare = wantedCount(allOf(sets)) - minAvailable - newUnavailable;
  if (spare <= 0) return [];
  const unhealthy = takeUnhealthy(old, spare);
  if (unhealthy === undefined) return [];
  const left = new Map(unhealthy.map(({ set, replicas }) => [set, replicas]));
  const sizeOf = (set: Readonly<ReplicaSet>): number => left.get(set) ?? replicasOf(set);
  const available = actualCount([...old, newest], "availableReplicas");
  return [...unhealthy, ...takeFrom(old, available - minAvailable, sizeOf, sizeOf)];
}

/** @returns undefined when a set has not yet got rid of pods that were taken from it before */
function takeUnhealthy(
  old: readonly Readonly<ReplicaSet>[],
  count: number,
): readonly Resize[] | undefined {
  const unavailable = (set: Readonly<ReplicaSet>): number => replicasOf(set) - availableOf(set);
  const steps = takeFrom(old, count, replicasOf, unavailable);
  const taken = steps.reduce((sum, { set, replicas }) => sum + replicasOf(set) - replicas, 0);
  const isBehind = taken < count && old.some((set) => unavailable(set) < 0);
  return isBehind ? undefined : steps;
}

/** Takes from one set after the other, from each no more than it can give. */
function takeFrom(
  sets: readonly Readonly<ReplicaSet>[],
  count: number,
  sizeOf: (set: Readonly<ReplicaSet>) => number,
  canGive: (set: Readonly<ReplicaSet>) => number,
): readonly Resize[] {
  const steps: Resize[] = [];
  let left = count;
  for (const set of sets) {
    const taken = Math.max(0, Math.min(left, canGive(set)));
    if (taken > 0) steps.push({ set, replicas: sizeOf(set) - taken });
    left -= taken;
  }
  return steps;
}

function availableOf({ status }: Readonly<ReplicaSet>): number {
  return status?.availableReplicas ?? 0;
}
