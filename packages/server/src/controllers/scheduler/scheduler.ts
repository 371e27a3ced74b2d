import type { Binding, Node, PersistentVolumeClaim, Pod } from "../../api/types.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { isNotFound } from "../../client/errors.ts";
import { referenceTo } from "../../client/event-recorder.ts";
import { keyOf, PODS, type ResourceType } from "../../client/resource-type.ts";
import { SeriesRecorder } from "../../client/series-recorder.ts";
import type { Informer } from "../../informer/informer.ts";
import type { ReflectorDependencies } from "../../informer/reflector.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import { type Runnable, runTogether } from "../../runtime/task-group.ts";
import { TimeSlice } from "../../runtime/time-slice.ts";
import { ClusterState } from "./cluster-state.ts";
import { followCluster } from "./follow-cluster.ts";
import type { WaitingPod } from "./node-filters.ts";
import { placePod } from "./place-pod.ts";
import { isAssigned } from "./pod-requirements.ts";
import { scheduledCondition, type UnscheduledReason } from "./scheduled-condition.ts";
import { SchedulingQueue } from "./scheduling-queue.ts";
import { claimProblem } from "./volume-claims.ts";

export interface SchedulerOptions extends ReflectorDependencies {
  readonly client: Client;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly claims: Informer<PersistentVolumeClaim>;
  /** The machine that events name. */
  readonly host: string;
}

const PROFILE = "default-scheduler";
const POD = { apiVersion: "v1", kind: "Pod" };
const { group, version, resource, namespaced } = PODS;
/** What is posted to pods' subresource `binding`. */
const BINDINGS: ResourceType<Binding> = { group, version, resource, namespaced };
/** So many pods are being bound at once. */
const MAX_BINDINGS = 64;

/**
 * Gives pods their nodes: one after another in memory, where a pod that was given a node takes its
 * room at once, and beside it the requests that bind them. A pod that no node takes is told why, and
 * tried again when something has changed that helps it.
 * @see kubernetes pkg/scheduler/schedule_one.go
 */
export function createScheduler(options: SchedulerOptions): Runnable {
  const recorder = new SeriesRecorder({ ...options, controller: PROFILE });
  const scheduler = new Scheduler(options, recorder);
  return { run: (context) => runTogether([scheduler, recorder], context) };
}

class Scheduler implements Runnable {
  readonly #options: SchedulerOptions;
  readonly #recorder: SeriesRecorder;
  readonly #pods: ResourceClient<Pod>;
  readonly #bindings: ResourceClient<Binding>;
  readonly #state = new ClusterState();
  readonly #queue: SchedulingQueue;
  /** Requests under way. */
  readonly #requests = new Set<Promise<void>>();
  /** By pods' uids: what is being written about them. */
  readonly #reports = new Map<string, Promise<void>>();
  #wake: () => void = () => {};

