import type { Pod } from "../../api/types.ts";
import {
  compareAges,
  compareReadiness,
  compareRestarts,
  compareStages,
  nodeOf,
} from "../pod-control/pod-order.ts";
import { isPodActive } from "../pod-state.ts";

/** @see kubernetes pkg/apis/core/annotation_key_constants.go (PodDeletionCost) */
const DELETION_COST_ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";
const MAX_COST = 2 ** 31;

interface Ranked {
  readonly pod: Readonly<Pod>;
  /** How many active pods of the owner's relatives are on the same node. */
  readonly rank: number;
}

/**
 * Which pods go when there are `count` too many: those that are of the least use first.
 * @param related - Pods of all ReplicaSets of the same owner, to be spread over the nodes.
 * @see kubernetes pkg/controller/replicaset/replica_set.go (getPodsToDelete)
 */
export function podsToDelete(
  pods: readonly Readonly<Pod>[],
  related: readonly Readonly<Pod>[],
  count: number,
  now: number,
): readonly Readonly<Pod>[] {
  if (count >= pods.length) return pods;
  const onNode = new Map<string, number>();
  for (const pod of related) {
    const node = nodeOf(pod);
    if (isPodActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const ranked = pods.map((pod): Ranked => ({ pod, rank: onNode.get(nodeOf(pod)) ?? 0 }));
  ranked.sort((left, right) => compareForDeletion(left, right, now));
  return ranked.slice(0, count).map(({ pod }) => pod);
}

/**
 * Negative when `left` goes first. In order: not on a node before on one; pending, unknown, running;
 * not ready before ready; cheaper before dearer; many neighbours before few; ready for a short time
 * before long; many restarts before few; young before old. Times count on a logarithmic scale, and
 * uids decide within a step of it, so that it is not always the youngest.
 * @see kubernetes pkg/controller/controller_utils.go (ActivePodsWithRanks)
 */
function compareForDeletion(left: Ranked, right: Ranked, now: number): number {
  const [a, b] = [left.pod, right.pod];
  return (
    compareStages(a, b) ||
    deletionCost(a) - deletionCost(b) ||
    right.rank - left.rank ||
    compareReadiness(a, b, now) ||
    compareRestarts(a, b) ||
    compareAges(a, b, now)
  );
}

/** What is no integer of 32 bits costs nothing. */
function deletionCost({ metadata }: Readonly<Pod>): number {
  const text = metadata.annotations?.[DELETION_COST_ANNOTATION] ?? "";
  const cost = /^(?:0|-[0-9]+|[1-9][0-9]*)$/.test(text) ? Number(text) : 0;
  return cost >= -MAX_COST && cost < MAX_COST ? cost : 0;
}
