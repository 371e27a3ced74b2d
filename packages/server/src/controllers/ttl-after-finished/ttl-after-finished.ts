import type { Job } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { JOBS, keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { Controller } from "../controller.ts";
import { conditionThatHolds } from "../job/job-facts.ts";
import { instantOf } from "../pod-state.ts";
import { DONE } from "../reconciler.ts";

export interface TtlAfterFinishedOptions {
  readonly client: Client;
  readonly jobs: Informer<Job>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @see kubernetes pkg/controller/ttlafterfinished/config/v1alpha1/defaults.go */
const WORKERS = 5;

/**
 * Deletes jobs with their pods some time after they are over, where they say so. Keys are those of
 * jobs.
 * @see kubernetes pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
 */
export function createTtlAfterFinished(options: TtlAfterFinishedOptions): Controller<ObjectKey> {
  const { client, jobs, clock, logger } = options;
  const jobClient = client.resource(JOBS);
  const remove = async (key: ObjectKey, signal: AbortSignal): Promise<number | undefined> => {
    // What the informer knows may be old: the time may have been changed, or the job made anew.
    const live = await jobClient.get(key, { signal });
    const left = timeLeftMs(live, clock.now());
    if (left === undefined || left > 0) return left;
    const preconditions = { uid: live.metadata.uid ?? "" };
    await jobClient.delete(key, { propagationPolicy: "Foreground", preconditions, signal });
    return undefined;
  };
  const controller = new Controller<ObjectKey>({
    name: "ttl-after-finished-controller",
    clock,
    logger,
    identify: printKey,
    informers: [jobs],
    workers: WORKERS,
    reconciler: {
      async reconcile(key, { signal }) {
        const job = jobs.lister.get(key.namespace, key.name);
        let left = job === undefined ? undefined : timeLeftMs(job, clock.now());
        try {
          if (left !== undefined && left <= 0) left = await remove(key, signal);
        } catch (error) {
          if (!isNotFound(error)) throw error;
          return DONE;
        }
        return left === undefined ? DONE : { requeueAfterMs: left };
      },
    },
  });
  const add = (job: Readonly<Job>): void => {
    if (timeLeftMs(job, clock.now()) !== undefined) controller.queue.add(keyOf(job));
  };
  jobs.addHandler({ added: add, updated: add });
  return controller;
}

/** How long a job is kept yet; undefined when it is not over, or is kept for ever, or is going. */
export function timeLeftMs(job: Readonly<Job>, now: number): number | undefined {
  const seconds = job.spec?.ttlSecondsAfterFinished;
  const over = conditionThatHolds(job, "Complete") ?? conditionThatHolds(job, "Failed");
  const finishedAt = instantOf(over?.lastTransitionTime);
  const isGoing = job.metadata.deletionTimestamp !== undefined;
  if (seconds === undefined || finishedAt === undefined || isGoing) return undefined;
  return finishedAt + seconds * 1000 - now;
}
