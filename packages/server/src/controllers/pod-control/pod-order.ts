import type { Pod } from "../../api/types.ts";
import { instantOf, isPodReady, podReadySince } from "../pod-state.ts";

/**
 * Which of two pods is of less use: what controllers go by when they have too many.
 * @see kubernetes pkg/controller/controller_utils.go (ActivePods, ActivePodsWithRanks)
 */

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const NANOSECONDS_IN_MS = 1_000_000;

/**
 * Negative when `left` goes first. In order: not on a node before on one; pending, unknown, running;
 * not ready before ready; ready for a short time before long; many restarts before few; young
 * before old.
 */
export function compareByUse(left: Readonly<Pod>, right: Readonly<Pod>): number {
  return (
    compareStages(left, right) ||
    compareReadiness(left, right) ||
    compareRestarts(left, right) ||
    compareAges(left, right)
  );
}

/** How far they have come. */
export function compareStages(left: Readonly<Pod>, right: Readonly<Pod>): number {
  return (
    Number(nodeOf(left) !== "") - Number(nodeOf(right) !== "") ||
    phaseOrder(left) - phaseOrder(right) ||
    Number(isPodReady(left)) - Number(isPodReady(right))
  );
}

export function nodeOf({ spec }: Readonly<Pod>): string {
  return spec?.nodeName ?? "";
}

function phaseOrder({ status }: Readonly<Pod>): number {
  return PHASE_ORDER[status?.phase ?? ""] ?? 0;
}

/** Of two that are ready: for how long. @param now - As in `compareAges`. */
export function compareReadiness(left: Readonly<Pod>, right: Readonly<Pod>, now?: number): number {
  if (!isPodReady(left) || !isPodReady(right)) return 0;
  return compareInstants(left, right, podReadySince, now);
}

/** @param now - Ages count on a logarithmic scale up to here, and uids decide within a step of it. */
export function compareAges(left: Readonly<Pod>, right: Readonly<Pod>, now?: number): number {
  return compareInstants(left, right, createdAt, now);
}

function createdAt({ metadata }: Readonly<Pod>): number | undefined {
  return instantOf(metadata.creationTimestamp);
}

/** No instant comes first, and the later of two before the earlier. */
function compareInstants(
  left: Readonly<Pod>,
  right: Readonly<Pod>,
  instant: (pod: Readonly<Pod>) => number | undefined,
  now: number | undefined,
): number {
  const [a, b] = [instant(left), instant(right)];
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  if (now === undefined) return b - a;
  const steps = ageStep(now - a) - ageStep(now - b);
  if (steps !== 0) return steps;
  return (left.metadata.uid ?? "") < (right.metadata.uid ?? "") ? -1 : 1;
}

/** Ages of one power of two, in nanoseconds, are alike. */
function ageStep(ms: number): number {
  return ms > 0 ? Math.floor(Math.log2(ms * NANOSECONDS_IN_MS)) : -1;
}

export function compareRestarts(left: Readonly<Pod>, right: Readonly<Pod>): number {
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
