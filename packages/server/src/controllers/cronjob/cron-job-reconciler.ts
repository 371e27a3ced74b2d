import { goDurationMs } from "../../api/int64.ts";
import type { CronJob, Job } from "../../api/types.ts";
import { isTimeZone } from "../../api/validation/cron-schedule.ts";
import type { ResourceClient } from "../../client/client.ts";
import { isNamespaceTerminating, isNotFound } from "../../client/errors.ts";
import { type EventSink, type EventType, referenceTo } from "../../client/event-recorder.ts";
import { keyOf, type ObjectKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { textOf } from "../pod-control/pod-control.ts";
import { instantOf } from "../pod-state.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import {
  activeOf,
  endOf,
  isActive,
  jobsToDelete,
  withoutActive,
  withSuccess,
} from "./active-jobs.ts";
import { type Draft, JobControl } from "./job-control.ts";
import { lastDue, nextDueMs } from "./missed-schedules.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";
import { CRON_JOB, jobNameAt } from "./scheduled-job.ts";

export interface CronJobReconcilerOptions {
  readonly cronJobs: Informer<CronJob>;
  readonly cronJobClient: ResourceClient<CronJob>;
  readonly jobClient: ResourceClient<Job>;
  readonly jobsByController: ControlledObjects<Job>;
  readonly events: EventSink;
  readonly clock: Clock;
}

/**
 * Starts jobs when they are due, and looks after those that were started.
 * @see kubernetes pkg/controller/cronjob/cronjob_controllerv2.go
 */
export class CronJobReconciler implements Reconciler<ObjectKey> {
  readonly #options: CronJobReconcilerOptions;
  readonly #control: JobControl;

  constructor(options: CronJobReconcilerOptions) {
    this.#options = options;
    this.#control = new JobControl(options);
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { cronJobs, cronJobClient, jobsByController } = this.#options;
    const found = cronJobs.lister.get(key.namespace, key.name);
    if (found === undefined) return DONE;
    const jobs = jobsByController.of(found.metadata.uid ?? "");
    const draft: Draft = { cronJob: found };
    for (const job of jobsToDelete(found, jobs)) await this.#control.delete(draft, job, signal);
    let failure: unknown;
    let waitMs: number | undefined;
    try {
      await this.#lookAt(draft, jobs, signal);
      if (found.metadata.deletionTimestamp === undefined) waitMs = await this.#start(draft, signal);
    } catch (error) {
      failure = error;
    }
    if (draft.cronJob.status !== found.status) {
      await cronJobClient.update(draft.cronJob, { subresource: "status", signal });
    }
    if (failure !== undefined && !isNamespaceTerminating(failure)) throw failure;
    return waitMs === undefined ? DONE : { requeueAfterMs: waitMs };
  }

