import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import type { Reconciler } from "../reconciler.ts";
import { DeleteAttempts } from "./delete-attempt.ts";
import { DependencyGraph } from "./dependency-graph.ts";
import type { GraphNode } from "./graph-node.ts";
import { ObjectClient } from "./object-client.ts";
import { type ObjectReference, printReference } from "./object-reference.ts";
import { OrphanAttempts } from "./orphan-attempt.ts";
import { OwnerStates } from "./owner-states.ts";
import { WatchedKinds } from "./watched-kinds.ts";

export interface GarbageCollectorOptions extends ReflectorDependencies {
  readonly client: Client;
}

const NAME = "garbage-collector-controller";
/** @see kubernetes cmd/kube-controller-manager (concurrent-gc-syncs) */
const WORKERS = 20;

/**
 * Deletes what nobody owns any more, and carries out how owners are deleted: in the background, in
 * the foreground, or leaving their dependents behind.
 * @see kubernetes pkg/controller/garbagecollector
 */
export function createGarbageCollector(options: GarbageCollectorOptions): Runnable {
  const { client } = options;
  const recorder = new EventRecorder({ ...options, component: NAME });
  const graph = new DependencyGraph({
    attemptToDelete: (node) => deletions.queue.add(node.identity.uid),
    attemptToDeleteLater: (node) => deletions.queue.addRateLimited(node.identity.uid),
    attemptToOrphan: (node) => orphanings.queue.add(node.identity.uid),
    ownerIsAbsent: (owner) => owners.remember(owner),
    namespaceIsWrong: (dependent, owner) => reportNamespace(recorder, dependent, owner),
  });
  const watched = new WatchedKinds({ ...options, graph });
  const kinds = () => watched.kinds;
  const objects = new ObjectClient(client, kinds);
  const owners = new OwnerStates(objects);
  const enqueue = (node: GraphNode): void => deletions.queue.add(node.identity.uid);
  const controller = (reconciler: Reconciler<string>): Controller<string> =>
    new Controller({
      ...options,
      name: NAME,
      identify: (uid) => uid,
      informers: [watched],
      reconciler,
      workers: WORKERS,
    });
  const deletions = controller(new DeleteAttempts({ graph, objects, owners, kinds, enqueue }));
  const orphanings = controller(new OrphanAttempts({ graph, objects }));
  return { run: (context) => runTogether([watched, deletions, orphanings, recorder], context) };
}

function reportNamespace(
  recorder: EventRecorder,
  { identity }: GraphNode,
  owner: ObjectReference,
): void {
  const namespace = JSON.stringify(identity.namespace);
  recorder.record(
    { ...identity },
    "Warning",
    "OwnerRefInvalidNamespace",
    `ownerRef ${printReference(owner)} does not exist in namespace ${namespace}`,
  );
}
