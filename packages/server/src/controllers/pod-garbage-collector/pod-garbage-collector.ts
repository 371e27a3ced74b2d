import type { Node, Pod, PodCondition } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { keyOf, NODES, PODS, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { type Clock, formatTime } from "../../runtime/clock.ts";
import type { Logger } from "../../runtime/logger.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import type { Runnable } from "../../runtime/task-group.ts";
import { isPodTerminal } from "../pod-state.ts";
import { findGarbage } from "./find-garbage.ts";
import { MissingNodes } from "./missing-nodes.ts";

export interface PodGarbageCollectorOptions {
  readonly client: Client;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** So many pods that have ended may stay; 0 for all of them. */
  readonly terminatedPodThreshold?: number;
}

/** @see kubernetes pkg/controller/podgc/config/v1alpha1/defaults.go */
const TERMINATED_POD_THRESHOLD = 12_500;
const LOOK_EVERY_MS = 20_000;

/** @see kubernetes pkg/controller/podgc/gc_controller.go (gcOrphaned) */
const ON_GONE_NODE: PodCondition = {
  type: "DisruptionTarget",
  status: "True",
  reason: "DeletionByPodGC",
  message: "PodGC: node no longer exists",
};

/**
 * Takes pods away that nobody else can: those of nodes that are gone, those that were deleted before
 * they had a node, and, when there are too many, those that have ended.
 * @see kubernetes pkg/controller/podgc
 */
export function createPodGarbageCollector(options: PodGarbageCollectorOptions): Runnable {
  return new PodGarbageCollector(options);
}

class PodGarbageCollector implements Runnable {
  readonly #options: PodGarbageCollectorOptions;
  readonly #pods: ResourceClient<Pod>;
  readonly #nodes: ResourceClient<Node>;
  readonly #missing = new MissingNodes();

  constructor(options: PodGarbageCollectorOptions) {
    this.#options = options;
    this.#pods = options.client.resource(PODS);
    this.#nodes = options.client.resource(NODES);
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { pods, nodes, clock } = this.#options;
    await orAborted(Promise.all([pods.synced, nodes.synced]), signal);
    while (!signal.aborted) {
      await this.#collect(signal);
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
  }

  async #collect(signal: AbortSignal): Promise<void> {
    const { pods, nodes, terminatedPodThreshold = TERMINATED_POD_THRESHOLD } = this.#options;
    const goneNodes = await this.#findGoneNodes(signal);
    const garbage = findGarbage({
      pods: pods.lister.all(),
      nodeOf: (name) => nodes.lister.get("", name),
      goneNodes,
      terminatedPodThreshold,
    });
    const { terminated, outOfService, orphaned, unscheduled } = garbage;
    const remove = (pod: Readonly<Pod>) => this.#remove(pod, undefined, signal);
    await Promise.all(terminated.map(remove));
    await Promise.all(outOfService.map(remove));
    await Promise.all(orphaned.map((pod) => this.#remove(pod, ON_GONE_NODE, signal)));
    await Promise.all(unscheduled.map(remove));
  }

  async #findGoneNodes(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { pods, nodes, clock, logger } = this.#options;
    const isThere = (name: string): boolean => nodes.lister.get("", name) !== undefined;
    const now = clock.now();
    for (const { spec } of pods.lister.all()) {
      const { nodeName = "" } = spec ?? {};
      if (nodeName !== "" && !isThere(nodeName)) this.#missing.note(nodeName, now);
    }
    const gone = new Set<string>();
    for (const name of this.#missing.take(now)) {
      if (isThere(name)) continue;
      try {
        await this.#nodes.get({ namespace: "", name }, { signal });
      } catch (error) {
        if (isNotFound(error)) gone.add(name);
        else if (!signal.aborted) logger.warn({ node: name, error }, "is a node gone?");
      }
    }
    return gone;
  }

  /** What never ended has failed: nobody is left to say so. */
  async #remove(
    pod: Readonly<Pod>,
    condition: PodCondition | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { logger } = this.#options;
    const { uid = "" } = pod.metadata;
    try {
      if (!isPodTerminal(pod)) await this.#markFailed(pod, condition, signal);
      await this.#pods.delete(keyOf(pod), {
        gracePeriodSeconds: 0,
        preconditions: { uid },
        signal,
      });
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return;
      logger.warn({ pod: printKey(keyOf(pod)), error }, "a pod was not taken away");
    }
  }

  async #markFailed(
    pod: Readonly<Pod>,
    condition: PodCondition | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { uid, generation } = pod.metadata;
    const observed = generation === undefined ? {} : { observedGeneration: generation };
    const lastTransitionTime = formatTime(this.#options.clock.now());
    const conditions =
      condition === undefined ? [] : [{ ...condition, ...observed, lastTransitionTime }];
    const status = { phase: "Failed", ...observed, ...(conditions.length > 0 && { conditions }) };
    const patch = { metadata: { uid }, status };
    const options = { subresource: "status", signal };
    await this.#pods.patch(keyOf(pod), "strategic-merge-patch", patch, options);
  }
}
