import type { Job, Pod } from "../../api/types.ts";
import { isPodActive, isPodReady, isPodTerminating } from "../pod-state.ts";
import { countsAsFailure, judgeFailure } from "./failure-policy.ts";
import { IndexSet } from "./index-set.ts";
import { delayedPods, failedIndexes, succeededIndexes } from "./indexed-pods.ts";
import {
  completionsOf,
  hasLimitPerIndex,
  isIndexed,
  isPodFailed,
  isTracked,
  validIndexOf,
} from "./job-facts.ts";
import { type BackoffRecord, updateBackoff } from "./pod-backoff.ts";

/** What a job and its pods come to at one moment; everything that is decided rests on it. */
export interface JobSnapshot {
  readonly job: Readonly<Job>;
  readonly pods: readonly Readonly<Pod>[];
  readonly activePods: readonly Readonly<Pod>[];
  /** Pods that were deleted and have not ended. */
  readonly terminating: number;
  readonly ready: number;
  /** Pods, or of an indexed job indexes, that have succeeded, counted and not yet counted. */
  readonly succeeded: number;
  /** Pods that have failed, counted and not yet counted. */
  readonly failed: number;
  /** Indexes that the status says have succeeded, and with them those that have since. */
  readonly countedIndexes: IndexSet;
  readonly succeededIndexes: IndexSet;
  /** Undefined where indexes have no limit of their own. */
  readonly failedIndexes: IndexSet | undefined;
  /** Of each index that waits for another pod the one that failed last: it tells how often. */
  readonly delayedPods: ReadonlyMap<number, Readonly<Pod>>;
  readonly backoff: BackoffRecord;
  /** Uids of pods that were let go before, and whose informer has not seen it. */
  readonly released: ReadonlySet<string>;
}

export interface SnapshotFacts {
  readonly job: Readonly<Job>;
  readonly pods: readonly Readonly<Pod>[];
  readonly released: ReadonlySet<string>;
  readonly backoff: BackoffRecord;
}

/** @see kubernetes pkg/controller/job/job_controller.go (syncJob) */
export function takeSnapshot({ job, pods, released, backoff }: SnapshotFacts): JobSnapshot {
  const activePods = pods.filter(isPodActive);
  const { succeeded: counted = 0, failed: countedFailed = 0 } = job.status ?? {};
  const { uncountedTerminatedPods: uncounted = {} } = job.status ?? {};
  const fresh = pods.filter((pod) => isUncounted(pod, job, released));
  const isNew = (list: readonly string[] | undefined, { metadata }: Readonly<Pod>): boolean =>
    list?.includes(metadata.uid ?? "") !== true;
  const newSucceeded = fresh.filter(
    (pod) => pod.status?.phase === "Succeeded" && isNew(uncounted.succeeded, pod),
  );
  const newFailed = fresh.filter((pod) => isPodFailed(pod, job) && isNew(uncounted.failed, pod));
  const counts = newFailed.filter((pod) =>
    countsAsFailure(judgeFailure(job.spec?.podFailurePolicy, pod)),
  );
  const before = IndexSet.parse(job.status?.completedIndexes ?? "", completionsOf(job));
  const indexes = isIndexed(job) ? succeededIndexes(job, pods, before) : IndexSet.EMPTY;
  const lost = isIndexed(job) && hasLimitPerIndex(job) ? failedIndexes(job, pods) : undefined;
  return {
    job,
    pods,
    activePods,
    terminating: pods.filter(isPodTerminating).length,
    ready: activePods.filter(isPodReady).length,
    succeeded: isIndexed(job)
      ? indexes.size
      : counted + newSucceeded.length + (uncounted.succeeded?.length ?? 0),
    failed: countedFailed + counts.length + (uncounted.failed?.length ?? 0),
    countedIndexes: before,
    succeededIndexes: indexes,
    failedIndexes: lost,
    delayedPods: lost === undefined ? new Map() : delayedPods(job, fresh, indexes, lost),
    backoff: updateBackoff(backoff, newSucceeded, newFailed),
    released,
  };
}

/** Whether the pod still has to be counted, and is one that counts. */
function isUncounted(
  pod: Readonly<Pod>,
  job: Readonly<Job>,
  released: ReadonlySet<string>,
): boolean {
  if (!isTracked(pod) || released.has(pod.metadata.uid ?? "")) return false;
  return !isIndexed(job) || validIndexOf(pod, job) !== undefined;
}
