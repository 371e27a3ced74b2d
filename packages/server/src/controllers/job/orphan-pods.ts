import { type LabelSelector, matchesLabels, printLabelSelector } from "../../api/selectors.ts";
import type { Job, Pod } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { keyOf, type ObjectKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { controllerOf } from "../controller-ref.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import {
  isFinished,
  isManagedByOthers,
  isTracked,
  JOB_KIND,
  TRACKING_FINALIZER,
} from "./job-facts.ts";
import { jobOf } from "./pod-watcher.ts";

/** A pod that its job will not let go, or all that the selector of a job takes that is over or gone. */
export type OrphanKey =
  | ({ readonly kind: "pod" } & ObjectKey)
  | {
      readonly kind: "selector";
      readonly namespace: string;
      readonly selector: LabelSelector;
    };

export function printOrphanKey(key: OrphanKey): string {
  return key.kind === "pod"
    ? `${key.namespace}/${key.name}`
    : `${key.namespace}?${printLabelSelector(key.selector)}`;
}

export interface OrphanPodsOptions {
  readonly pods: Informer<Pod>;
  readonly jobs: Informer<Job>;
  readonly podClient: ResourceClient<Pod>;
}

/**
 * Takes the finalizer off pods that nobody counts any more, or they would stay for ever.
 * @see kubernetes pkg/controller/job/job_controller.go (syncOrphanPod)
 */
export class OrphanPods implements Reconciler<OrphanKey> {
  readonly #options: OrphanPodsOptions;

  constructor(options: OrphanPodsOptions) {
    this.#options = options;
  }

  async reconcile(key: OrphanKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const abandoned = this.#candidates(key).filter((pod) => this.#isAbandoned(pod));
    await Promise.all(abandoned.map((pod) => this.#release(pod, signal)));
    return DONE;
  }

  #candidates(key: OrphanKey): readonly Readonly<Pod>[] {
    const { lister } = this.#options.pods;
    if (key.kind === "pod") {
      const pod = lister.get(key.namespace, key.name);
      return pod === undefined ? [] : [pod];
    }
    return [...lister.list(key.namespace)].filter(({ metadata }) =>
      matchesLabels(key.selector, metadata.labels),
    );
  }

  #isAbandoned(pod: Readonly<Pod>): boolean {
    if (!isTracked(pod)) return false;
    const controller = controllerOf(pod);
    if (controller === undefined) return true;
    const { apiVersion, kind } = controller;
    if (apiVersion !== JOB_KIND.apiVersion || kind !== JOB_KIND.kind) return false;
    const job = jobOf(pod, this.#options.jobs);
    return job === undefined || (isFinished(job) && !isManagedByOthers(job));
  }

  async #release(pod: Readonly<Pod>, signal: AbortSignal): Promise<void> {
    const metadata = { "$deleteFromPrimitiveList/finalizers": [TRACKING_FINALIZER] };
    try {
      await this.#options.podClient.patch(
        keyOf(pod),
        "strategic-merge-patch",
        { metadata },
        { signal },
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
