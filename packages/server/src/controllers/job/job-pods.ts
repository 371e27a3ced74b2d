import type { Job, Pod } from "../../api/types.ts";
import { isNamespaceTerminating, isNotFound } from "../../client/errors.ts";
import { keyOf, printKey } from "../../client/resource-type.ts";
import type { Expectations } from "../expectations.ts";
import type { PodControl } from "../pod-control/pod-control.ts";
import { slowStart } from "../pod-control/slow-start.ts";
import { isPodReady } from "../pod-state.ts";
import { isTracked, TRACKING_FINALIZER } from "./job-facts.ts";
import { newJobPod } from "./job-pod.ts";

/** What came of writes about several pods. */
export interface PodsResult {
  /** How many of them worked, and how many of those were ready. */
  readonly done: number;
  readonly ready: number;
  /** Of the first that did not, if any did not. */
  readonly error: unknown;
}

export const NOTHING_DONE: PodsResult = { done: 0, ready: 0, error: undefined };

/** Creates, deletes and releases the pods of jobs. */
export class JobPods {
  readonly #podControl: PodControl;
  readonly #expectations: Expectations;

  constructor(podControl: PodControl, expectations: Expectations) {
    this.#podControl = podControl;
    this.#expectations = expectations;
  }

  /** @param indexes - One for each pod; undefined where pods have none. */
  async create(
    job: Readonly<Job>,
    indexes: readonly (number | undefined)[],
    replaced: ReadonlyMap<number, Readonly<Pod>>,
    signal: AbortSignal,
  ): Promise<PodsResult> {
    const owner = printKey(keyOf(job));
    this.#expectations.expectCreations(owner, indexes.length);
    const { succeeded, error } = await slowStart(indexes.length, async (position) => {
      const index = indexes[position];
      const before = index === undefined ? undefined : replaced.get(index);
      try {
        await this.#podControl.create(newJobPod(job, index, before), job, signal);
      } catch (failure) {
        // Every other one would be refused too, and the job goes with its namespace.
        if (!isNamespaceTerminating(failure)) throw failure;
      }
    });
    for (let missing = indexes.length - succeeded; missing > 0; missing--) {
      this.#expectations.creationObserved(owner);
    }
    return { done: succeeded, ready: 0, error };
  }

  /** Takes pods that are too many away: they do not count. */
  async discard(
    job: Readonly<Job>,
    pods: readonly Readonly<Pod>[],
    signal: AbortSignal,
  ): Promise<PodsResult> {
    const owner = printKey(keyOf(job));
    this.#expectations.expectDeletions(
      owner,
      pods.map((pod) => printKey(keyOf(pod))),
    );
    return await this.#each(pods, async (pod) => {
      try {
        await this.#release(pod, signal);
        await this.#podControl.delete(keyOf(pod), job, signal);
      } catch (error) {
        this.#expectations.deletionObserved(owner, printKey(keyOf(pod)));
        throw error;
      }
    });
  }

  /** Ends pods of a job that ends: they stay until they are counted. */
  async end(
    job: Readonly<Job>,
    pods: readonly Readonly<Pod>[],
    signal: AbortSignal,
  ): Promise<PodsResult> {
    return await this.#each(pods, (pod) => this.#podControl.delete(keyOf(pod), job, signal));
  }

  /** Lets pods go that are counted. @returns the uids of those that are free */
  async release(
    pods: readonly Readonly<Pod>[],
    signal: AbortSignal,
  ): Promise<{ readonly free: ReadonlySet<string>; readonly error: unknown }> {
    const free = new Set<string>();
    const { error } = await this.#each(pods, async (pod) => {
      try {
        await this.#release(pod, signal);
      } catch (failure) {
        if (!isNotFound(failure)) throw failure;
      }
      free.add(pod.metadata.uid ?? "");
    });
    return { free, error };
  }

  async #release(pod: Readonly<Pod>, signal: AbortSignal): Promise<void> {
    if (!isTracked(pod)) return;
    const metadata = { "$deleteFromPrimitiveList/finalizers": [TRACKING_FINALIZER] };
    await this.#podControl.pods.patch(
      keyOf(pod),
      "strategic-merge-patch",
      { metadata },
      { signal },
    );
  }

  /** What is gone is as good as done. */
  async #each(
    pods: readonly Readonly<Pod>[],
    act: (pod: Readonly<Pod>) => Promise<void>,
  ): Promise<PodsResult> {
    const errors: unknown[] = [];
    let ready = 0;
    const attempt = async (pod: Readonly<Pod>): Promise<void> => {
      try {
        await act(pod);
      } catch (error) {
        if (!isNotFound(error)) {
          errors.push(error);
          return;
        }
      }
      if (isPodReady(pod)) ready++;
    };
    await Promise.all(pods.map(attempt));
    return { done: pods.length - errors.length, ready, error: errors[0] };
  }
}
