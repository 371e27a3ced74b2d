import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { LabelSelector, OwnerReference, Pod } from "../../api/types.ts";
import { type ApiObject, keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { InformerHandler } from "../../informer/informer.ts";
import type { Lister } from "../../informer/lister.ts";
import { controllerOf } from "../controller-ref.ts";
import type { Expectations } from "../expectations.ts";
import { hasSameLabels, isPodReady } from "../pod-state.ts";
import type { WorkQueue } from "../work-queue.ts";

/** What has pods: a ReplicaSet, a DaemonSet … */
export interface PodOwner extends ApiObject {
  spec?: { selector?: LabelSelector; minReadySeconds?: number };
}

export interface PodWatcherOptions {
  /** Of the owners. */
  readonly kind: string;
  readonly owners: { readonly lister: Pick<Lister<PodOwner>, "get" | "list"> };
  readonly expectations: Expectations;
  readonly queue: WorkQueue<ObjectKey>;
}

/**
 * Wakes the owners of pods that change, and notes what they expect to see. A pod that begins to go
 * counts as gone: its owner makes another one at once.
 * @see kubernetes pkg/controller/replicaset/replica_set.go (addPod, updatePod, deletePod)
 */
export class PodWatcher implements InformerHandler<Pod> {
  readonly #options: PodWatcherOptions;

  constructor(options: PodWatcherOptions) {
    this.#options = options;
  }

  added(pod: Readonly<Pod>): void {
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.deleted(pod);
      return;
    }
    const controller = controllerOf(pod);
    if (controller === undefined) {
      this.#wakeThoseWhoSelect(pod);
      return;
    }
    const owner = this.#resolve(pod, controller);
    if (owner === undefined) return;
    this.#options.expectations.creationObserved(printKey(keyOf(owner)));
    this.#options.queue.add(keyOf(owner));
  }

  updated(pod: Readonly<Pod>, before: Readonly<Pod>): void {
    const labelsChanged = !hasSameLabels(pod, before);
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.deleted(pod);
      if (labelsChanged) this.deleted(before);
      return;
    }
    const controller = controllerOf(pod);
    const formerly = controllerOf(before);
    const controllerChanged = controller?.uid !== formerly?.uid;
    if (controllerChanged && formerly !== undefined) this.#wake(before, formerly);
    if (controller !== undefined) this.#updatedOf(pod, before, controller);
    else if (labelsChanged || controllerChanged) this.#wakeThoseWhoSelect(pod);
  }

  deleted(pod: Readonly<Pod>): void {
    const controller = controllerOf(pod);
    const owner = controller === undefined ? undefined : this.#resolve(pod, controller);
    if (owner === undefined) return;
    const { expectations, queue } = this.#options;
    expectations.deletionObserved(printKey(keyOf(owner)), printKey(keyOf(pod)));
    queue.add(keyOf(owner));
  }

  #updatedOf(pod: Readonly<Pod>, before: Readonly<Pod>, controller: OwnerReference): void {
    const owner = this.#resolve(pod, controller);
    if (owner === undefined) return;
    const { queue } = this.#options;
    queue.add(keyOf(owner));
    const minReadySeconds = owner.spec?.minReadySeconds ?? 0;
    if (minReadySeconds > 0 && isPodReady(pod) && !isPodReady(before)) {
      queue.addAfter(keyOf(owner), minReadySeconds * 1000);
    }
  }

  #wake(pod: Readonly<Pod>, controller: OwnerReference): void {
    const owner = this.#resolve(pod, controller);
    if (owner !== undefined) this.#options.queue.add(keyOf(owner));
  }

  /** Names come back with other objects behind them: the uid has to be the same. */
  #resolve(
    pod: Readonly<Pod>,
    { kind, name, uid }: OwnerReference,
  ): Readonly<PodOwner> | undefined {
    if (kind !== this.#options.kind) return undefined;
    const owner = this.#options.owners.lister.get(pod.metadata.namespace ?? "", name);
    return owner?.metadata.uid === uid ? owner : undefined;
  }

  /** Nobody has it: whoever selects it may adopt it. */
  #wakeThoseWhoSelect({ metadata }: Readonly<Pod>): void {
    const { labels, namespace = "" } = metadata;
    if (labels === undefined) return;
    for (const owner of this.#options.owners.lister.list(namespace)) {
      const selector = selectorFromApi(owner.spec?.selector);
      const selects = selector !== undefined && selector.requirements.length > 0;
      if (selects && matchesLabels(selector, labels)) this.#options.queue.add(keyOf(owner));
    }
  }
}
