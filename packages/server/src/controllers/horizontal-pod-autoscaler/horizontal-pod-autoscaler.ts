import type { Pod } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import {
  HORIZONTAL_POD_AUTOSCALERS,
  keyOf,
  type ObjectKey,
  printKey,
} from "../../client/resource-type.ts";
import { createInformer, type Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { withoutFieldOwners } from "../../informer/without-field-owners.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import { AutoscalerReconciler, SYNC_MS } from "./autoscaler-reconciler.ts";

export interface HorizontalPodAutoscalerOptions extends ReflectorDependencies {
  readonly client: Client;
  /** Reads autoscalers. */
  readonly manager: Client;
  readonly pods: Informer<Pod>;
}

/** @see kubernetes cmd/kube-controller-manager (concurrent-horizontal-pod-autoscaler-syncs) */
const WORKERS = 5;

/**
 * Keeps what autoscalers scale between the least and the greatest number of pods, and says of metrics
 * that there are none, as in any cluster without an API of metrics. Keys are those of autoscalers.
 * @see kubernetes pkg/controller/podautoscaler/horizontal.go
 */
export function createHorizontalPodAutoscaling(options: HorizontalPodAutoscalerOptions): Runnable {
  const { manager, pods } = options;
  const events = new EventRecorder({ ...options, component: "horizontal-pod-autoscaler" });
  const autoscalers = createInformer({
    ...options,
    client: manager.resource(HORIZONTAL_POD_AUTOSCALERS),
    transform: withoutFieldOwners,
  });
  const reconciler = new AutoscalerReconciler({ ...options, autoscalers, events });
  const controller = new Controller<ObjectKey>({
    ...options,
    name: "horizontal-pod-autoscaler-controller",
    identify: printKey,
    informers: [autoscalers, pods],
    reconciler,
    workers: WORKERS,
  });
  autoscalers.addHandler({
    // Each is looked at in its turn, and changes wait for it.
    added: (autoscaler) => controller.queue.addAfter(keyOf(autoscaler), SYNC_MS),
    deleted: (autoscaler) => reconciler.forget(keyOf(autoscaler)),
  });
  return { run: (context) => runTogether([events, autoscalers, controller], context) };
}
