import type { Lease, Node, Pod } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import type { Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { Controller } from "../controller.ts";
import { DONE } from "../reconciler.ts";
import { missingLabels } from "./node-labels.ts";
import { NodeMonitor } from "./node-monitor.ts";
import { noScheduleChange } from "./node-taints.ts";
import { NodeWriter } from "./node-writer.ts";

export interface NodeLifecycleOptions extends ReflectorDependencies {
  readonly client: Client;
  readonly nodes: Informer<Node>;
  readonly pods: Informer<Pod>;
  /** Of nodes. */
  readonly leases: Informer<Lease>;
}

const NAME = "node-lifecycle-controller";
/** @see kubernetes cmd/kube-controller-manager (node-monitor-period) */
const LOOK_EVERY_MS = 5_000;
const WORKERS = 8;

/**
 * Says of nodes that give no sign of life that nobody knows how they are, and keeps pods away from
 * nodes that are not well: new ones at once, others by taints that evict them.
 * @see kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go
 */
export function createNodeLifecycle(options: NodeLifecycleOptions): Runnable {
  const { nodes, pods, leases, clock } = options;
  const events = new EventRecorder({ ...options, component: "node-controller" });
  const writer = new NodeWriter({ ...options, events });
  const controller = createNodeController(options, writer);
  const monitor = new NodeMonitor(options, writer);
  const watch: Runnable = {
    async run({ signal }) {
      await orAborted(Promise.all([nodes.synced, pods.synced, leases.synced]), signal);
      while (!signal.aborted) {
        await monitor.look(signal);
        await clock.sleep(LOOK_EVERY_MS, signal);
      }
    },
  };
  return { run: (context) => runTogether([watch, controller, events], context) };
}

/** Taints and labels that follow from what a node says of itself. Keys are names. */
function createNodeController(
  options: NodeLifecycleOptions,
  writer: NodeWriter,
): Controller<string> {
  const { nodes } = options;
  const controller = new Controller<string>({
    ...options,
    name: NAME,
    identify: (name) => name,
    informers: [nodes],
    workers: WORKERS,
    reconciler: {
      async reconcile(name, { signal }) {
        const node = nodes.lister.get("", name);
        if (node === undefined) return DONE;
        const change = noScheduleChange(node);
        const isTainted = change.add.length > 0 || change.remove.length > 0;
        if (isTainted) await writer.changeTaints(node, change, signal);
        const labels = missingLabels(node);
        if (Object.keys(labels).length > 0) await writer.setLabels(node, labels, signal);
        return DONE;
      },
    },
  });
  const add = ({ metadata }: Readonly<Node>): void => controller.queue.add(metadata.name ?? "");
  nodes.addHandler({ added: add, updated: add });
  return controller;
}
