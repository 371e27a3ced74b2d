import type { Deployment, ReplicaSet } from "../../api/types.ts";
import { maxReplicasOf, replicasOf, wantedCount } from "./replica-counts.ts";
import { activeOf, allOf, byCreation, type ReplicaSets } from "./replica-sets.ts";
import { MAX_REPLICAS, replicasAnnotation } from "./revisions.ts";

/** A set and how many pods it should have from now on. */
export interface Resize {
  readonly set: Readonly<ReplicaSet>;
  readonly replicas: number;
}

/**
 * Sizes of the sets when a deployment was scaled while several of them have pods: what is added or
 * taken away is spread in proportion to their sizes, from the largest to the smallest, so that a
 * rollout neither speeds up nor falls back. What rounding leaves over goes to the largest.
 * @see kubernetes pkg/controller/deployment/sync.go (scale)
 */
export function proportionalSizes(
  deployment: Readonly<Deployment>,
  sets: ReplicaSets,
): readonly Resize[] {
  const active = activeOf(allOf(sets));
  const allowed = replicasOf(deployment) > 0 ? maxReplicasOf(deployment) : 0;
  const toAdd = allowed - wantedCount(active);
  const sorted = active.toSorted(toAdd > 0 ? bySizeNewer : bySizeOlder);
  let added = 0;
  const sizes = sorted.map((set) => {
    const share = shareOf(set, deployment, toAdd, added);
    added += share;
    return replicasOf(set) + share;
  });
  return sorted.map((set, index) => {
    const size = sizes[index] ?? 0;
    return { set, replicas: index === 0 ? Math.max(0, size + toAdd - added) : size };
  });
}

/** How many of the pods to add (or, when negative, to take away) fall to one set. */
function shareOf(
  set: Readonly<ReplicaSet>,
  deployment: Readonly<Deployment>,
  toAdd: number,
  added: number,
): number {
  const left = toAdd - added;
  if (toAdd === 0 || left === 0) return 0;
  const share = fractionOf(set, deployment);
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

/** What would keep the set's part of the whole what it was. */
function fractionOf(set: Readonly<ReplicaSet>, deployment: Readonly<Deployment>): number {
  const size = replicasOf(set);
  if (replicasOf(deployment) === 0) return -size;
  // Annotations can be tampered with: the size that the deployment has is the next best.
  const before = replicasAnnotation(set, MAX_REPLICAS) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((size * maxReplicasOf(deployment)) / before) - size;
}

function bySizeOlder(left: Readonly<ReplicaSet>, right: Readonly<ReplicaSet>): number {
  return replicasOf(right) - replicasOf(left) || byCreation(left, right);
}

function bySizeNewer(left: Readonly<ReplicaSet>, right: Readonly<ReplicaSet>): number {
  return replicasOf(right) - replicasOf(left) || byCreation(right, left);
}
