import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { Job, Pod } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import type { EventSink } from "../../client/event-recorder.ts";
import { type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { type Clock, formatTime } from "../../runtime/clock.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { claimObjects, controllerOf } from "../controller-ref.ts";
import type { Expectations } from "../expectations.ts";
import type { PodControl } from "../pod-control/pod-control.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { JobBookkeeper, type Progress } from "./job-bookkeeper.ts";
import { COMPLETED, deadlineMs, decideEnd, isComplete, type JobEnd } from "./job-end.ts";
import {
  isFinished,
  isManagedByOthers,
  isSuspended,
  isTracked,
  JOB_KIND,
  TRACKING_FINALIZER,
} from "./job-facts.ts";
import { JobPods, NOTHING_DONE } from "./job-pods.ts";
import { type JobSnapshot, takeSnapshot } from "./job-snapshot.ts";
import { decidePods } from "./pods-wanted.ts";
import type { ReleasedPods } from "./released-pods.ts";

export interface JobReconcilerOptions {
  readonly jobClient: ResourceClient<Job>;
  readonly jobs: Informer<Job>;
  readonly podsByController: ControlledObjects<Pod>;
  readonly podControl: PodControl;
  readonly expectations: Expectations;
  readonly released: ReleasedPods;
  readonly events: EventSink;
  readonly clock: Clock;
}

/**
 * Brings a job one step on.
 * @see kubernetes pkg/controller/job/job_controller.go (syncJob)
 */
export class JobReconciler implements Reconciler<ObjectKey> {
  readonly #options: JobReconcilerOptions;
  readonly #pods: JobPods;
  readonly #bookkeeper: JobBookkeeper;

  constructor(options: JobReconcilerOptions) {
    this.#options = options;
    this.#pods = new JobPods(options.podControl, options.expectations);
    this.#bookkeeper = new JobBookkeeper({ ...options, pods: this.#pods });
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const job = this.#options.jobs.lister.get(key.namespace, key.name);
    if (job === undefined) {
      this.forget(key, "");
      return DONE;
    }
    if (isManagedByOthers(job)) return DONE;
    const { uid = "" } = job.metadata;
    if (isFinished(job)) {
      this.#bookkeeper.forget(key, uid);
      return DONE;
    }
    return this.#bookkeeper.isFinished(uid) ? DONE : await this.#reconcile(job, key, signal);
  }

  /** The job is gone. */
  forget(key: ObjectKey, uid: string): void {
    this.#options.expectations.forget(printKey(key));
    this.#options.released.forget(printKey(key));
    this.#bookkeeper.forget(key, uid);
  }

  async #reconcile(found: Readonly<Job>, key: ObjectKey, signal: AbortSignal): Promise<Result> {
    const { clock, expectations, released } = this.#options;
    const name = printKey(key);
    // To be asked before pods are looked at: what is seen in between counts for the next time.
    const waitMs = expectations.waitMs(name);
    const pods = await this.#claim(found, signal);
    const now = clock.now();
    const job = started(found, now);
    const backoff = this.#bookkeeper.backoffOf(key);
    const snapshot = takeSnapshot({ job, pods, released: released.of(name), backoff });
    const end = decideEnd(snapshot, now);
    const progress =
      end === undefined
        ? await this.#goOn(snapshot, waitMs, signal)
        : await this.#bringToEnd(snapshot, end, waitMs, signal);
    await this.#bookkeeper.record(snapshot, progress, signal);
    if (progress.error !== undefined) throw progress.error;
    const waits = [
      progress.waitMs,
      waitMs === 0 ? undefined : waitMs,
      end === undefined ? deadlineMs(job, now) : undefined,
    ].filter((ms) => ms !== undefined);
    return waits.length === 0 ? DONE : { requeueAfterMs: Math.min(...waits) };
  }

  async #claim(job: Readonly<Job>, signal: AbortSignal): Promise<readonly Readonly<Pod>[]> {
    const { jobClient, podsByController, podControl } = this.#options;
    const { namespace = "", uid = "" } = job.metadata;
    const selector = selectorFromApi(job.spec?.selector);
    const candidates = [...podsByController.of(uid), ...podsByController.orphans(namespace)];
    const claimed = await claimObjects(candidates, {
      kind: JOB_KIND,
      owner: job,
      owners: jobClient,
      objects: podControl.pods,
      matches: ({ metadata }) => selector !== undefined && matchesLabels(selector, metadata.labels),
      finalizers: [TRACKING_FINALIZER],
      signal,
    });
    return claimed.map(adopted);
  }

  /** Ends the pods of a job that ends. It is not over before all of them are known to be going. */
  async #bringToEnd(
    snapshot: JobSnapshot,
    end: JobEnd,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<Progress> {
    const { job, activePods, ready, terminating } = snapshot;
    const result = await this.#pods.end(job, activePods, signal);
    const active = activePods.length - result.done;
    return {
      active,
      ready: ready - result.ready,
      terminating: terminating + result.done,
      end: active > 0 || waitMs > 0 ? undefined : end,
      managed: false,
      waitMs: undefined,
      error: result.error,
    };
  }

  async #goOn(snapshot: JobSnapshot, waitMs: number, signal: AbortSignal): Promise<Progress> {
    const managed = waitMs === 0 && snapshot.job.metadata.deletionTimestamp === undefined;
    const progress = managed
      ? await this.#manage(snapshot, signal)
      : { ...unchanged(snapshot), managed };
    return { ...progress, end: isComplete(snapshot, progress.active) ? COMPLETED : undefined };
  }

  async #manage(snapshot: JobSnapshot, signal: AbortSignal): Promise<Progress> {
    const { job, activePods, delayedPods } = snapshot;
    const same = unchanged(snapshot);
    const wanted = decidePods(snapshot, this.#options.clock.now());
    switch (wanted.action) {
      case "none":
        return same;
      // As upstream has it, the status says that nothing is active while a failure is waited out.
      case "wait":
        return { ...same, active: 0, waitMs: wanted.ms };
      case "delete": {
        const { pods } = wanted;
        const result =
          pods.length === 0 ? NOTHING_DONE : await this.#pods.discard(job, pods, signal);
        return {
          ...same,
          active: same.active - result.done,
          ready: same.ready - result.ready,
          terminating: same.terminating + result.done,
          error: result.error,
        };
      }
      case "create": {
        const { done, error } = await this.#pods.create(job, wanted.indexes, delayedPods, signal);
        return { ...same, active: activePods.length + done, error };
      }
    }
  }
}

function unchanged({ activePods, ready, terminating }: JobSnapshot): Progress {
  return {
    active: activePods.length,
    ready,
    terminating,
    end: undefined,
    managed: true,
    waitMs: undefined,
    error: undefined,
  };
}

/** A job starts when it is first looked at, unless it is suspended. */
function started(job: Readonly<Job>, now: number): Readonly<Job> {
  if (job.status?.startTime !== undefined || isSuspended(job)) return job;
  return { ...job, status: { ...job.status, startTime: formatTime(now) } };
}

/** A pod that was just adopted has got the finalizer, though the informer does not know it yet. */
function adopted(pod: Readonly<Pod>): Readonly<Pod> {
  if (controllerOf(pod) !== undefined || isTracked(pod)) return pod;
  const finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER];
  return { ...pod, metadata: { ...pod.metadata, finalizers } };
}
