import type { EndpointSlice, Node, Pod, Service } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { isNamespaceTerminating } from "../../client/errors.ts";
import { type EventSink, referenceTo } from "../../client/event-recorder.ts";
import { keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { formatTime } from "../../runtime/clock.ts";
import { textOf } from "../pod-control/pod-control.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { podsOf, selectsPods } from "../service-endpoints/service-pods.ts";
import { TRIGGER_TIME, TriggerTimes } from "../service-endpoints/trigger-times.ts";
import { planSlices, type SlicePlan } from "./plan-slices.ts";
import { MANAGED_BY, MANAGER, SERVICE_NAME } from "./service-slice.ts";
import type { SliceTracker } from "./slice-tracker.ts";

const SERVICE = { apiVersion: "v1", kind: "Service" };

export interface EndpointSliceReconcilerOptions {
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly slices: Informer<EndpointSlice>;
  readonly sliceClient: ResourceClient<EndpointSlice>;
  readonly tracker: SliceTracker;
  readonly events: EventSink;
}

/**
 * Keeps the slices of services that select pods. Keys are those of services.
 * @see kubernetes pkg/controller/endpointslice/endpointslice_controller.go
 */
export class EndpointSliceReconciler implements Reconciler<ObjectKey> {
  readonly #options: EndpointSliceReconcilerOptions;
  readonly #triggers = new TriggerTimes();

  constructor(options: EndpointSliceReconcilerOptions) {
    this.#options = options;
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { services, pods, nodes, tracker, events } = this.#options;
    const service = services.lister.get(key.namespace, key.name);
    if (service === undefined) {
      // Its slices go with it: it owns them.
      this.#triggers.forget(key);
      tracker.forget(key);
      return DONE;
    }
    if (!selectsPods(service)) return DONE;
    const slices = this.#slicesOf(key);
    if (tracker.isStale(key, slices)) return { requeueLater: true };
    const own = podsOf(service, pods.lister);
    const changedAt = this.#triggers.changedAt(service, own);
    const nodeOf = (name: string) => nodes.lister.get("", name);
    const plan = planSlices({ service, pods: own, slices, nodeOf });
    try {
      await this.#carryOut(plan, service, changedAt, signal);
      if (plan.problems.length > 0) throw new Error(listed(plan.problems));
    } catch (error) {
      const what = `Error updating Endpoint Slices for Service ${printKey(key)}: ${textOf(error)}`;
      events.record(referenceTo(SERVICE, service), "Warning", "FailedToUpdateEndpointSlices", what);
      throw error;
    }
    return DONE;
  }

  #slicesOf({ namespace, name }: ObjectKey): readonly Readonly<EndpointSlice>[] {
    return [...this.#options.slices.lister.list(namespace)].filter(
      ({ metadata: { labels, deletionTimestamp } }) =>
        labels?.[SERVICE_NAME] === name &&
        labels[MANAGED_BY] === MANAGER &&
        deletionTimestamp === undefined,
    );
  }

  async #carryOut(
    { create, update, remove }: SlicePlan,
    service: Readonly<Service>,
    changedAt: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { sliceClient, tracker } = this.#options;
    const name = printKey(keyOf(service));
    // The garbage collector is at work when the service goes.
    for (const slice of service.metadata.deletionTimestamp === undefined ? create : []) {
      try {
        tracker.written(await sliceClient.create(dated(slice, changedAt), { signal }));
      } catch (error) {
        if (isNamespaceTerminating(error)) return;
        throw failed(`failed to create EndpointSlice for Service ${name}`, error);
      }
    }
    for (const slice of update) {
      try {
        tracker.written(await sliceClient.update(dated(slice, changedAt), { signal }));
      } catch (error) {
        throw failed(
          `failed to update ${slice.metadata.name} EndpointSlice for Service ${name}`,
          error,
        );
      }
    }
    for (const slice of remove) {
      try {
        await sliceClient.delete(keyOf(slice), { signal });
        tracker.removed(slice);
      } catch (error) {
        throw failed(
          `failed to delete ${slice.metadata.name} EndpointSlice for Service ${name}`,
          error,
        );
      }
    }
  }
}

function failed(what: string, error: unknown): Error {
  return new Error(`${what}: ${textOf(error)}`, { cause: error });
}

/** As Go prints several errors. */
function listed(problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? (distinct[0] ?? "") : `[${distinct.join(", ")}]`;
}

function dated(slice: EndpointSlice, changedAt: number | undefined): EndpointSlice {
  const { [TRIGGER_TIME]: _trigger, ...others } = slice.metadata.annotations ?? {};
  const annotations =
    changedAt === undefined ? others : { ...others, [TRIGGER_TIME]: formatTime(changedAt) };
  return { ...slice, metadata: { ...slice.metadata, annotations } };
}
