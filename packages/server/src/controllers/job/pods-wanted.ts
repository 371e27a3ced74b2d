import type { Pod } from "../../api/types.ts";
import { compareByUse } from "../pod-control/pod-order.ts";
import { isPodTerminating } from "../pod-state.ts";
import { failuresBefore, indexesAtWork, superfluousPods } from "./indexed-pods.ts";
import {
  completionsOf,
  hasLimitPerIndex,
  isIndexed,
  isSuspended,
  replacesOnlyFailed,
} from "./job-facts.ts";
import type { JobSnapshot } from "./job-snapshot.ts";
import { backoffMs, finishedAt } from "./pod-backoff.ts";

/** What has to be done about the pods of a job that goes on. */
export type PodsWanted =
  | { readonly action: "none" }
  | { readonly action: "delete"; readonly pods: readonly Readonly<Pod>[] }
  /** One pod each; undefined where pods have no index. */
  | { readonly action: "create"; readonly indexes: readonly (number | undefined)[] }
  /** Pods that failed are not replaced yet. */
  | { readonly action: "wait"; readonly ms: number };

/** So many pods are made or deleted before the job is looked at again. */
const MAX_AT_ONCE = 500;
/** Nobody waits for less. */
const SHORTEST_WAIT_MS = 1_000;

/** @see kubernetes pkg/controller/job/job_controller.go (manageJob) */
export function decidePods(snapshot: JobSnapshot, now: number): PodsWanted {
  const { job, activePods, terminating } = snapshot;
  const active = activePods.length;
  if (isSuspended(job)) return { action: "delete", pods: activePods };
  const wanted = wantedActive(snapshot);
  const superfluous = podsToRemove(snapshot, Math.max(0, active - wanted)).slice(0, MAX_AT_ONCE);
  if (superfluous.length > 0) return { action: "delete", pods: superfluous };
  const missing = wanted - active - (replacesOnlyFailed(job) ? terminating : 0);
  return missing > 0 ? decideNewPods(snapshot, missing, now) : { action: "none" };
}

/** How many pods should run: no more than there are completions left, and side by side. */
function wantedActive({ job, activePods, succeeded }: JobSnapshot): number {
  const { parallelism = 1, completions } = job.spec ?? {};
  if (completions === undefined) return succeeded > 0 ? activePods.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** At least so many: first those that have no business, then those that are of the least use. */
function podsToRemove({ job, activePods }: JobSnapshot, atLeast: number): readonly Readonly<Pod>[] {
  const [superfluous, left] = isIndexed(job) ? superfluousPods(job, activePods) : [[], activePods];
  const more = Math.max(0, atLeast - superfluous.length);
  return [...superfluous, ...left.toSorted(compareByUse).slice(0, more)];
}

function decideNewPods(snapshot: JobSnapshot, missing: number, now: number): PodsWanted {
  const { job, backoff } = snapshot;
  const wait = hasLimitPerIndex(job) ? 0 : backoffMs(backoff, now);
  if (wait > 0) return { action: "wait", ms: Math.max(wait, SHORTEST_WAIT_MS) };
  const count = Math.min(missing, MAX_AT_ONCE);
  if (!isIndexed(job)) {
    return { action: "create", indexes: Array.from({ length: count }, () => undefined) };
  }
  const indexes = pendingIndexes(snapshot, count);
  return hasLimitPerIndex(job)
    ? decideByIndex(snapshot, indexes, now)
    : { action: "create", indexes };
}

/** The first indexes that nobody works at and that have not come to an end. */
function pendingIndexes(snapshot: JobSnapshot, count: number): readonly number[] {
  const { job, pods, activePods, succeededIndexes, failedIndexes } = snapshot;
  const going = replacesOnlyFailed(job) ? pods.filter(isPodTerminating) : [];
  const taken = succeededIndexes.union(indexesAtWork([...activePods, ...going]));
  const all = failedIndexes === undefined ? taken : taken.union(failedIndexes);
  return all.gaps(count, completionsOf(job));
}

/** Each index waits for itself: those go first that need not wait. */
function decideByIndex(
  { delayedPods }: JobSnapshot,
  indexes: readonly number[],
  now: number,
): PodsWanted {
  const waits = indexes.map((index) => indexWaitMs(delayedPods.get(index), now));
  const free = indexes.filter((_, position) => waits[position] === 0);
  if (free.length > 0 || indexes.length === 0) return { action: "create", indexes: free };
  return { action: "wait", ms: Math.max(Math.min(...waits), SHORTEST_WAIT_MS) };
}

function indexWaitMs(failed: Readonly<Pod> | undefined, now: number): number {
  if (failed === undefined) return 0;
  return backoffMs({ failures: failuresBefore(failed) + 1, failedAt: finishedAt(failed) }, now);
}
