import type { Node } from "../../api/types.ts";
import type { Client } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { NODES } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { Controller } from "../controller.ts";
import { DONE } from "../reconciler.ts";

export interface NodeTtlOptions {
  readonly client: Client;
  readonly nodes: Informer<Node>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** For how long an agent may use what it has read of secrets and config maps, in seconds. */
const ANNOTATION = "node.alpha.kubernetes.io/ttl";
/** @see kubernetes cmd/kube-controller-manager/app/core.go (startTTLController) */
const WORKERS = 5;

/** Sizes overlap, so that a cluster between two does not go to and fro. */
const SIZES = [
  { min: 0, max: 100, seconds: 0 },
  { min: 90, max: 500, seconds: 15 },
  { min: 450, max: 1000, seconds: 30 },
  { min: 900, max: 2000, seconds: 60 },
  { min: 1800, max: Number.POSITIVE_INFINITY, seconds: 300 },
] as const;

/** The step for a cluster of so many nodes, coming from another one. */
export function stepFor(nodes: number, before: number): number {
  let step = before;
  while (nodes > (SIZES[step]?.max ?? Number.POSITIVE_INFINITY)) step++;
  while (nodes < (SIZES[step]?.min ?? 0)) step--;
  return step;
}

/**
 * Tells nodes how long they may keep what they have read: the longer, the more of them there are.
 * Keys are names of nodes.
 * @see kubernetes pkg/controller/ttl/ttl_controller.go
 */
export function createNodeTtl(options: NodeTtlOptions): Controller<string> {
  const { client, nodes } = options;
  const nodeClient = client.resource(NODES);
  let step = 0;
  const controller = new Controller<string>({
    ...options,
    name: "ttl-controller",
    identify: (name) => name,
    informers: [nodes],
    workers: WORKERS,
    reconciler: {
      async reconcile(name, { signal }) {
        const node = nodes.lister.get("", name);
        const value = String(SIZES[step]?.seconds ?? 0);
        if (node === undefined || node.metadata.annotations?.[ANNOTATION] === value) return DONE;
        const patch = { metadata: { annotations: { [ANNOTATION]: value } } };
        try {
          await nodeClient.patch({ namespace: "", name }, "strategic-merge-patch", patch, {
            signal,
          });
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
        return DONE;
      },
    },
  });
  const look = ({ metadata }: Readonly<Node>): void => {
    step = stepFor(nodes.lister.size, step);
    controller.queue.add(metadata.name ?? "");
  };
  nodes.addHandler({
    added: look,
    // Their signs of life see to it that all hear of a new size.
    updated: look,
    deleted: () => {
      step = stepFor(nodes.lister.size, step);
    },
  });
  return controller;
}