  constructor(options: SchedulerOptions, recorder: SeriesRecorder) {
    this.#options = options;
    this.#recorder = recorder;
    this.#pods = options.client.resource(PODS);
    this.#bindings = options.client.resource(BINDINGS);
    this.#queue = new SchedulingQueue(options.clock, () => this.#wake());
    followCluster({ ...options, state: this.#state, queue: this.#queue });
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { pods, nodes, claims } = this.#options;
    const wake = (): void => this.#wake();
    signal.addEventListener("abort", wake);
    try {
      await orAborted(Promise.all([pods.synced, nodes.synced, claims.synced]), signal);
      await this.#schedule(signal);
    } finally {
      signal.removeEventListener("abort", wake);
      this.#queue.close();
      await Promise.all(this.#requests);
    }
  }

  async #schedule(signal: AbortSignal): Promise<void> {
    const slice = new TimeSlice();
    while (!signal.aborted) {
      const waiting = this.#queue.take();
      if (waiting === undefined) await this.#nextReady();
      else {
        this.#scheduleOne(waiting, signal);
        if (this.#requests.size >= MAX_BINDINGS) await Promise.race(this.#requests);
        if (slice.isOver) await slice.next();
      }
    }
  }

  #nextReady(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }

  #scheduleOne(waiting: WaitingPod, signal: AbortSignal): void {
    const { pod, uid } = waiting;
    const { namespace, name, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined) {
      this.#queue.delete(uid);
      this.#tellFailure(pod, `skip schedule deleting pod: ${namespace}/${name}`);
      return;
    }
    const problem = claimProblem(pod, this.#options.claims.lister);
    const placement = placePod(waiting, this.#state.nodes, problem);
    if (placement.outcome === "node") {
      const nodeName = placement.info.name;
      this.#state.place(waiting, nodeName);
      this.#begin(this.#bind(waiting, nodeName, signal));
      return;
    }
    this.#queue.failed(uid, "unschedulable");
    const report = this.#reportFailure(pod, "Unschedulable", placement.message, signal).finally(
      () => {
        if (this.#reports.get(uid) === report) this.#reports.delete(uid);
      },
    );
    this.#reports.set(uid, report);
    this.#begin(report);
  }

  #begin(request: Promise<void>): void {
    const ended = request.finally(() => this.#requests.delete(ended));
    this.#requests.add(ended);
  }

  async #bind(waiting: WaitingPod, nodeName: string, signal: AbortSignal): Promise<void> {
    const { pod, uid } = waiting;
    const { namespace = "", name = "" } = pod.metadata;
    // What is said of a pod that no node took must not come after it has one.
    await this.#reports.get(uid);
    try {
      await this.#bindings.create(
        { metadata: { namespace, name, uid }, target: { kind: "Node", name: nodeName } },
        { subresource: "binding", signal },
      );
    } catch (error) {
      if (!signal.aborted) await this.#bindingFailed(waiting, error, signal);
      return;
    }
    this.#queue.delete(uid);
    this.#recorder.record({
      about: referenceTo(POD, pod),
      type: "Normal",
      reason: "Scheduled",
      action: "Binding",
      note: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    });
  }

  async #bindingFailed(waiting: WaitingPod, error: unknown, signal: AbortSignal): Promise<void> {
    const { pods, logger } = this.#options;
    const { uid } = waiting;
    const { namespace, name } = keyOf(waiting.pod);
    const known = pods.lister.get(namespace, name);
    const isThere = known?.metadata.uid === uid;
    if (isThere && isAssigned(known)) return;
    const freed = this.#state.remove(uid);
    if (freed !== undefined) this.#queue.retry((other) => other.uid !== uid);
    if (!isThere || isNotFound(error)) {
      this.#queue.delete(uid);
      return;
    }
    logger.warn({ pod: `${namespace}/${name}`, error }, "a pod was not bound; trying again");
    this.#queue.failed(uid, "error");
    const text = error instanceof Error ? error.message : String(error);
    const message = `running Bind plugin "DefaultBinder": ${text}`;
    await this.#reportFailure(known, "SchedulerError", message, signal);
  }

  #tellFailure(pod: Readonly<Pod>, note: string): void {
    const about = referenceTo(POD, pod);
    const action = "Scheduling";
    this.#recorder.record({ about, type: "Warning", reason: "FailedScheduling", action, note });
  }

  async #reportFailure(
    pod: Readonly<Pod>,
    reason: UnscheduledReason,
    message: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, logger } = this.#options;
    this.#tellFailure(pod, message);
    const condition = scheduledCondition(pod, reason, message, clock.now());
    if (condition === undefined) return;
    try {
      const patch = { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } };
      const options = { subresource: "status", signal };
      await this.#pods.patch(keyOf(pod), "strategic-merge-patch", patch, options);
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return;
      logger.warn({ pod: pod.metadata.name, error }, "the condition of a pod was not written");
    }
  }
}
