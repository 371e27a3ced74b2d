import { goDurationMs } from "../../api/int64.ts";
import type { ContainerStatus, Pod } from "../../api/types.ts";
import { instantOf, podCondition } from "../pod-state.ts";

/**
 * When pods that have failed are replaced: after 10 s, 20 s, 40 s … up to ten minutes.
 * @see kubernetes pkg/controller/job/backoff_utils.go
 */

/** Failures of a job's pods since one of them has succeeded. */
export interface BackoffRecord {
  readonly failures: number;
  /** Of the last of them. */
  readonly failedAt: number | undefined;
}

export const NO_FAILURES: BackoffRecord = { failures: 0, failedAt: undefined };

const FIRST_MS = 10_000;
const LONGEST_MS = 600_000;

/** The record with pods that have ended since: what failed before a success is forgiven. */
export function updateBackoff(
  before: BackoffRecord,
  succeeded: readonly Readonly<Pod>[],
  failed: readonly Readonly<Pod>[],
): BackoffRecord {
  const succeededAt = Math.max(Number.NEGATIVE_INFINITY, ...succeeded.map(finishedAt));
  const times = failed.map(finishedAt).filter((at) => at > succeededAt);
  const start = succeeded.length === 0 ? before : NO_FAILURES;
  if (times.length === 0) return start;
  return { failures: start.failures + times.length, failedAt: Math.max(...times) };
}

/** How long the next pod has to wait; 0 when it may start. */
export function backoffMs({ failures, failedAt = 0 }: BackoffRecord, now: number): number {
  if (failures === 0) return 0;
  const wait = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return Math.max(0, wait - (now - failedAt));
}

/**
 * When a pod ended, as well as it can be told: with its last container, or when it stopped being
 * ready, or when its deletion was asked for.
 */
export function finishedAt(pod: Readonly<Pod>): number {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  const deletedAt = instantOf(deletionTimestamp);
  return (
    containersFinishedAt(pod) ??
    unreadySince(pod) ??
    (deletedAt === undefined ? undefined : deletedAt - goDurationMs(deletionGracePeriodSeconds)) ??
    instantOf(creationTimestamp) ??
    0
  );
}

/** Undefined when one of them has not ended. Sidecars end after all others. */
function containersFinishedAt({ spec, status }: Readonly<Pod>): number | undefined {
  const sidecars = new Set(
    spec?.initContainers
      ?.filter(({ restartPolicy }) => restartPolicy === "Always")
      .map(({ name }) => name),
  );
  const statuses = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const ends = statuses.map(containerFinishedAt);
  return ends.length === 0 || ends.includes(undefined)
    ? undefined
    : Math.max(...ends.filter((at) => at !== undefined));
}

function containerFinishedAt({ state }: ContainerStatus): number | undefined {
  return instantOf(state?.terminated?.finishedAt);
}

function unreadySince(pod: Readonly<Pod>): number | undefined {
  const condition = podCondition(pod, "Ready");
  return condition?.status === "False" ? instantOf(condition.lastTransitionTime) : undefined;
}
