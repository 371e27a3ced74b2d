import type { EndpointSlice, Node, Pod, Service } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { ENDPOINT_SLICES, keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import { ServicePodWatcher } from "../service-endpoints/pod-watcher.ts";
import { EndpointSliceReconciler } from "./endpoint-slice-reconciler.ts";
import { MANAGER } from "./service-slice.ts";
import { SliceTracker } from "./slice-tracker.ts";
import { wakeBySlices } from "./wake-by-slices.ts";

export interface EndpointSliceControllerOptions {
  readonly client: Client;
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly slices: Informer<EndpointSlice>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see kubernetes pkg/controller/endpointslice/endpointslice_controller.go, config/v1alpha1/defaults.go */
const WORKERS = 5;
const MAX_RETRIES = 15;
const BACKOFF = { firstBackoffMs: 1_000, maxBackoffMs: 1_000_000 };
/** What somebody else does to slices is looked at together. */
const CHANGE_DELAY_MS = 1_000;

/**
 * Keeps for services where they lead.
 * @see kubernetes pkg/controller/endpointslice/endpointslice_controller.go
 */
export function createEndpointSliceController(options: EndpointSliceControllerOptions): Runnable {
  const { client, services, pods, nodes, slices, clock, logger } = options;
  const events = new EventRecorder({ ...options, component: "endpoint-slice-controller" });
  const tracker = new SliceTracker();
  const sliceClient = client.resource(ENDPOINT_SLICES);
  const controller = new Controller<ObjectKey>({
    name: "endpointslice-controller",
    clock,
    logger,
    identify: printKey,
    informers: [services, pods, nodes, slices],
    reconciler: new EndpointSliceReconciler({ ...options, sliceClient, tracker, events }),
    workers: WORKERS,
    maxRetries: MAX_RETRIES,
    ...BACKOFF,
  });
  const { queue } = controller;
  const wake = (service: Readonly<Service>): void => queue.add(keyOf(service));
  services.addHandler({ added: wake, updated: wake, deleted: wake });
  pods.addHandler(new ServicePodWatcher(services.lister, (key) => queue.add(key)));
  slices.addHandler(wakeBySlices({ manager: MANAGER, tracker, queue, delayMs: CHANGE_DELAY_MS }));
  return { run: (context) => runTogether([events, controller], context) };
}
