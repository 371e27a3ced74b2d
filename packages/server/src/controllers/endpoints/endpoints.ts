import type { Endpoints, Pod, Service } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { ENDPOINTS, keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import { ServicePodWatcher } from "../service-endpoints/pod-watcher.ts";
import { COMPONENT, EndpointsReconciler } from "./endpoints-reconciler.ts";

export interface EndpointsControllerOptions {
  readonly client: Client;
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  readonly endpoints: Informer<Endpoints>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see kubernetes pkg/controller/endpoint/config/v1alpha1/defaults.go */
const WORKERS = 5;
const MAX_RETRIES = 15;
/** Locks of leaders were Endpoints once. */
const LEADER = "control-plane.alpha.kubernetes.io/leader";

/**
 * Keeps for services where they lead, in the old form.
 * @see kubernetes pkg/controller/endpoint/endpoints_controller.go
 */
export function createEndpointsController(options: EndpointsControllerOptions): Runnable {
  const { client, services, pods, endpoints, clock, logger } = options;
  const events = new EventRecorder({ ...options, component: COMPONENT });
  const endpointsClient = client.resource(ENDPOINTS);
  const controller = new Controller<ObjectKey>({
    name: "endpoints-controller",
    clock,
    logger,
    identify: printKey,
    informers: [services, pods, endpoints],
    reconciler: new EndpointsReconciler({ ...options, endpointsClient, events }),
    workers: WORKERS,
    maxRetries: MAX_RETRIES,
  });
  const { queue } = controller;
  const wake = (object: Readonly<Service> | Readonly<Endpoints>): void => queue.add(keyOf(object));
  services.addHandler({ added: wake, updated: wake, deleted: wake });
  pods.addHandler(new ServicePodWatcher(services.lister, (key) => queue.add(key)));
  endpoints.addHandler({ deleted: wake });
  // What services have left behind that went while nobody looked. Others may write Endpoints as well.
  const leftovers: Runnable = {
    async run({ signal }) {
      await orAborted(Promise.all([services.synced, endpoints.synced]), signal);
      for (const object of endpoints.lister.all()) {
        if (object.metadata.annotations?.[LEADER] === undefined) wake(object);
      }
    },
  };
  return { run: (context) => runTogether([events, controller, leftovers], context) };
}
