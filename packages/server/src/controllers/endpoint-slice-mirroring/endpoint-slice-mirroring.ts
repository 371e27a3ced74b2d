import type { EndpointSlice, Endpoints, Service } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isNamespaceTerminating, isNotFound } from "../../client/errors.ts";
import { EventRecorder, type EventSink, referenceTo } from "../../client/event-recorder.ts";
import { ENDPOINT_SLICES, keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import { MANAGED_BY, SERVICE_NAME } from "../endpoint-slice/service-slice.ts";
import { SliceTracker } from "../endpoint-slice/slice-tracker.ts";
import { wakeBySlices } from "../endpoint-slice/wake-by-slices.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { MAX_MIRRORED, MIRRORING_MANAGER, type MirrorPlan, planMirror } from "./mirror-slices.ts";

export interface EndpointSliceMirroringOptions extends ReflectorDependencies {
  readonly client: Client;
  readonly services: Informer<Service>;
  readonly endpoints: Informer<Endpoints>;
  readonly slices: Informer<EndpointSlice>;
}

/** @see kubernetes pkg/controller/endpointslicemirroring (endpointslicemirroring_controller.go, config/v1alpha1/defaults.go) */
const WORKERS = 5;
const MAX_RETRIES = 15;
const BACKOFF = { firstBackoffMs: 1_000, maxBackoffMs: 100_000 };
const SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror";
const LEADER = "control-plane.alpha.kubernetes.io/leader";
const KIND = { apiVersion: "v1", kind: "Endpoints" };

/**
 * Gives services without a selector slices that say what their Endpoints say, which somebody writes
 * by hand. Keys are those of services.
 * @see kubernetes pkg/controller/endpointslicemirroring
 */
export function createEndpointSliceMirroring(options: EndpointSliceMirroringOptions): Runnable {
  const { services, endpoints, slices } = options;
  const events = new EventRecorder({
    ...options,
    component: "endpoint-slice-mirroring-controller",
  });
  const tracker = new SliceTracker();
  const controller = new Controller<ObjectKey>({
    ...options,
    name: "endpointslice-mirroring-controller",
    identify: printKey,
    informers: [services, endpoints, slices],
    reconciler: new MirrorReconciler(options, tracker, events),
    workers: WORKERS,
    maxRetries: MAX_RETRIES,
    ...BACKOFF,
  });
  const { queue } = controller;
  const withoutSelector = (service: Readonly<Service>): void => {
    if (!hasSelector(service)) queue.add(keyOf(service));
  };
  services.addHandler({
    added: withoutSelector,
    updated: (service, before) => {
      if (hasSelector(service) !== hasSelector(before)) queue.add(keyOf(service));
    },
    deleted: withoutSelector,
  });
  const mirrored = (found: Readonly<Endpoints>): void => {
    if (isMirrored(found)) queue.add(keyOf(found));
  };
  endpoints.addHandler({
    added: mirrored,
    updated: (found, before) => {
      if (isMirrored(found) || isMirrored(before)) queue.add(keyOf(found));
    },
    deleted: mirrored,
  });
  slices.addHandler(wakeBySlices({ manager: MIRRORING_MANAGER, tracker, queue, delayMs: 0 }));
  return { run: (context) => runTogether([events, controller], context) };
}

function hasSelector({ spec }: Readonly<Service>): boolean {
  return spec?.selector !== undefined && spec.selector !== null;
}

/** Not those that say they are not to be, nor those that leaders were once chosen with. */
function isMirrored({ metadata }: Readonly<Endpoints>): boolean {
  return metadata.labels?.[SKIP_MIRROR] !== "true" && metadata.annotations?.[LEADER] === undefined;
}

class MirrorReconciler implements Reconciler<ObjectKey> {
  readonly #options: EndpointSliceMirroringOptions;
  readonly #tracker: SliceTracker;
  readonly #events: EventSink;
  readonly #sliceClient: ResourceClient<EndpointSlice>;

  constructor(options: EndpointSliceMirroringOptions, tracker: SliceTracker, events: EventSink) {
    this.#options = options;
    this.#tracker = tracker;
    this.#events = events;
    this.#sliceClient = options.client.resource(ENDPOINT_SLICES);
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const { namespace, name } = key;
    const endpoints = this.#options.endpoints.lister.get(namespace, name);
    const service = this.#options.services.lister.get(namespace, name);
    const slices = this.#slicesOf(key);
    if (endpoints === undefined || !isMirrored(endpoints) || service === undefined) {
      await this.#forget(key, slices, signal);
      return DONE;
    }
    if (hasSelector(service)) {
      await this.#forget(key, slices, signal);
      return DONE;
    }
    if (this.#tracker.isStale(key, slices)) return { requeueLater: true };
    const plan = planMirror(endpoints, slices);
    if (plan.skipped > 0) {
      const text =
        `A max of ${MAX_MIRRORED} addresses can be mirrored to EndpointSlices per Endpoints subset. ` +
        `${plan.skipped} addresses were skipped`;
      this.#events.record(
        referenceTo(KIND, endpoints),
        "Warning",
        "TooManyAddressesToMirror",
        text,
      );
    }
    await this.#carryOut(plan, endpoints, signal);
    return DONE;
  }

  #slicesOf({ namespace, name }: ObjectKey): readonly Readonly<EndpointSlice>[] {
    return [...this.#options.slices.lister.list(namespace)].filter(
      ({ metadata: { labels } }) =>
        labels?.[SERVICE_NAME] === name && labels[MANAGED_BY] === MIRRORING_MANAGER,
    );
  }

  async #forget(
    key: ObjectKey,
    slices: readonly Readonly<EndpointSlice>[],
    signal: AbortSignal,
  ): Promise<void> {
    this.#tracker.forget(key);
    for (const slice of slices) await this.#remove(slice, signal);
  }

  async #carryOut(
    { create, update, remove }: MirrorPlan,
    endpoints: Readonly<Endpoints>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const slice of endpoints.metadata.deletionTimestamp === undefined ? create : []) {
      try {
        this.#tracker.written(await this.#sliceClient.create(slice, { signal }));
      } catch (error) {
        if (isNamespaceTerminating(error)) return;
        throw error;
      }
    }
    for (const slice of update) {
      this.#tracker.written(await this.#sliceClient.update(slice, { signal }));
    }
    for (const slice of remove) {
      await this.#remove(slice, signal);
      this.#tracker.removed(slice);
    }
  }

  async #remove(slice: Readonly<EndpointSlice>, signal: AbortSignal): Promise<void> {
    try {
      await this.#sliceClient.delete(keyOf(slice), { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
