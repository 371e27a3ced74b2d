import type { Job, Pod } from "../../api/types.ts";
import { compareByUse } from "../pod-control/pod-order.ts";
import { isPodActive } from "../pod-state.ts";
import { countsAsFailure, judgeFailure } from "./failure-policy.ts";
import { IndexSet } from "./index-set.ts";
import { completionsOf, indexOf, isPodFailed, isTracked, validIndexOf } from "./job-facts.ts";
import { finishedAt } from "./pod-backoff.ts";

/**
 * Pods of indexed jobs: which index has come to which end, and how often it has failed.
 * @see kubernetes pkg/controller/job/indexed_job_utils.go
 */

/** On a pod: how many pods of its index have failed before it, and how many whose failure is ignored. */
export const FAILURE_COUNT = "batch.kubernetes.io/job-index-failure-count";
export const IGNORED_FAILURE_COUNT = "batch.kubernetes.io/job-index-ignored-failure-count";
const MAX_INT32 = 2 ** 31 - 1;

/** @param before - Those that the status has. */
export function succeededIndexes(
  job: Readonly<Job>,
  pods: readonly Readonly<Pod>[],
  before: IndexSet,
): IndexSet {
  const ended = pods.filter((pod) => pod.status?.phase === "Succeeded" && isTracked(pod));
  return before.with(indexesOf(ended, job));
}

/** Indexes that have reached their limit, or that the policy gives up. */
export function failedIndexes(job: Readonly<Job>, pods: readonly Readonly<Pod>[]): IndexSet {
  const before = IndexSet.parse(job.status?.failedIndexes ?? "", completionsOf(job));
  const failed = pods.filter((pod) => isTracked(pod) && failsItsIndex(pod, job));
  return before.with(indexesOf(failed, job));
}

function failsItsIndex(pod: Readonly<Pod>, job: Readonly<Job>): boolean {
  if (!isPodFailed(pod, job)) return false;
  const verdict = judgeFailure(job.spec?.podFailurePolicy, pod);
  if (verdict.action === "FailIndex") return true;
  const { backoffLimitPerIndex = 0 } = job.spec ?? {};
  return countsAsFailure(verdict) && countOn(pod, FAILURE_COUNT) >= backoffLimitPerIndex;
}

function indexesOf(pods: readonly Readonly<Pod>[], job: Readonly<Job>): readonly number[] {
  return pods.map((pod) => validIndexOf(pod, job)).filter((index) => index !== undefined);
}

/** Indexes that pods work at, whether the job has them or not. */
export function indexesAtWork(pods: readonly Readonly<Pod>[]): IndexSet {
  return IndexSet.of(pods.map(indexOf).filter((index) => index !== undefined));
}

/**
 * Of each index without a pod that runs the one that failed last. It is kept until there is another
 * one, which inherits the count of failures from it.
 */
export function delayedPods(
  job: Readonly<Job>,
  pods: readonly Readonly<Pod>[],
  succeeded: IndexSet,
  failed: IndexSet,
): ReadonlyMap<number, Readonly<Pod>> {
  const atWork = indexesAtWork(pods.filter(isPodActive));
  const delayed = new Map<number, Readonly<Pod>>();
  for (const pod of pods) {
    const index = validIndexOf(pod, job);
    if (index === undefined || !isPodFailed(pod, job)) continue;
    if (succeeded.has(index) || failed.has(index) || atWork.has(index)) continue;
    const other = delayed.get(index);
    if (other === undefined || isLater(pod, other)) delayed.set(index, pod);
  }
  return delayed;
}

function isLater(pod: Readonly<Pod>, other: Readonly<Pod>): boolean {
  return failuresBefore(other) <= failuresBefore(pod) && finishedAt(pod) >= finishedAt(other);
}

/** How many pods of its index have failed before it. */
export function failuresBefore(pod: Readonly<Pod>): number {
  return countOn(pod, FAILURE_COUNT) + countOn(pod, IGNORED_FAILURE_COUNT);
}

/** Annotations of the pod that replaces another one, or is the first of its index. */
export function failureAnnotations(
  job: Readonly<Job>,
  replaced: Readonly<Pod> | undefined,
): Readonly<Record<string, string>> {
  if (replaced === undefined) return { [FAILURE_COUNT]: "0" };
  const counts = countsAsFailure(judgeFailure(job.spec?.podFailurePolicy, replaced));
  const failures = countOn(replaced, FAILURE_COUNT) + (counts ? 1 : 0);
  const ignored = countOn(replaced, IGNORED_FAILURE_COUNT) + (counts ? 0 : 1);
  return {
    [FAILURE_COUNT]: String(failures),
    ...(ignored > 0 ? { [IGNORED_FAILURE_COUNT]: String(ignored) } : {}),
  };
}

function countOn({ metadata }: Readonly<Pod>, annotation: string): number {
  const text = metadata.annotations?.[annotation] ?? "";
  const count = /^\+?[0-9]+$/.test(text) ? Number(text) : 0;
  return count <= MAX_INT32 ? count : 0;
}

/**
 * Active pods that work at no index of the job, or at one that another pod works at already.
 * @returns those, and the rest
 */
export function superfluousPods(
  job: Readonly<Job>,
  pods: readonly Readonly<Pod>[],
): readonly [superfluous: readonly Readonly<Pod>[], left: readonly Readonly<Pod>[]] {
  const byIndex = Map.groupBy(pods, (pod) => validIndexOf(pod, job));
  const left: Readonly<Pod>[] = [];
  for (const [index, same] of byIndex) {
    const best = index === undefined ? undefined : same.toSorted(compareByUse).at(-1);
    if (best !== undefined) left.push(best);
  }
  return [pods.filter((pod) => !left.includes(pod)), left];
}
