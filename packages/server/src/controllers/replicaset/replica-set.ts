import { type LabelSelector, matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { Pod, ReplicaSet } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNamespaceTerminating, isNotFound } from "../../client/errors.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { type ApiObject, keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { Controller } from "../controller.ts";
import { claimObjects, controllerOf } from "../controller-ref.ts";
import { Expectations } from "../expectations.ts";
import { PodControl } from "../pod-control/pod-control.ts";
import { podFromTemplate } from "../pod-control/pod-from-template.ts";
import { slowStart } from "../pod-control/slow-start.ts";
import { isPodActive, isPodTerminating, nextAvailabilityMs } from "../pod-state.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { PodWatcher } from "./pod-watcher.ts";
import { podsToDelete } from "./pods-to-delete.ts";
import { type ReplicaKind, ReplicaOwners } from "./replica-owners.ts";
import { isStatusCurrent, replicaSetStatus } from "./replica-set-status.ts";

export interface ReplicaSetControllerOptions<T extends ApiObject> {
  /** Whose pods are looked after: ReplicaSets or ReplicationControllers. */
  readonly replicaKind: ReplicaKind<T>;
  readonly client: Client;
  /** In the shape of ReplicaSets. */
  readonly owners: Informer<ReplicaSet>;
  /** The same by who controls them; undefined where nobody does. */
  readonly ownersByController: ControlledObjects<ReplicaSet> | undefined;
  readonly pods: Informer<Pod>;
  readonly podsByController: ControlledObjects<Pod>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see kubernetes pkg/controller/replicaset/config/v1alpha1/defaults.go (ConcurrentRSSyncs) */
const WORKERS = 5;
/** So many pods are created or deleted before the informer is waited for. */
const BURST = 500;

/**
 * Keeps as many pods as a ReplicaSet wants. Keys are those of ReplicaSets.
 * @see kubernetes pkg/controller/replicaset/replica_set.go
 */
export function createReplicaSetController<T extends ApiObject>(
  options: ReplicaSetControllerOptions<T>,
): Runnable {
  const { replicaKind, owners, pods, clock, logger } = options;
  const events = new EventRecorder({ ...options, component: replicaKind.component });
  const expectations = new Expectations(clock);
  const controller = new Controller<ObjectKey>({
    name: replicaKind.controllerName,
    clock,
    logger,
    identify: printKey,
    informers: [owners, pods],
    reconciler: new ReplicaSetReconciler(options, expectations, events),
    workers: WORKERS,
  });
  const { queue } = controller;
  const add = (owner: Readonly<ReplicaSet>): void => queue.add(keyOf(owner));
  owners.addHandler({
    added: add,
    updated: add,
    deleted: (owner) => {
      expectations.forget(printKey(keyOf(owner)));
      add(owner);
    },
  });
  pods.addHandler(new PodWatcher({ kind: replicaKind.kind.kind, owners, expectations, queue }));
  return { run: (context) => runTogether([events, controller], context) };
}

class ReplicaSetReconciler<T extends ApiObject> implements Reconciler<ObjectKey> {
  readonly #options: ReplicaSetControllerOptions<T>;
  readonly #expectations: Expectations;
  readonly #podControl: PodControl;
  readonly #owners: ReplicaOwners<T>;

  constructor(
    options: ReplicaSetControllerOptions<T>,
    expectations: Expectations,
    events: EventRecorder,
  ) {
    const { client, replicaKind } = options;
    this.#options = options;
    this.#expectations = expectations;
    this.#podControl = new PodControl({ client, events, kind: replicaKind.kind });
    this.#owners = new ReplicaOwners(client, replicaKind);
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { owners, podsByController, clock, replicaKind } = this.#options;
    const set = owners.lister.get(key.namespace, key.name);
    if (set === undefined) {
      this.#expectations.forget(printKey(key));
      return DONE;
    }
    const selector = selectorFromApi(set.spec?.selector);
    if (selector === undefined) return DONE;
    const waitMs = this.#expectations.waitMs(printKey(key));
    const owned = podsByController.of(set.metadata.uid ?? "");
    const candidates = [...owned, ...podsByController.orphans(key.namespace)].filter(isPodActive);
    const activePods = await this.#claim(candidates, set, selector, signal);
    const isFree = waitMs === 0 && set.metadata.deletionTimestamp === undefined;
    const error = isFree ? await this.#manage(activePods, set, signal) : undefined;
    const now = clock.now();
    const isGoing = (pod: Readonly<Pod>): boolean =>
      isPodTerminating(pod) && matchesLabels(selector, pod.metadata.labels);
    const terminatingPods = replicaKind.countsTerminating ? owned.filter(isGoing) : undefined;
    const status = replicaSetStatus(set, { activePods, terminatingPods, error, now });
    if (!isStatusCurrent(set, status)) await this.#writeStatus({ ...set, status }, signal);
    if (error !== undefined) throw error;
    return nextLook(set, activePods, waitMs, now);
  }

