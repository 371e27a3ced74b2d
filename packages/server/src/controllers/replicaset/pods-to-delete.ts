import type { Pod } from "../../api/types.ts";
import { instantOf, isPodActive, isPodReady, podReadySince } from "../pod-state.ts";

/** @see kubernetes pkg/apis/core/annotation_key_constants.go (PodDeletionCost) */
const DELETION_COST_ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";
const MAX_COST = 2 ** 31;
const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const NANOSECONDS_IN_MS = 1_000_000;

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
    Number(nodeOf(a) !== "") - Number(nodeOf(b) !== "") ||
    phaseOrder(a) - phaseOrder(b) ||
    Number(isPodReady(a)) - Number(isPodReady(b)) ||
    deletionCost(a) - deletionCost(b) ||
    right.rank - left.rank ||
    (isPodReady(a) ? compareInstants(a, b, podReadySince, now) : 0) ||
    compareRestarts(a, b) ||
    compareInstants(a, b, createdAt, now)
  );
}

function nodeOf({ spec }: Readonly<Pod>): string {
  return spec?.nodeName ?? "";
}

function createdAt({ metadata }: Readonly<Pod>): number | undefined {
  return instantOf(metadata.creationTimestamp);
}

function phaseOrder({ status }: Readonly<Pod>): number {
  return PHASE_ORDER[status?.phase ?? ""] ?? 0;
}

/** What is no integer of 32 bits costs nothing. */
function deletionCost({ metadata }: Readonly<Pod>): number {
  const text = metadata.annotations?.[DELETION_COST_ANNOTATION] ?? "";
  const cost = /^(?:0|-[0-9]+|[1-9][0-9]*)$/.test(text) ? Number(text) : 0;
  return cost >= -MAX_COST && cost < MAX_COST ? cost : 0;
}

/** No instant comes first, and the later of two before the earlier. */
function compareInstants(
  left: Readonly<Pod>,
  right: Readonly<Pod>,
  instant: (pod: Readonly<Pod>) => number | undefined,
  now: number,
): number {
  const [a, b] = [instant(left), instant(right)];
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const steps = ageStep(now - a) - ageStep(now - b);
  if (steps !== 0) return steps;
  return (left.metadata.uid ?? "") < (right.metadata.uid ?? "") ? -1 : 1;
}

/** Ages of one power of two, in nanoseconds, are alike. */
function ageStep(ms: number): number {
  return ms > 0 ? Math.floor(Math.log2(ms * NANOSECONDS_IN_MS)) : -1;
}

function compareRestarts(left: Readonly<Pod>, right: Readonly<Pod>): number {
  return (
    maxRestarts(right.status?.containerStatuses) - maxRestarts(left.status?.containerStatuses) ||
    sidecarRestarts(right) - sidecarRestarts(left)
  );
}

function sidecarRestarts({ spec, status }: Readonly<Pod>): number {
  const sidecars = new Set(
    spec?.initContainers
      ?.filter(({ restartPolicy }) => restartPolicy === "Always")
      .map(({ name }) => name),
  );
  return maxRestarts(status?.initContainerStatuses?.filter(({ name }) => sidecars.has(name)));
}

function maxRestarts(statuses: readonly { readonly restartCount?: number }[] = []): number {
  return Math.max(0, ...statuses.map(({ restartCount = 0 }) => restartCount));
}
