import type { CronJob, Job } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder, referenceTo } from "../../client/event-recorder.ts";
import { CRON_JOBS, JOBS, keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer, InformerHandler } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { Controller } from "../controller.ts";
import { controllerOf } from "../controller-ref.ts";
import type { WorkQueue } from "../work-queue.ts";
import { CronJobReconciler, zonedSchedule } from "./cron-job-reconciler.ts";
import { nextDueMs } from "./missed-schedules.ts";
import { parseSchedule } from "./schedule.ts";
import { CRON_JOB } from "./scheduled-job.ts";

export interface CronJobControllerOptions {
  readonly client: Client;
  readonly cronJobs: Informer<CronJob>;
  readonly jobs: Informer<Job>;
  readonly jobsByController: ControlledObjects<Job>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see kubernetes pkg/controller/cronjob/config/v1alpha1/defaults.go */
const WORKERS = 5;

/**
 * Starts jobs by the clock. Keys are those of CronJobs.
 * @see kubernetes pkg/controller/cronjob/cronjob_controllerv2.go
 */
export function createCronJobController(options: CronJobControllerOptions): Runnable {
  const { client, cronJobs, jobs, clock, logger } = options;
  const events = new EventRecorder({ ...options, component: "cronjob-controller" });
  const cronJobClient = client.resource(CRON_JOBS);
  const jobClient = client.resource(JOBS);
  const controller = new Controller<ObjectKey>({
    name: "cronjob-controller",
    clock,
    logger,
    identify: printKey,
    informers: [cronJobs, jobs],
    reconciler: new CronJobReconciler({ ...options, cronJobClient, jobClient, events }),
    workers: WORKERS,
  });
  const { queue } = controller;
  const add = (cronJob: Readonly<CronJob>): void => queue.add(keyOf(cronJob));
  cronJobs.addHandler({
    added: add,
    deleted: add,
    updated: (cronJob, before) => {
      const isTimeSame =
        cronJob.spec.schedule === before.spec.schedule &&
        cronJob.spec.timeZone === before.spec.timeZone;
      if (isTimeSame) add(cronJob);
      else wakeInTime(cronJob, queue, clock, events);
    },
  });
  jobs.addHandler(wakeByJobs(cronJobs, add));
  return { run: (context) => runTogether([events, controller], context) };
}

/** Of a new schedule the first time counts. */
function wakeInTime(
  cronJob: Readonly<CronJob>,
  queue: WorkQueue<ObjectKey>,
  clock: Clock,
  events: EventRecorder,
): void {
  try {
    const waitMs = nextDueMs(cronJob, parseSchedule(zonedSchedule(cronJob)), clock.now());
    queue.addAfter(keyOf(cronJob), waitMs ?? 0);
  } catch {
    const what = `unparseable schedule for cronjob: ${cronJob.spec.schedule}`;
    const about = referenceTo(CRON_JOB, cronJob);
    events.record(about, "Warning", "UnParseableCronJobSchedule", what);
  }
}

function wakeByJobs(
  cronJobs: Informer<CronJob>,
  add: (cronJob: Readonly<CronJob>) => void,
): InformerHandler<Job> {
  const wake = (job: Readonly<Job>): void => {
    const controller = controllerOf(job);
    if (controller?.kind !== CRON_JOB.kind) return;
    const cronJob = cronJobs.lister.get(job.metadata.namespace ?? "", controller.name);
    if (cronJob?.metadata.uid === controller.uid) add(cronJob);
  };
  return {
    added: wake,
    deleted: wake,
    updated: (job, before) => {
      if (controllerOf(job)?.uid !== controllerOf(before)?.uid) wake(before);
      wake(job);
    },
  };
}
