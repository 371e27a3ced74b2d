import type { CronJob, Job, ObjectReference } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { conditionThatHolds, isFinished, JOB_KIND } from "../job/job-facts.ts";
import { instantOf } from "../pod-state.ts";

/**
 * The list of jobs that a CronJob knows to run.
 * @see kubernetes pkg/controller/cronjob/cronjob_controllerv2.go (syncCronJob)
 */

export function activeOf({ status }: Readonly<CronJob>): readonly ObjectReference[] {
  return status?.active ?? [];
}

export function isActive(cronJob: Readonly<CronJob>, { metadata }: Readonly<Job>): boolean {
  return activeOf(cronJob).some(({ uid }) => uid === metadata.uid);
}

export function withoutActive(cronJob: Readonly<CronJob>, uid: string): Readonly<CronJob> {
  const { active = [], ...status } = cronJob.status ?? {};
  const left = active.filter((each) => each.uid !== uid);
  if (left.length === active.length) return cronJob;
  return { ...cronJob, status: left.length === 0 ? status : { ...status, active: left } };
}

/** @param at - When the job was due. */
export function withActive(
  cronJob: Readonly<CronJob>,
  { metadata }: Readonly<Job>,
  at: number,
): Readonly<CronJob> {
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = metadata;
  const job: ObjectReference = { ...JOB_KIND, namespace, name, uid, resourceVersion };
  const active = [...activeOf(cronJob), job];
  return { ...cronJob, status: { ...cronJob.status, active, lastScheduleTime: formatTime(at) } };
}

/** How a job has ended; undefined while it runs. */
export function endOf(job: Readonly<Job>): "Complete" | "Failed" | undefined {
  if (!isFinished(job)) return undefined;
  return conditionThatHolds(job, "Complete") === undefined ? "Failed" : "Complete";
}

/** With the end of a job that has succeeded later than those before. */
export function withSuccess(cronJob: Readonly<CronJob>, job: Readonly<Job>): Readonly<CronJob> {
  const { completionTime } = job.status ?? {};
  const completedAt = instantOf(completionTime);
  if (endOf(job) !== "Complete" || completedAt === undefined || completionTime === undefined) {
    return cronJob;
  }
  const before = instantOf(cronJob.status?.lastSuccessfulTime);
  if (before !== undefined && before >= completedAt) return cronJob;
  return { ...cronJob, status: { ...cronJob.status, lastSuccessfulTime: completionTime } };
}

/** Jobs beyond those that are kept to be looked at: the oldest of each end. */
export function jobsToDelete(
  { spec }: Readonly<CronJob>,
  jobs: readonly Readonly<Job>[],
): readonly Readonly<Job>[] {
  const surplus = (end: "Complete" | "Failed", limit: number | undefined) => {
    const ended = jobs.filter((job) => endOf(job) === end).sort(byStart);
    return limit === undefined ? [] : ended.slice(0, Math.max(0, ended.length - limit));
  };
  return [
    ...surplus("Complete", spec.successfulJobsHistoryLimit),
    ...surplus("Failed", spec.failedJobsHistoryLimit),
  ];
}

/** Those that never started come last. */
function byStart(left: Readonly<Job>, right: Readonly<Job>): number {
  const startedAt = ({ status }: Readonly<Job>): number =>
    instantOf(status?.startTime) ?? Number.POSITIVE_INFINITY;
  const [a, b] = [startedAt(left), startedAt(right)];
  if (a !== b) return a < b ? -1 : 1;
  return (left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1;
}
