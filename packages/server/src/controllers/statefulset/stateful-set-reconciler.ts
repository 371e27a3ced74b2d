import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { Pod, StatefulSet, StatefulSetStatus } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { isConflict } from "../../client/errors.ts";
import { keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { claimObjects } from "../controller-ref.ts";
import type { Expectations } from "../expectations.ts";
import { slowStart } from "../pod-control/slow-start.ts";
import { nextAvailabilityMs } from "../pod-state.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import {
  decideCondemned,
  decideReplaced,
  decideWanted,
  firstUnavailable,
  isMadeOfCurrent,
  isOrdered,
  type StatefulPods,
  sortPods,
} from "./pod-steps.ts";
import type { RevisionHistory, Revisions } from "./revision-history.ts";
import { atRevision } from "./revisions.ts";
import type { StatefulPodControl } from "./stateful-pod-control.ts";
import { isMemberOf, newStatefulPod, STATEFUL_SET, startOrdinal } from "./stateful-pods.ts";
import { completed, isStatusCurrent, statefulSetStatus } from "./stateful-set-status.ts";

export interface StatefulSetReconcilerOptions {
  readonly sets: Informer<StatefulSet>;
  readonly setClient: ResourceClient<StatefulSet>;
  readonly podsByController: ControlledObjects<Pod>;
  readonly podControl: StatefulPodControl;
  readonly history: RevisionHistory;
  readonly expectations: Expectations;
  readonly clock: Clock;
}

/** One step is taken; whether another one may follow it at once. */
type GoOn = boolean;

/**
 * Brings a StatefulSet a step on.
 * @see kubernetes pkg/controller/statefulset/stateful_set_control.go (UpdateStatefulSet)
 */
export class StatefulSetReconciler implements Reconciler<ObjectKey> {
  readonly #options: StatefulSetReconcilerOptions;

  constructor(options: StatefulSetReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { sets, expectations, history, clock } = this.#options;
    const set = sets.lister.get(key.namespace, key.name);
    if (set === undefined) {
      expectations.forget(printKey(key));
      return DONE;
    }
    const waitMs = expectations.waitMs(printKey(key));
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    const pods = await this.#claim(set, signal);
    const revisions = await history.sync(set, signal);
    const now = clock.now();
    const sorted = sortPods(set, pods);
    const all = [...sorted.wanted.filter((pod) => pod !== undefined), ...sorted.condemned];
    const status = statefulSetStatus(set, revisions, all, now);
    let error: unknown;
    let replaced = false;
    try {
      replaced =
        set.metadata.deletionTimestamp === undefined &&
        (await this.#step(set, revisions, sorted, signal));
    } catch (failure) {
      error = failure;
    }
    const currentReplicas = (status.currentReplicas ?? 0) - (replaced ? 1 : 0);
    await this.#writeStatus(set, completed(set, { ...status, currentReplicas }), signal);
    if (error !== undefined) throw error;
    await history.truncate(set, revisions, pods, signal);
    const requeueAfterMs = nextAvailabilityMs(pods, set.spec?.minReadySeconds ?? 0, now);
    return requeueAfterMs === undefined ? DONE : { requeueAfterMs };
  }

  async #claim(set: Readonly<StatefulSet>, signal: AbortSignal): Promise<readonly Readonly<Pod>[]> {
    const { podsByController, podControl, setClient } = this.#options;
    const { uid = "", namespace = "" } = set.metadata;
    const selector = selectorFromApi(set.spec?.selector);
    return await claimObjects(
      [...podsByController.of(uid), ...podsByController.orphans(namespace)],
      {
        kind: STATEFUL_SET,
        owner: set,
        owners: setClient,
        objects: podControl.pods,
        matches: (pod) =>
          selector !== undefined &&
          matchesLabels(selector, pod.metadata.labels) &&
          isMemberOf(set, pod),
        signal,
      },
    );
  }

  /** @returns whether a pod was taken away so that one of the new revision follows */
  async #step(
    set: Readonly<StatefulSet>,
    revisions: Revisions,
    pods: StatefulPods,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { podControl, clock } = this.#options;
    const now = clock.now();
    const updated = atRevision(set, revisions.update);
    const ordered = isOrdered(set);
    const wanted = pods.wanted.map((_, place) => place);
    const allWell = await forAll(wanted, ordered, (place) =>
      this.#stepWanted(set, revisions, pods.wanted[place], place, signal),
    );
    if (!allWell) return false;
    for (const pod of pods.condemned) await podControl.ownClaims(updated, pod, signal);
    const unavailable = firstUnavailable(set, pods, now);
    const nobodyGoes = await forAll(pods.condemned, ordered, async (pod) => {
      const decision = decideCondemned(set, pod, unavailable, now);
      if (decision === "remove") await podControl.delete(set, pod, signal);
      return decision === "skip";
    });
    if (!nobodyGoes) return false;
    const replaced = decideReplaced(set, pods, revisions.update.metadata.name ?? "", now);
    if (replaced !== undefined) await podControl.delete(set, replaced, signal);
    return replaced !== undefined;
  }

  async #stepWanted(
    set: Readonly<StatefulSet>,
    revisions: Revisions,
    pod: Readonly<Pod> | undefined,
    place: number,
    signal: AbortSignal,
  ): Promise<GoOn> {
    const { podControl, clock } = this.#options;
    const step = decideWanted(set, pod, clock.now());
    if (pod === undefined || step === "create") {
      const ordinal = startOrdinal(set) + place;
      const { current, update } = revisions;
      const revision = isMadeOfCurrent(set, ordinal) ? current : update;
      const { name = "" } = revision.metadata;
      const wanted = newStatefulPod(atRevision(set, revision), ordinal, name);
      await podControl.create(set, wanted, signal);
      return false;
    }
    if (pod.status?.phase === "Pending") {
      await podControl.createClaims(set, pod, signal);
      await podControl.ownClaims(set, pod, signal);
    }
    if (step === "remove") await podControl.delete(set, pod, signal);
    if (step === "check") {
      await podControl.putRight(atRevision(set, revisions.update), pod, signal);
    }
    return step === "check";
  }

  /** Tries once more with the live set. */
  async #writeStatus(
    set: Readonly<StatefulSet>,
    status: StatefulSetStatus,
    signal: AbortSignal,
  ): Promise<void> {
    if (isStatusCurrent(set, status)) return;
    const { setClient } = this.#options;
    try {
      await setClient.update({ ...set, status }, { subresource: "status", signal });
    } catch (error) {
      if (!isConflict(error)) throw error;
      const live = await setClient.get(keyOf(set), { signal });
      if (live.metadata.uid !== set.metadata.uid) return;
      await setClient.update({ ...live, status }, { subresource: "status", signal });
    }
  }
}

/**
 * In order, as far as one lets the next go on; or all of them, a few at first.
 * @returns whether something may follow them
 */
async function forAll<T>(
  items: readonly T[],
  ordered: boolean,
  step: (item: T) => Promise<GoOn>,
): Promise<boolean> {
  if (ordered) {
    for (const item of items) if (!(await step(item))) return false;
    return true;
  }
  const { error } = await slowStart(items.length, async (index) => {
    const item = items[index];
    if (item !== undefined) await step(item);
  });
  if (error !== undefined) throw error;
  return true;
}
