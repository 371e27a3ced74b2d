import type { Node, NodeCondition, Pod } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isConflict, isNotFound } from "../../client/errors.ts";
import { type EventRecorder, referenceTo } from "../../client/event-recorder.ts";
import { keyOf, NODES, PODS } from "../../client/resource-type.ts";
import { type Clock, formatTime } from "../../runtime/clock.ts";
import { isPodReady } from "../pod-state.ts";
import { changedTaints, type TaintChange } from "./node-taints.ts";

/** @see kubernetes pkg/controller/controller_utils.go (UpdateTaintBackoff) */
const TRIES = 5;
const POD = { apiVersion: "v1", kind: "Pod" };

export interface NodeWriterOptions {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

/** What is written about nodes, and about pods of nodes that are silent. */
export class NodeWriter {
  readonly #nodes: ResourceClient<Node>;
  readonly #pods: ResourceClient<Pod>;
  readonly #events: EventRecorder;
  readonly #clock: Clock;

  constructor({ client, events, clock }: NodeWriterOptions) {
    this.#nodes = client.resource(NODES);
    this.#pods = client.resource(PODS);
    this.#events = events;
    this.#clock = clock;
  }

  /** Whatever taints there are by now: only those of the change are touched. */
  async changeTaints(
    node: Readonly<Node>,
    change: TaintChange,
    signal: AbortSignal,
  ): Promise<void> {
    const timeAdded = formatTime(this.#clock.now());
    let live = node;
    for (let tries = 1; ; tries++) {
      const taints = changedTaints(live.spec?.taints ?? [], change, timeAdded);
      if (taints === undefined) return;
      const { resourceVersion } = live.metadata;
      const patch = { metadata: { resourceVersion }, spec: { taints } };
      try {
        await this.#nodes.patch(keyOf(node), "merge-patch", patch, { signal });
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        if (!isConflict(error) || tries >= TRIES) throw error;
        live = await this.#nodes.get(keyOf(node), { signal });
      }
    }
  }

  async setLabels(
    node: Readonly<Node>,
    labels: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#nodes.patch(
      keyOf(node),
      "strategic-merge-patch",
      { metadata: { labels } },
      { signal },
    );
  }

  /** @throws StatusError `Conflict` when the node has just said something after all */
  async setConditions(
    node: Readonly<Node>,
    conditions: readonly NodeCondition[],
    signal: AbortSignal,
  ): Promise<Node> {
    const status = { ...node.status, conditions: [...conditions] };
    return await this.#nodes.update({ ...node, status }, { subresource: "status", signal });
  }

  /** Nobody knows any more whether they are ready, so they are not. */
  async markNotReady(pod: Readonly<Pod>, signal: AbortSignal): Promise<void> {
    if (!isPodReady(pod)) return;
    const lastTransitionTime = formatTime(this.#clock.now());
    const conditions = [{ type: "Ready", status: "False", lastTransitionTime }];
    const patch = { metadata: { uid: pod.metadata.uid }, status: { conditions } };
    try {
      const options = { subresource: "status", signal };
      await this.#pods.patch(keyOf(pod), "strategic-merge-patch", patch, options);
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    this.#events.record(referenceTo(POD, pod), "Warning", "NodeNotReady", "Node is not ready");
  }

  /** Tells of a node by its name and uid, whatever state it is in. */
  tell({ metadata }: Readonly<Node>, reason: string, message: string): void {
    const { name = "", uid = "" } = metadata;
    const about = { apiVersion: "v1", kind: "Node", name, uid };
    this.#events.record(about, "Normal", reason, message);
  }
}
