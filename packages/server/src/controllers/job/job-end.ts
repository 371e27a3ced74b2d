import { goDurationMs } from "../../api/int64.ts";
import type { Job, JobCondition, Pod } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { instantOf } from "../pod-state.ts";
import { judgeFailure } from "./failure-policy.ts";
import {
  completionsOf,
  conditionThatHolds,
  hasLimitPerIndex,
  isIndexed,
  isPodFailed,
  isSuspended,
} from "./job-facts.ts";
import type { JobSnapshot } from "./job-snapshot.ts";
import { judgeSuccess } from "./success-policy.ts";

/**
 * How a job ends. It is said in two steps: first that it will (`FailureTarget`, `SuccessCriteriaMet`),
 * and, when its pods have ended and are counted, that it has (`Failed`, `Complete`).
 * @see kubernetes pkg/controller/job/job_controller.go (syncJob)
 */

/** Which way it ends, and why. */
export interface JobEnd {
  readonly outcome: "succeeds" | "fails";
  readonly reason: string;
  readonly message: string;
}

/** What the status says of an end that is not over yet, and of one that is. */
export const INTERIM: Readonly<Record<JobEnd["outcome"], string>> = {
  succeeds: "SuccessCriteriaMet",
  fails: "FailureTarget",
};
export const FINAL: Readonly<Record<JobEnd["outcome"], string>> = {
  succeeds: "Complete",
  fails: "Failed",
};

export function newCondition(
  type: string,
  status: "True" | "False",
  { reason, message }: Pick<JobEnd, "reason" | "message">,
  now: number,
): JobCondition {
  const time = formatTime(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

/** Why a job ends, whatever its pods do yet; undefined when it goes on. */
export function decideEnd(snapshot: JobSnapshot, now: number): JobEnd | undefined {
  const { job, pods } = snapshot;
  return (
    endSaidBefore(job) ??
    endByPolicy(job, pods) ??
    endByLimits(snapshot, now) ??
    (isIndexed(job) ? endByIndexes(snapshot) : undefined)
  );
}

function endSaidBefore(job: Readonly<Job>): JobEnd | undefined {
  for (const outcome of ["succeeds", "fails"] as const) {
    const condition = conditionThatHolds(job, INTERIM[outcome]);
    if (condition === undefined) continue;
    const { reason = "", message = "" } = condition;
    return { outcome, reason, message };
  }
  return undefined;
}

function endByPolicy(job: Readonly<Job>, pods: readonly Readonly<Pod>[]): JobEnd | undefined {
  const policy = job.spec?.podFailurePolicy;
  if (policy === undefined) return undefined;
  for (const pod of pods) {
    const message = isPodFailed(pod, job) ? judgeFailure(policy, pod).message : undefined;
    if (message !== undefined) return fails("PodFailurePolicy", message);
  }
  return undefined;
}

function fails(reason: string, message: string): JobEnd {
  return { outcome: "fails", reason, message };
}

function endByLimits({ job, pods, failed }: JobSnapshot, now: number): JobEnd | undefined {
  const { backoffLimit = 0 } = job.spec ?? {};
  if (failed > backoffLimit || restartsTooOften(job, pods, backoffLimit)) {
    return fails("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }
  const left = deadlineMs(job, now);
  return left !== undefined && left <= 0
    ? fails("DeadlineExceeded", "Job was active longer than specified deadline")
    : undefined;
}

/** Pods that are restarted in place do not fail: their containers' restarts count. */
function restartsTooOften(
  { spec }: Readonly<Job>,
  pods: readonly Readonly<Pod>[],
  limit: number,
): boolean {
  if (spec?.template.spec?.restartPolicy !== "OnFailure") return false;
  const alive = pods.filter(
    ({ status }) => status?.phase === "Running" || status?.phase === "Pending",
  );
  const statuses = alive.flatMap(({ status }) => [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ]);
  const restarts = statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** How long the job may still be active; undefined when nothing says so, or it is not. */
export function deadlineMs(job: Readonly<Job>, now: number): number | undefined {
  const seconds = job.spec?.activeDeadlineSeconds;
  const startedAt = instantOf(job.status?.startTime);
  if (seconds === undefined || startedAt === undefined || isSuspended(job)) return undefined;
  return startedAt + goDurationMs(seconds) - now;
}

function endByIndexes(snapshot: JobSnapshot): JobEnd | undefined {
  const { job, succeededIndexes: succeeded, failedIndexes: failed } = snapshot;
  const { maxFailedIndexes, successPolicy } = job.spec ?? {};
  if (hasLimitPerIndex(job) && failed !== undefined) {
    if (maxFailedIndexes !== undefined && failed.size > maxFailedIndexes) {
      return fails(
        "MaxFailedIndexesExceeded",
        "Job has exceeded the specified maximal number of failed indexes",
      );
    }
    if (failed.size > 0 && failed.size + succeeded.size >= completionsOf(job)) {
      return fails("FailedIndexes", "Job has failed indexes");
    }
  }
  const message = judgeSuccess(successPolicy, completionsOf(job), succeeded);
  return message === undefined
    ? undefined
    : { outcome: "succeeds", reason: "SuccessPolicy", message };
}

/** Whether everything that was wanted is done. @param active - Pods that run, with those just made. */
export function isComplete({ job, succeeded }: JobSnapshot, active: number): boolean {
  if (active > 0) return false;
  const { completions } = job.spec ?? {};
  // Without a number of completions, one pod that succeeds says that the work is done.
  return completions === undefined ? succeeded > 0 : succeeded >= completions;
}

export const COMPLETED: JobEnd = {
  outcome: "succeeds",
  reason: "CompletionsReached",
  message: "Reached expected number of succeeded pods",
};
