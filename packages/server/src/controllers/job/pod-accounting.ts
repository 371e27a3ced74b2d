import type { Job, JobStatus, Pod } from "../../api/types.ts";
import { countsAsFailure, judgeFailure } from "./failure-policy.ts";
import { FINAL, INTERIM, type JobEnd, newCondition } from "./job-end.ts";
import {
  completionsOf,
  findCondition,
  indexOf,
  isIndexed,
  isPodFailed,
  isTracked,
  validIndexOf,
} from "./job-facts.ts";
import type { JobSnapshot } from "./job-snapshot.ts";

/**
 * Counts pods that have ended, each of them once, whatever fails in between: their uids are written
 * into the status, then their finalizers are taken off, and only then the counters rise.
 *
 *     pod ends         status: uncounted [p], succeeded 0     pod: finalizer
 *     after the write  status: uncounted [p], succeeded 0     pod: —
 *     in the end       status: uncounted [],  succeeded 1     pod: may go
 *
 * Of indexed jobs the indexes that have succeeded are written instead: they count once anyway.
 * @see kubernetes pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers)
 */
export interface Accounting {
  readonly status: JobStatus;
  /** Whether the status says something new. */
  readonly changed: boolean;
  /** Pods that may go when the status is written. */
  readonly release: readonly Readonly<Pod>[];
  /** Uids of all pods that are still held. */
  readonly held: ReadonlySet<string>;
  /** Whether there are pods left for another time. */
  readonly isFull: boolean;
}

/** So many uids keep a status below 20 KB. */
const MAX_UNCOUNTED = 500;

/** @param status - As it will be written, but for what is counted here. */
export function accountForPods(
  snapshot: JobSnapshot,
  status: JobStatus,
  end: JobEnd | undefined,
  now: number,
): Accounting {
  const { job } = snapshot;
  const held = new Set(heldPods(snapshot).map(uidOf));
  const settled = settleUncounted(status, held);
  const book = new Book(snapshot, settled.status, end);
  const ended = heldPods(snapshot).filter((pod) => mayGo(pod, snapshot, end));
  if (isIndexed(job)) ended.sort((left, right) => (indexOf(left) ?? -1) - (indexOf(right) ?? -1));
  const release: Readonly<Pod>[] = [];
  for (const pod of ended) {
    release.push(pod);
    book.enter(pod);
    if (book.isFull) break;
  }
  const counted = withIndexes(snapshot, book.status);
  const said = end === undefined ? counted.status : withInterim(counted.status, end, now);
  const changed = settled.changed || book.changed || counted.changed || said !== counted.status;
  return { status: said, changed, release, held, isFull: book.isFull };
}

function uidOf({ metadata }: Readonly<Pod>): string {
  return metadata.uid ?? "";
}

/** Pods that have not been let go, as far as anybody knows. */
function heldPods({ pods, released }: JobSnapshot): Readonly<Pod>[] {
  return pods.filter((pod) => isTracked(pod) && !released.has(uidOf(pod)));
}

/** A failed pod stays while the one that replaces it has not taken over its count. */
function mayGo(pod: Readonly<Pod>, snapshot: JobSnapshot, end: JobEnd | undefined): boolean {
  const { job, delayedPods } = snapshot;
  const isOver = job.metadata.deletionTimestamp !== undefined || end !== undefined;
  if (isOver || pod.status?.phase === "Succeeded") return true;
  if (!isPodFailed(pod, job)) return false;
  const index = indexOf(pod);
  const delayed = index === undefined ? undefined : delayedPods.get(index);
  return delayed === undefined || uidOf(delayed) !== uidOf(pod);
}

/** The uncounted pods of a status, and what is added to them. */
class Book {
  changed = false;
  readonly #snapshot: JobSnapshot;
  readonly #status: JobStatus;
  readonly #end: JobEnd | undefined;
  readonly #succeeded: string[];
  readonly #failed: string[];
  readonly #failedBefore: readonly string[];
  #newIndexes = 0;

  constructor(snapshot: JobSnapshot, status: JobStatus, end: JobEnd | undefined) {
    this.#snapshot = snapshot;
    this.#status = status;
    this.#end = end;
    this.#succeeded = [...(status.uncountedTerminatedPods?.succeeded ?? [])];
    this.#failed = [...(status.uncountedTerminatedPods?.failed ?? [])];
    this.#failedBefore = snapshot.job.status?.uncountedTerminatedPods?.failed ?? [];
  }

  get isFull(): boolean {
    const { length } = this.#succeeded;
    return this.#newIndexes + length + this.#failed.length >= MAX_UNCOUNTED;
  }

