import type { Job, JobStatus } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { newCondition } from "./job-end.ts";
import { findCondition, isSuspended } from "./job-facts.ts";

/** A status that says that a job was suspended, or goes on; with the event that tells of it. */
export interface Suspension {
  readonly status: JobStatus;
  readonly reason: "Suspended" | "Resumed";
  readonly message: string;
}

/**
 * What changes when somebody has suspended a job, or has let it go on; undefined when nothing does.
 * Its time counts from the moment of going on.
 * @see kubernetes pkg/controller/job/job_controller.go (syncJob)
 */
export function decideSuspension(
  job: Readonly<Job>,
  status: JobStatus,
  now: number,
): Suspension | undefined {
  const before = findCondition(status.conditions, "Suspended");
  const suspended = isSuspended(job);
  // Nobody has to be told that a job was never suspended.
  if (before === undefined ? !suspended : (before.status === "True") === suspended) {
    return undefined;
  }
  const message = suspended ? "Job suspended" : "Job resumed";
  const reason = suspended ? "JobSuspended" : "JobResumed";
  const condition = newCondition(
    "Suspended",
    suspended ? "True" : "False",
    { reason, message },
    now,
  );
  const conditions = [...(status.conditions ?? [])];
  const place = before === undefined ? conditions.length : conditions.indexOf(before);
  conditions[place] = condition;
  const { startTime: _startTime, ...rest } = status;
  return {
    status: { ...rest, conditions, ...(suspended ? {} : { startTime: formatTime(now) }) },
    reason: suspended ? "Suspended" : "Resumed",
    message,
  };
}
