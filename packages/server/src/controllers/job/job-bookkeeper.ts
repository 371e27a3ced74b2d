import type { Job, JobStatus, Pod } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { type EventSink, type EventType, referenceTo } from "../../client/event-recorder.ts";
import { keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { JobEnd } from "./job-end.ts";
import { JOB_KIND } from "./job-facts.ts";
import type { JobPods } from "./job-pods.ts";
import type { JobSnapshot } from "./job-snapshot.ts";
import { accountForPods, finishedStatus, hasTooMany, settleUncounted } from "./pod-accounting.ts";
import { type BackoffRecord, NO_FAILURES } from "./pod-backoff.ts";
import type { ReleasedPods } from "./released-pods.ts";
import { decideSuspension } from "./suspension.ts";

export interface JobBookkeeperOptions {
  readonly jobClient: ResourceClient<Job>;
  readonly pods: JobPods;
  readonly released: ReleasedPods;
  readonly events: EventSink;
  readonly clock: Clock;
}

/** What became of the pods of a job in one reconcile. */
export interface Progress {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  /** How the job ends, if it does and nothing stands in its way. */
  readonly end: JobEnd | undefined;
  /** Whether pods could be made and deleted. */
  readonly managed: boolean;
  readonly waitMs: number | undefined;
  readonly error: unknown;
}

/**
 * Writes down what became of a job: counts pods that have ended, and says that the job is over.
 * @see kubernetes pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers)
 */
export class JobBookkeeper {
  readonly #options: JobBookkeeperOptions;
  readonly #backoffs = new Map<string, BackoffRecord>();
  /** Uids of jobs that are finished, and whose informer has not seen it. */
  readonly #finished = new Set<string>();

  constructor(options: JobBookkeeperOptions) {
    this.#options = options;
  }

  backoffOf(job: ObjectKey): BackoffRecord {
    return this.#backoffs.get(printKey(job)) ?? NO_FAILURES;
  }

  /** Whether it was written that the job is over. */
  isFinished(uid: string): boolean {
    return this.#finished.has(uid);
  }

  /** The job is gone, or is seen to be over. */
  forget(job: ObjectKey, uid: string): void {
    this.#backoffs.delete(printKey(job));
    this.#finished.delete(uid);
  }

  /** Writes the status, lets counted pods go, and says that the job is over when it is. */
  async record(snapshot: JobSnapshot, progress: Progress, signal: AbortSignal): Promise<void> {
    const { job } = snapshot;
    const now = this.#options.clock.now();
    const suspension =
      progress.managed && progress.end === undefined
        ? decideSuspension(job, job.status ?? {}, now)
        : undefined;
    if (suspension !== undefined) {
      this.#tell(job, "Normal", suspension.reason, suspension.message);
    }
    const { active, ready, terminating, end } = progress;
    const said: JobStatus = { ...(suspension?.status ?? job.status), active, ready, terminating };
    const accounting = accountForPods(snapshot, said, end, now);
    const isNew =
      suspension !== undefined || accounting.changed || differsInCounts(job.status ?? {}, said);
    const written = isNew
      ? await this.#writeStatus(job, accounting.status, signal)
      : { ...job, status: accounting.status };
    if (isNew) this.#backoffs.set(printKey(keyOf(job)), snapshot.backoff);
    const held = await this.#release(written, accounting.release, accounting.held, signal);
    const settled = settleUncounted(written.status ?? {}, held);
    await this.#finish(
      { ...written, status: settled.status },
      accounting.isFull ? undefined : end,
      { settled: settled.changed, terminating },
      signal,
    );
  }

  /** @returns the uids of pods that are still held @throws when some could not be let go */
  async #release(
    job: Readonly<Job>,
    pods: readonly Readonly<Pod>[],
    before: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const name = printKey(keyOf(job));
    const { released } = this.#options;
    const uids = pods.map(({ metadata }) => metadata.uid ?? "");
    released.expect(name, uids);
    const { free, error } = await this.#options.pods.release(pods, signal);
    for (const uid of uids) if (!free.has(uid)) released.observed(name, uid);
    const held = new Set([...before].filter((uid) => !free.has(uid)));
    if (error === undefined) return held;
    const settled = settleUncounted(job.status ?? {}, held);
    if (settled.changed) await this.#writeStatus(job, settled.status, signal);
    throw error;
  }

  async #finish(
    job: Readonly<Job>,
    end: JobEnd | undefined,
    { settled, terminating }: { readonly settled: boolean; readonly terminating: number },
    signal: AbortSignal,
  ): Promise<void> {
    const now = this.#options.clock.now();
    const over = end === undefined ? undefined : finishedStatus(job, end, terminating, now);
    if (!settled && over === undefined) return;
    const written = await this.#writeStatus(job, over ?? job.status ?? {}, signal);
    if (over === undefined || end === undefined) return;
    this.#finished.add(job.metadata.uid ?? "");
    if (end.outcome === "fails") {
      this.#tell(written, "Warning", end.reason, end.message);
      return;
    }
    if (hasTooMany(written)) {
      const what = "Too many succeeded pods running after completion count reached";
      this.#tell(written, "Warning", "TooManySucceededPods", what);
    }
    this.#tell(written, "Normal", "Completed", "Job completed");
  }

  async #writeStatus(
    job: Readonly<Job>,
    status: JobStatus,
    signal: AbortSignal,
  ): Promise<Readonly<Job>> {
    const wanted = { ...job, status };
    return await this.#options.jobClient.update(wanted, { subresource: "status", signal });
  }

  #tell(job: Readonly<Job>, type: EventType, reason: string, message: string): void {
    this.#options.events.record(referenceTo(JOB_KIND, job), type, reason, message);
  }
}

function differsInCounts(before: JobStatus, now: JobStatus): boolean {
  return (
    (before.active ?? 0) !== (now.active ?? 0) ||
    before.ready !== now.ready ||
    before.terminating !== now.terminating
  );
}
