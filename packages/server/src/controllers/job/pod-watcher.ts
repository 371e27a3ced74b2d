import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { Job, Pod } from "../../api/types.ts";
import { keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer, InformerHandler } from "../../informer/informer.ts";
import { controllerOf } from "../controller-ref.ts";
import type { Expectations } from "../expectations.ts";
import { hasSameLabels } from "../pod-state.ts";
import type { WorkQueue } from "../work-queue.ts";
import { isFinished, isTracked } from "./job-facts.ts";
import type { OrphanKey } from "./orphan-pods.ts";
import type { ReleasedPods } from "./released-pods.ts";

export interface PodWatcherOptions {
  readonly jobs: Informer<Job>;
  readonly expectations: Expectations;
  readonly released: ReleasedPods;
  readonly queue: WorkQueue<ObjectKey>;
  readonly orphans: WorkQueue<OrphanKey>;
}

/** Changes of pods are gathered for so long. @see job_controller.go (SyncJobBatchPeriod) */
export const BATCH_MS = 1_000;

/**
 * Wakes the jobs of pods that change, notes what they expect to see, and passes on pods that no job
 * will let go.
 * @see kubernetes pkg/controller/job/job_controller.go (addPod, updatePod, deletePod)
 */
export class PodWatcher implements InformerHandler<Pod> {
  readonly #options: PodWatcherOptions;

  constructor(options: PodWatcherOptions) {
    this.#options = options;
  }

  added(pod: Readonly<Pod>): void {
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.#going(pod, false);
      return;
    }
    if (controllerOf(pod) === undefined) {
      this.#orphan(pod, true);
      return;
    }
    const job = this.#jobOf(pod);
    if (job === undefined) return;
    this.#options.expectations.creationObserved(printKey(keyOf(job)));
    this.#wake(job);
  }

  updated(pod: Readonly<Pod>, before: Readonly<Pod>): void {
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.#going(pod, false);
      return;
    }
    const controllerChanged = controllerOf(pod)?.uid !== controllerOf(before)?.uid;
    if (controllerChanged) this.#changed(pod, this.#jobOf(before));
    if (controllerOf(pod) !== undefined) this.#changed(pod, this.#jobOf(pod));
    else this.#orphan(pod, controllerChanged || !hasSameLabels(pod, before));
  }

  deleted(pod: Readonly<Pod>): void {
    this.#going(pod, true);
  }

  #changed(pod: Readonly<Pod>, job: Readonly<Job> | undefined): void {
    if (job === undefined) return;
    if (!isTracked(pod)) this.#released(pod, job);
    this.#wake(job);
  }

  #going(pod: Readonly<Pod>, isGone: boolean): void {
    const job = this.#jobOf(pod);
    if (job === undefined || isFinished(job)) {
      if (isTracked(pod)) this.#options.orphans.add({ kind: "pod", ...keyOf(pod) });
      return;
    }
    this.#options.expectations.deletionObserved(printKey(keyOf(job)), printKey(keyOf(pod)));
    if (isGone || !isTracked(pod)) this.#released(pod, job);
    this.#wake(job);
  }

  #orphan(pod: Readonly<Pod>, mayBeWanted: boolean): void {
    if (isTracked(pod)) this.#options.orphans.add({ kind: "pod", ...keyOf(pod) });
    if (!mayBeWanted || pod.metadata.labels === undefined) return;
    for (const job of this.#options.jobs.lister.list(pod.metadata.namespace ?? "")) {
      const selector = selectorFromApi(job.spec?.selector);
      const selects = selector !== undefined && selector.requirements.length > 0;
      if (selects && matchesLabels(selector, pod.metadata.labels)) this.#wake(job);
    }
  }

  #released({ metadata }: Readonly<Pod>, job: Readonly<Job>): void {
    this.#options.released.observed(printKey(keyOf(job)), metadata.uid ?? "");
  }

  #wake(job: Readonly<Job>): void {
    this.#options.queue.addAfter(keyOf(job), BATCH_MS);
  }

  #jobOf(pod: Readonly<Pod>): Readonly<Job> | undefined {
    return jobOf(pod, this.#options.jobs);
  }
}

/** The job that controls the pod. Names come back with other objects behind them: uids decide. */
export function jobOf(pod: Readonly<Pod>, jobs: Informer<Job>): Readonly<Job> | undefined {
  const controller = controllerOf(pod);
  if (controller?.kind !== "Job") return undefined;
  const job = jobs.lister.get(pod.metadata.namespace ?? "", controller.name);
  return job?.metadata.uid === controller.uid ? job : undefined;
}