  get status(): JobStatus {
    const uncountedTerminatedPods = {
      ...(this.#succeeded.length === 0 ? {} : { succeeded: this.#succeeded }),
      ...(this.#failed.length === 0 ? {} : { failed: this.#failed }),
    };
    return { ...this.#status, uncountedTerminatedPods };
  }

  enter(pod: Readonly<Pod>): void {
    const { job } = this.#snapshot;
    const isKnownFailure = this.#failedBefore.includes(uidOf(pod));
    if (pod.status?.phase === "Succeeded" && !isKnownFailure) this.#enterSuccess(pod);
    // When a job fails, what has not ended has failed with it.
    else if (isPodFailed(pod, job) || this.#end?.outcome === "fails") {
      const isValid = !isIndexed(job) || validIndexOf(pod, job) !== undefined;
      const verdict = judgeFailure(job.spec?.podFailurePolicy, pod);
      if (isValid && !isKnownFailure && countsAsFailure(verdict)) {
        this.#failed.push(uidOf(pod));
        this.changed = true;
      }
    }
  }

  #enterSuccess(pod: Readonly<Pod>): void {
    const { job, countedIndexes } = this.#snapshot;
    if (isIndexed(job)) {
      const index = validIndexOf(pod, job);
      if (index === undefined || countedIndexes.has(index)) return;
      this.#newIndexes++;
    } else {
      if (this.#succeeded.includes(uidOf(pod))) return;
      this.#succeeded.push(uidOf(pod));
    }
    this.changed = true;
  }
}

function withIndexes(
  { job, succeededIndexes, failedIndexes }: JobSnapshot,
  status: JobStatus,
): { readonly status: JobStatus; readonly changed: boolean } {
  if (!isIndexed(job)) return { status, changed: false };
  const completed = succeededIndexes.toString();
  const failed = failedIndexes?.toString();
  const { completedIndexes: _completed, failedIndexes: _failed, ...rest } = status;
  return {
    status: {
      ...rest,
      succeeded: succeededIndexes.size,
      ...(completed === "" ? {} : { completedIndexes: completed }),
      ...(failed === undefined ? {} : { failedIndexes: failed }),
    },
    changed: completed !== (status.completedIndexes ?? "") || failed !== status.failedIndexes,
  };
}

function withInterim(status: JobStatus, end: JobEnd, now: number): JobStatus {
  const type = INTERIM[end.outcome];
  if (findCondition(status.conditions, type)?.status === "True") return status;
  const condition = newCondition(type, "True", end, now);
  return { ...status, conditions: [...(status.conditions ?? []), condition] };
}

/**
 * Counts those of the uncounted pods that nobody holds any more.
 * @param held - Uids of pods that bear the finalizer.
 */
export function settleUncounted(
  status: JobStatus,
  held: ReadonlySet<string>,
): { readonly status: JobStatus; readonly changed: boolean } {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const left = {
    succeeded: succeeded.filter((uid) => held.has(uid)),
    failed: failed.filter((uid) => held.has(uid)),
  };
  const more = {
    succeeded: succeeded.length - left.succeeded.length,
    failed: failed.length - left.failed.length,
  };
  if (more.succeeded + more.failed === 0) return { status, changed: false };
  return {
    status: {
      ...status,
      succeeded: (status.succeeded ?? 0) + more.succeeded,
      failed: (status.failed ?? 0) + more.failed,
      uncountedTerminatedPods: {
        ...(left.succeeded.length === 0 ? {} : { succeeded: left.succeeded }),
        ...(left.failed.length === 0 ? {} : { failed: left.failed }),
      },
    },
    changed: true,
  };
}

/** The status of a job that is over; undefined while pods are not counted, or have not ended. */
export function finishedStatus(
  job: Readonly<Job>,
  end: JobEnd,
  terminating: number,
  now: number,
): JobStatus | undefined {
  const { status = {} } = job;
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (succeeded.length + failed.length + terminating > 0) return undefined;
  const condition = newCondition(FINAL[end.outcome], "True", end, now);
  const { lastTransitionTime } = condition;
  const isTimed = end.outcome === "succeeds" && lastTransitionTime !== undefined;
  return {
    ...status,
    conditions: [...(status.conditions ?? []), condition],
    ...(isTimed ? { completionTime: lastTransitionTime } : {}),
  };
}

/** Whether more pods have succeeded than were wanted. */
export function hasTooMany(job: Readonly<Job>): boolean {
  return job.spec?.completions !== undefined && (job.status?.succeeded ?? 0) > completionsOf(job);
}