  async #claim(
    candidates: readonly Readonly<Pod>[],
    owner: Readonly<ReplicaSet>,
    selector: LabelSelector,
    signal: AbortSignal,
  ): Promise<readonly Readonly<Pod>[]> {
    return await claimObjects(candidates, {
      kind: this.#options.replicaKind.kind,
      owner,
      owners: this.#owners,
      objects: this.#podControl.pods,
      matches: ({ metadata }) => matchesLabels(selector, metadata.labels),
      signal,
    });
  }

  /** Creates or deletes pods. @returns why it could not; undefined when all went well */
  async #manage(
    activePods: readonly Readonly<Pod>[],
    set: Readonly<ReplicaSet>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const missing = (set.spec?.replicas ?? 1) - activePods.length;
    if (missing > 0) return await this.#create(Math.min(missing, BURST), set, signal);
    if (missing === 0) return undefined;
    const { podsByController, clock } = this.#options;
    const related = this.#relatives(set).flatMap(({ metadata }) =>
      podsByController.of(metadata.uid ?? ""),
    );
    const count = Math.min(-missing, BURST);
    return await this.#delete(podsToDelete(activePods, related, count, clock.now()), set, signal);
  }

  async #create(count: number, set: Readonly<ReplicaSet>, signal: AbortSignal): Promise<unknown> {
    const owner = printKey(keyOf(set));
    const { kind } = this.#options.replicaKind;
    this.#expectations.expectCreations(owner, count);
    const { succeeded, error } = await slowStart(count, async () => {
      const pod = podFromTemplate(set.spec?.template ?? {}, kind, set);
      try {
        await this.#podControl.create(pod, set, signal);
      } catch (failure) {
        // Every other one would be refused too, and the ReplicaSet goes with its namespace.
        if (!isNamespaceTerminating(failure)) throw failure;
      }
    });
    // Those that were not made, or not even tried, nobody will see.
    for (let missing = count - succeeded; missing > 0; missing--) {
      this.#expectations.creationObserved(owner);
    }
    return error;
  }

  async #delete(
    pods: readonly Readonly<Pod>[],
    set: Readonly<ReplicaSet>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const owner = printKey(keyOf(set));
    const keys = pods.map(keyOf);
    this.#expectations.expectDeletions(owner, keys.map(printKey));
    const errors: unknown[] = [];
    const remove = async (key: ObjectKey): Promise<void> => {
      try {
        await this.#podControl.delete(key, set, signal);
      } catch (error) {
        this.#expectations.deletionObserved(owner, printKey(key));
        if (!isNotFound(error)) errors.push(error);
      }
    };
    await Promise.all(keys.map(remove));
    return errors[0];
  }

  /** Those of the same owner, itself among them; none when nobody owns it. */
  #relatives(set: Readonly<ReplicaSet>): readonly Readonly<ReplicaSet>[] {
    const owner = controllerOf(set);
    return owner === undefined ? [] : (this.#options.ownersByController?.of(owner.uid) ?? []);
  }

  /** Tries once more with the live object. */
  async #writeStatus(set: ReplicaSet, signal: AbortSignal): Promise<void> {
    try {
      await this.#owners.updateStatus(set, { signal });
    } catch {
      const live = await this.#owners.get(keyOf(set), { signal });
      const { status, metadata } = set;
      if (live.metadata.uid !== metadata.uid) return;
      await this.#owners.updateStatus({ ...live, ...(status && { status }) }, { signal });
    }
  }
}

/** When pods become available nobody says so, and expectations may fail: look again by then. */
function nextLook(
  { spec }: Readonly<ReplicaSet>,
  activePods: readonly Readonly<Pod>[],
  waitMs: number,
  now: number,
): Result {
  const availableMs = nextAvailabilityMs(activePods, spec?.minReadySeconds ?? 0, now);
  const waits = [availableMs, waitMs === 0 ? undefined : waitMs].filter((ms) => ms !== undefined);
  return waits.length === 0 ? DONE : { requeueAfterMs: Math.min(...waits) };
}
