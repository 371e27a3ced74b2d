import type { CronJob, Job } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { isAlreadyExists, isNamespaceTerminating } from "../../client/errors.ts";
import { type EventSink, type EventType, referenceTo } from "../../client/event-recorder.ts";
import { keyOf } from "../../client/resource-type.ts";
import { isControlledBy } from "../controller-ref.ts";
import { textOf } from "../pod-control/pod-control.ts";
import { activeOf, isActive, withActive, withoutActive } from "./active-jobs.ts";
import { CRON_JOB, jobAt } from "./scheduled-job.ts";

/** A CronJob with the status that it will have, as far as it is known. */
export interface Draft {
  cronJob: Readonly<CronJob>;
}

/** Makes and deletes the jobs of CronJobs, and says so in events. */
export class JobControl {
  readonly #jobs: ResourceClient<Job>;
  readonly #events: EventSink;

  constructor({
    jobClient,
    events,
  }: {
    readonly jobClient: ResourceClient<Job>;
    readonly events: EventSink;
  }) {
    this.#jobs = jobClient;
    this.#events = events;
  }

  /** @returns whether it is deleted, and no longer in the list */
  async delete(draft: Draft, job: Readonly<Job>, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#jobs.delete(keyOf(job), { propagationPolicy: "Background", signal });
    } catch (error) {
      this.#tell(draft.cronJob, "Warning", "FailedDelete", `Deleted job: ${textOf(error)}`);
      return false;
    }
    this.#tell(draft.cronJob, "Normal", "SuccessfulDelete", `Deleted job ${job.metadata.name}`);
    draft.cronJob = withoutActive(draft.cronJob, job.metadata.uid ?? "");
    return true;
  }

  /** Jobs that still run make way. */
  async replace(draft: Draft, signal: AbortSignal): Promise<void> {
    for (const { namespace = "", name = "" } of activeOf(draft.cronJob)) {
      let job: Job;
      try {
        job = await this.#jobs.get({ namespace, name }, { signal });
      } catch (error) {
        this.#tell(draft.cronJob, "Warning", "FailedGet", `Get job: ${textOf(error)}`);
        throw error;
      }
      if (!(await this.delete(draft, job, signal))) {
        throw new Error(`could not replace job ${namespace}/${name}`);
      }
    }
  }

  /** @returns false when somebody else's job has its name, or the list has it already */
  async create(draft: Draft, at: number, signal: AbortSignal): Promise<boolean> {
    const { cronJob } = draft;
    const wanted = jobAt(cronJob, at);
    let job: Job;
    try {
      job = await this.#jobs.create(wanted, { signal });
      this.#tell(cronJob, "Normal", "SuccessfulCreate", `Created job ${job.metadata.name}`);
    } catch (error) {
      if (!isAlreadyExists(error)) {
        if (!isNamespaceTerminating(error)) {
          this.#tell(cronJob, "Warning", "FailedCreate", `Error creating job: ${textOf(error)}`);
        }
        throw error;
      }
      job = await this.#jobs.get(keyOf(wanted), { signal });
      if (!isControlledBy(job, cronJob) || isActive(cronJob, job)) return false;
    }
    draft.cronJob = withActive(cronJob, job, at);
    return true;
  }

  #tell(about: Readonly<CronJob>, type: EventType, reason: string, message: string): void {
    this.#events.record(referenceTo(CRON_JOB, about), type, reason, message);
  }
}
