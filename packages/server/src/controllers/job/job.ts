import { goDurationMs } from "../../api/int64.ts";
import { selectorFromApi } from "../../api/selectors.ts";
import type { Job, Pod } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { JOBS, keyOf, type ObjectKey, PODS, printKey } from "../../client/resource-type.ts";
import type { Informer, InformerHandler } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { Controller } from "../controller.ts";
import { Expectations } from "../expectations.ts";
import { PodControl } from "../pod-control/pod-control.ts";
import { instantOf } from "../pod-state.ts";
import type { WorkQueue } from "../work-queue.ts";
import { isFinished, JOB_KIND } from "./job-facts.ts";
import { JobReconciler } from "./job-reconciler.ts";
import { type OrphanKey, OrphanPods, printOrphanKey } from "./orphan-pods.ts";
import { BATCH_MS, PodWatcher } from "./pod-watcher.ts";
import { ReleasedPods } from "./released-pods.ts";

export interface JobControllerOptions {
  readonly client: Client;
  readonly jobs: Informer<Job>;
  readonly pods: Informer<Pod>;
  readonly podsByController: ControlledObjects<Pod>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see kubernetes pkg/controller/job/config/v1alpha1/defaults.go, job_controller.go */
const WORKERS = 5;
const BACKOFF = { firstBackoffMs: 1_000, maxBackoffMs: 60_000 };

/**
 * Runs pods until enough of them have succeeded, or too many have failed. Keys are those of jobs.
 * @see kubernetes pkg/controller/job/job_controller.go
 */
export function createJobController(options: JobControllerOptions): Runnable {
  const { client, jobs, pods, clock, logger } = options;
  const events = new EventRecorder({ ...options, component: "job-controller" });
  const expectations = new Expectations(clock);
  const released = new ReleasedPods();
  const podControl = new PodControl({ client, events, kind: JOB_KIND });
  const jobClient = client.resource(JOBS);
  const shared = { ...options, jobClient, podControl, expectations, released, events };
  const reconciler = new JobReconciler(shared);
  const common = { clock, logger, informers: [jobs, pods], workers: WORKERS, ...BACKOFF };
  const controller = new Controller<ObjectKey>({
    ...common,
    name: "job-controller",
    identify: printKey,
    reconciler,
  });
  const orphans = new Controller<OrphanKey>({
    ...common,
    name: "job-controller (orphan pods)",
    identify: printOrphanKey,
    reconciler: new OrphanPods({ pods, jobs, podClient: client.resource(PODS) }),
  });
  const { queue } = controller;
  jobs.addHandler(
    watchJobs(queue, orphans.queue, clock, (job) => {
      reconciler.forget(keyOf(job), job.metadata.uid ?? "");
    }),
  );
  const watched = { jobs, expectations, released, queue, orphans: orphans.queue };
  pods.addHandler(new PodWatcher(watched));
  return { run: (context) => runTogether([events, controller, orphans], context) };
}

/** Changes of a job's specification are looked at at once, those of its status are gathered. */
function watchJobs(
  queue: WorkQueue<ObjectKey>,
  orphans: WorkQueue<OrphanKey>,
  clock: Clock,
  forget: (job: Readonly<Job>) => void,
): InformerHandler<Job> {
  const releasePods = (job: Readonly<Job>): void => {
    const selector = selectorFromApi(job.spec?.selector);
    const { namespace = "" } = job.metadata;
    if (selector !== undefined) orphans.add({ kind: "selector", namespace, selector });
  };
  return {
    added: (job) => queue.add(keyOf(job)),
    updated: (job, before) => {
      if (isFinished(job)) {
        queue.add(keyOf(job));
        releasePods(job);
        return;
      }
      const isSpecSame = job.metadata.generation === before.metadata.generation;
      queue.addAfter(keyOf(job), isSpecSame ? BATCH_MS : 0);
      const seconds = job.spec?.activeDeadlineSeconds;
      const startedAt = instantOf(job.status?.startTime);
      const isNew = seconds !== before.spec?.activeDeadlineSeconds;
      if (seconds === undefined || startedAt === undefined || !isNew) return;
      queue.addAfter(keyOf(job), startedAt + goDurationMs(seconds) - clock.now());
    },
    deleted: (job) => {
      forget(job);
      queue.add(keyOf(job));
      releasePods(job);
    },
  };
}
