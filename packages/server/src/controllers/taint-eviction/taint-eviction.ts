import { writeAnyJson } from "../../api/encode-json-text.ts";
import type { Node, Pod, PodCondition, Taint } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { EventRecorder } from "../../client/event-recorder.ts";
import { keyOf, type ObjectKey, PODS, printKey } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { formatTime } from "../../runtime/clock.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { podCondition } from "../pod-state.ts";
import { enduranceSeconds, noExecuteTaints } from "./endurance.ts";
import { EvictionSchedule } from "./eviction-schedule.ts";

export interface TaintEvictionOptions extends ReflectorDependencies {
  readonly client: Client;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
}

const NAME = "taint-eviction-controller";
const TRIES = 5;
const PAUSE_MS = 10;

/**
 * Evicts pods from nodes with taints of the effect NoExecute, those that tolerate them for a time
 * when it is over.
 * @see kubernetes pkg/controller/tainteviction/taint_eviction.go
 */
export function createTaintEviction(options: TaintEvictionOptions): Runnable {
  const events = new EventRecorder({ ...options, component: NAME });
  const eviction = new TaintEviction(options, events);
  return { run: (context) => runTogether([eviction, events], context) };
}

class TaintEviction implements Runnable {
  readonly #options: TaintEvictionOptions;
  readonly #events: EventRecorder;
  readonly #pods: ResourceClient<Pod>;
  readonly #schedule: EvictionSchedule;
  readonly #abort = new AbortController();
  /** Requests under way. */
  readonly #evictions = new Set<Promise<void>>();
  #isSynced = false;

  constructor(options: TaintEvictionOptions, events: EventRecorder) {
    this.#options = options;
    this.#events = events;
    this.#pods = options.client.resource(PODS);
    this.#schedule = new EvictionSchedule(options.clock);
    this.#follow();
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { pods, nodes } = this.#options;
    await orAborted(Promise.all([pods.synced, nodes.synced]), signal);
    this.#isSynced = true;
    for (const node of nodes.lister.all()) this.#lookAtNode(node);
    // From here on handlers and timers do the work.
    await orAborted(new Promise(() => {}), signal);
    this.#schedule.close();
    this.#abort.abort();
    await Promise.all(this.#evictions);
  }

  #follow(): void {
    const { pods, nodes } = this.#options;
    pods.addHandler({
      added: (pod) => this.#lookAtPod(pod),
      updated: (pod, before) => {
        if (placeOf(pod) !== placeOf(before)) this.#lookAtPod(pod);
      },
      deleted: (pod) => this.#giveUp(keyOf(pod)),
    });
    nodes.addHandler({
      added: (node) => this.#lookAtNode(node),
      updated: (node, before) => {
        if (taintsOf(node) !== taintsOf(before)) this.#lookAtNode(node);
      },
    });
  }

  #lookAtNode(node: Readonly<Node>): void {
    if (!this.#isSynced) return;
    const taints = noExecuteTaints(node.spec?.taints);
    for (const pod of this.#options.pods.lister.all()) {
      if (pod.spec?.nodeName !== node.metadata.name) continue;
      if (taints.length === 0) this.#giveUp(keyOf(pod));
      else this.#decide(pod, taints);
    }
  }

  #lookAtPod(pod: Readonly<Pod>): void {
    const { nodeName = "" } = pod.spec ?? {};
    if (!this.#isSynced || nodeName === "") return;
    const taints = noExecuteTaints(this.#options.nodes.lister.get("", nodeName)?.spec?.taints);
    if (taints.length > 0) this.#decide(pod, taints);
  }

  #decide(pod: Readonly<Pod>, taints: readonly Taint[]): void {
    const key = keyOf(pod);
    const text = printKey(key);
    const now = this.#options.clock.now();
    const seconds = enduranceSeconds(taints, pod.spec?.tolerations ?? []);
    if (seconds === Number.POSITIVE_INFINITY) {
      this.#giveUp(key);
      return;
    }
    const since = this.#schedule.since(text);
    // A taint more does not give a pod more time than it has left.
    if (seconds > 0 && since !== undefined && since < now) return;
    if (since !== undefined) this.#giveUp(key);
    this.#schedule.plan(text, since ?? now, seconds, () => this.#begin(key));
  }

  #giveUp(key: ObjectKey): void {
    if (this.#schedule.cancel(printKey(key)) === "nothing") return;
    this.#tell(key, `Cancelling deletion of Pod ${printKey(key)}`);
  }

  #tell(key: ObjectKey, message: string): void {
    const about = { apiVersion: "v1", kind: "Pod", ...key };
    this.#events.record(about, "Normal", "TaintManagerEviction", message);
  }

  #begin(key: ObjectKey): void {
    this.#tell(key, `Marking for deletion Pod ${printKey(key)}`);
    const eviction = this.#evict(key).finally(() => this.#evictions.delete(eviction));
    this.#evictions.add(eviction);
  }

  async #evict(key: ObjectKey): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#abort;
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        await this.#markAndDelete(key, signal);
        return;
      } catch (error) {
        if (signal.aborted || isNotFound(error)) return;
        if (tries < TRIES) {
          await clock.sleep(PAUSE_MS, signal);
          continue;
        }
        logger.warn({ pod: printKey(key), error }, "a pod was not evicted");
        this.#schedule.cancel(printKey(key));
        return;
      }
    }
  }

  async #markAndDelete(key: ObjectKey, signal: AbortSignal): Promise<void> {
    const pod = await this.#pods.get(key, { signal });
    const { uid = "", generation } = pod.metadata;
    const condition: PodCondition = {
      type: "DisruptionTarget",
      status: "True",
      reason: "DeletionByTaintManager",
      message: "Taint manager: deleting due to NoExecute taint",
      lastTransitionTime: formatTime(this.#options.clock.now()),
      ...(generation === undefined ? {} : { observedGeneration: generation }),
    };
    if (podCondition(pod, condition.type)?.reason !== condition.reason) {
      const patch = { metadata: { uid }, status: { conditions: [condition] } };
      const options = { subresource: "status", signal };
      await this.#pods.patch(key, "strategic-merge-patch", patch, options);
    }
    await this.#pods.delete(key, { preconditions: { uid }, signal });
  }
}

function placeOf({ spec }: Readonly<Pod>): string {
  return writeAnyJson([spec?.nodeName, spec?.tolerations ?? []]);
}

function taintsOf({ spec }: Readonly<Node>): string {
  return JSON.stringify(noExecuteTaints(spec?.taints));
}