  /** Notes which jobs have ended, or are gone. */
  async #lookAt(draft: Draft, jobs: readonly Readonly<Job>[], signal: AbortSignal): Promise<void> {
    for (const job of jobs) {
      const end = endOf(job);
      const { name, uid = "" } = job.metadata;
      if (end === undefined) {
        if (!isActive(draft.cronJob, job)) await this.#lookForUnknown(draft, job, signal);
        continue;
      }
      if (isActive(draft.cronJob, job)) {
        const what = `Saw completed job: ${name}, condition: ${end}`;
        this.#tell(draft.cronJob, "Normal", "SawCompletedJob", what);
        draft.cronJob = withoutActive(draft.cronJob, uid);
      }
      draft.cronJob = withSuccess(draft.cronJob, job);
    }
    const known = new Set(jobs.map(({ metadata }) => metadata.uid));
    for (const { uid = "", name = "", namespace = "" } of activeOf(draft.cronJob)) {
      if (known.has(uid) || (await this.#find({ namespace, name }, signal)) !== undefined) continue;
      this.#tell(draft.cronJob, "Normal", "MissingJob", `Active job went missing: ${name}`);
      draft.cronJob = withoutActive(draft.cronJob, uid);
    }
  }

  /** A job that the list does not have: the informer may be behind, or somebody else has made it. */
  async #lookForUnknown(draft: Draft, job: Readonly<Job>, signal: AbortSignal): Promise<void> {
    const live = await this.#options.cronJobClient.get(keyOf(draft.cronJob), { signal });
    if (isActive(live, job)) {
      draft.cronJob = live;
      return;
    }
    const what = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`;
    this.#tell(draft.cronJob, "Warning", "UnexpectedJob", what);
  }

  async #find(key: ObjectKey, signal: AbortSignal): Promise<Job | undefined> {
    try {
      return await this.#options.jobClient.get(key, { signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** @returns when to look again, in milliseconds; undefined when only a change can help */
  async #start(draft: Draft, signal: AbortSignal): Promise<number | undefined> {
    const { cronJob } = draft;
    const { spec } = cronJob;
    if (spec.timeZone !== undefined && !isTimeZone(spec.timeZone)) {
      const what = `invalid timeZone: "${spec.timeZone}": unknown time zone ${spec.timeZone}`;
      this.#tell(cronJob, "Warning", "UnknownTimeZone", what);
      return undefined;
    }
    if (spec.suspend === true) return undefined;
    const schedule = this.#scheduleOf(cronJob);
    if (schedule === undefined) return undefined;
    const now = this.#options.clock.now();
    const at = this.#dueAt(cronJob, schedule, now);
    if (at === "never") return undefined;
    if (at !== undefined && this.#mayStart(cronJob, at, now)) {
      if (spec.concurrencyPolicy === "Replace") await this.#control.replace(draft, signal);
      if (!(await this.#control.create(draft, at, signal))) return undefined;
    }
    return nextDueMs(draft.cronJob, schedule, now);
  }

  /** Undefined, after saying so, when it cannot be read. */
  #scheduleOf(cronJob: Readonly<CronJob>): Schedule | undefined {
    const { schedule } = cronJob.spec;
    if (schedule.includes("TZ")) {
      const what = `CRON_TZ or TZ used in schedule "${schedule}" is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details`;
      this.#tell(cronJob, "Warning", "UnsupportedSchedule", what);
    }
    try {
      return parseSchedule(zonedSchedule(cronJob));
    } catch (error) {
      const what = `unparseable schedule: "${schedule}" : ${textOf(error)}`;
      this.#tell(cronJob, "Warning", "UnparseableSchedule", what);
      return undefined;
    }
  }

  #dueAt(
    cronJob: Readonly<CronJob>,
    schedule: Schedule,
    now: number,
  ): number | undefined | "never" {
    try {
      const { at, missed } = lastDue(cronJob, schedule, now, true);
      if (at !== undefined && missed === "many") {
        const what =
          "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
        this.#tell(cronJob, "Warning", "TooManyMissedTimes", what);
      }
      return at;
    } catch (error) {
      const what = `invalid schedule: ${cronJob.spec.schedule} : ${textOf(error)}`;
      this.#tell(cronJob, "Warning", "InvalidSchedule", what);
      return "never";
    }
  }

  #mayStart(cronJob: Readonly<CronJob>, at: number, now: number): boolean {
    const { startingDeadlineSeconds: deadline, concurrencyPolicy } = cronJob.spec;
    if (deadline !== undefined && at + goDurationMs(deadline) < now) {
      const time = new Date(at).toUTCString().replace("GMT", "+0000");
      const what = `Missed scheduled time to start a job: ${time}`;
      this.#tell(cronJob, "Warning", "MissSchedule", what);
      return false;
    }
    const active = activeOf(cronJob);
    const name = jobNameAt(cronJob, at);
    const isDone =
      active.some((job) => job.name === name) || instantOf(cronJob.status?.lastScheduleTime) === at;
    if (isDone) return false;
    if (concurrencyPolicy !== "Forbid" || active.length === 0) return true;
    const what =
      "Not starting job because prior execution is running and concurrency policy is Forbid";
    this.#tell(cronJob, "Normal", "JobAlreadyActive", what);
    return false;
  }

  #tell(about: Readonly<CronJob>, type: EventType, reason: string, message: string): void {
    this.#options.events.record(referenceTo(CRON_JOB, about), type, reason, message);
  }
}

/** The schedule in the time zone that the CronJob names. */
export function zonedSchedule({ spec }: Readonly<CronJob>): string {
  const { schedule, timeZone } = spec;
  const isZoned = schedule.includes("TZ") || timeZone === undefined || !isTimeZone(timeZone);
  return isZoned ? schedule : `TZ=${timeZone} ${schedule}`;
}
