import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { ControllerRevision, DaemonSet, Node, Pod } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import type { ControlledObjects } from "../controlled-objects.ts";
import { Controller } from "../controller.ts";
import { controllerOf } from "../controller-ref.ts";
import { Expectations } from "../expectations.ts";
import { PodWatcher } from "../replicaset/pod-watcher.ts";
import type { WorkQueue } from "../work-queue.ts";
import { DAEMON_SET } from "./daemon-pod.ts";
import { DaemonSetReconciler } from "./daemon-set-reconciler.ts";
import { nodeFitter } from "./node-fit.ts";

export interface DaemonSetControllerOptions extends ReflectorDependencies {
  readonly client: Client;
  readonly daemonSets: Informer<DaemonSet>;
  readonly nodes: Informer<Node>;
  readonly pods: Informer<Pod>;
  readonly podsByController: ControlledObjects<Pod>;
  readonly revisions: Informer<ControllerRevision>;
  readonly revisionsByController: ControlledObjects<ControllerRevision>;
}

const NAME = "daemonset-controller";
/** @see kubernetes pkg/controller/daemon/config/v1alpha1/defaults.go */
const WORKERS = 2;

/**
 * Keeps one pod of a DaemonSet on every node that it is for. Keys are those of DaemonSets.
 * @see kubernetes pkg/controller/daemon
 */
export function createDaemonSetController(options: DaemonSetControllerOptions): Runnable {
  const { daemonSets, nodes, pods, revisions, clock } = options;
  const events = new EventRecorder({ ...options, component: NAME });
  const expectations = new Expectations(clock);
  const controller = new Controller<ObjectKey>({
    ...options,
    name: NAME,
    identify: printKey,
    informers: [daemonSets, nodes, pods, revisions],
    reconciler: new DaemonSetReconciler(options, expectations, events),
    workers: WORKERS,
  });
  const { queue } = controller;
  const add = (set: Readonly<DaemonSet>): void => queue.add(keyOf(set));
  daemonSets.addHandler({
    added: add,
    updated: add,
    deleted: (set) => {
      expectations.forget(printKey(keyOf(set)));
      add(set);
    },
  });
  const { kind } = DAEMON_SET;
  pods.addHandler(new PodWatcher({ kind, owners: daemonSets, expectations, queue }));
  followRevisions(options, queue);
  followNodes(options, queue);
  return { run: (context) => runTogether([events, controller], context) };
}

function followRevisions(
  { revisions, daemonSets }: DaemonSetControllerOptions,
  queue: WorkQueue<ObjectKey>,
): void {
  const wake = (revision: Readonly<ControllerRevision>): void => {
    const { namespace = "", labels } = revision.metadata;
    const owner = controllerOf(revision);
    if (owner !== undefined) {
      if (owner.kind === DAEMON_SET.kind) queue.add({ namespace, name: owner.name });
      return;
    }
    for (const set of daemonSets.lister.list(namespace)) {
      const selector = selectorFromApi(set.spec?.selector);
      if (selector !== undefined && matchesLabels(selector, labels)) queue.add(keyOf(set));
    }
  };
  revisions.addHandler({
    // What a set has made itself is no news to it.
    added: (revision) => {
      if (controllerOf(revision) === undefined) wake(revision);
    },
    updated: (revision, before) => {
      wake(revision);
      if (controllerOf(before)?.uid !== controllerOf(revision)?.uid) wake(before);
    },
    deleted: wake,
  });
}

/** Wakes the sets that have to do something about a node, or count it differently. */
function followNodes(options: DaemonSetControllerOptions, queue: WorkQueue<ObjectKey>): void {
  const { nodes, daemonSets, podsByController } = options;
  const look = (node: Readonly<Node>): void => {
    for (const set of daemonSets.lister.all()) {
      const { shouldRun, mayContinue } = nodeFitter(set)(node);
      const hasPod = podsByController
        .of(set.metadata.uid ?? "")
        .some(({ spec }) => spec?.nodeName === node.metadata.name);
      const isMiscounted = hasPod && (set.status?.numberMisscheduled ?? 0) > 0;
      if ((shouldRun && !hasPod) || (!mayContinue && hasPod) || isMiscounted) queue.add(keyOf(set));
    }
  };
  const placeOf = ({ metadata, spec }: Readonly<Node>): string =>
    JSON.stringify([Object.entries(metadata.labels ?? {}).sort(), spec?.taints ?? []]);
  nodes.addHandler({
    added: look,
    updated: (node, before) => {
      if (placeOf(node) !== placeOf(before)) look(node);
    },
  });
}
