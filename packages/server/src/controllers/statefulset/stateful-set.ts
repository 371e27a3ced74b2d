import type {
  ControllerRevision,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
} from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { keyOf, type ObjectKey, printKey, STATEFUL_SETS } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Random } from "../../runtime/random.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { Controller } from "../controller.ts";
import { Expectations } from "../expectations.ts";
import { PodWatcher } from "../replicaset/pod-watcher.ts";
import { RevisionHistory } from "./revision-history.ts";
import { StatefulPodControl } from "./stateful-pod-control.ts";
import { STATEFUL_SET } from "./stateful-pods.ts";
import { StatefulSetReconciler } from "./stateful-set-reconciler.ts";

export interface StatefulSetControllerOptions {
  readonly client: Client;
  readonly sets: Informer<StatefulSet>;
  readonly pods: Informer<Pod>;
  readonly podsByController: ControlledObjects<Pod>;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly revisions: Informer<ControllerRevision>;
  readonly revisionsByController: ControlledObjects<ControllerRevision>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** @see kubernetes pkg/controller/statefulset/config/v1alpha1/defaults.go */
const WORKERS = 5;

/**
 * Keeps pods with names of their own, one after the other. Keys are those of StatefulSets.
 * @see kubernetes pkg/controller/statefulset/stateful_set.go
 */
export function createStatefulSetController(options: StatefulSetControllerOptions): Runnable {
  const { client, sets, pods, claims, revisions, clock, logger } = options;
  const events = new EventRecorder({ ...options, component: "statefulset-controller" });
  const expectations = new Expectations(clock);
  const podControl = new StatefulPodControl({
    ...options,
    claims: claims.lister,
    events,
    expectations,
  });
  const controller = new Controller<ObjectKey>({
    name: "statefulset-controller",
    clock,
    logger,
    identify: printKey,
    informers: [sets, pods, claims, revisions],
    reconciler: new StatefulSetReconciler({
      ...options,
      setClient: client.resource(STATEFUL_SETS),
      podControl,
      history: new RevisionHistory(client, options.revisionsByController),
      expectations,
    }),
    workers: WORKERS,
  });
  const { queue } = controller;
  const add = (set: Readonly<StatefulSet>): void => queue.add(keyOf(set));
  sets.addHandler({
    added: add,
    updated: add,
    deleted: (set) => {
      expectations.forget(printKey(keyOf(set)));
      add(set);
    },
  });
  pods.addHandler(new PodWatcher({ kind: STATEFUL_SET.kind, owners: sets, expectations, queue }));
  return { run: (context) => runTogether([events, controller], context) };
}
