import { matchesLabels, selectorFromApi } from "../../api/selectors.ts";
import type { DaemonSet, Node, Pod } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { type EventRecorder, referenceTo } from "../../client/event-recorder.ts";
import { DAEMON_SETS, keyOf, type ObjectKey, printKey } from "../../client/resource-type.ts";
import { claimObjects } from "../controller-ref.ts";
import type { Expectations } from "../expectations.ts";
import { PodControl } from "../pod-control/pod-control.ts";
import { isPodTerminal } from "../pod-state.ts";
import { DONE, type Reconciler, type Result } from "../reconciler.ts";
import { DAEMON_SET, targetNode } from "./daemon-pod.ts";
import { changePods, type PodChanges } from "./daemon-pods.ts";
import type { DaemonSetControllerOptions } from "./daemon-set.ts";
import { daemonSetStatus, isStatusCurrent } from "./daemon-set-status.ts";
import { FailedPodBackoff } from "./failed-pod-backoff.ts";
import { type NodeFit, nodeFitter } from "./node-fit.ts";
import { planNode } from "./pods-on-node.ts";
import { RevisionHistory } from "./revision-history.ts";
import { hashOf } from "./revisions.ts";
import { nextUpdateStep } from "./rolling-update.ts";

/** One reconcile of one set: what it looks at, and what it has found out. */
interface Sync {
  readonly set: Readonly<DaemonSet>;
  readonly key: string;
  readonly nodes: readonly Readonly<Node>[];
  readonly fit: (node: Readonly<Node>) => NodeFit;
  readonly pods: readonly Readonly<Pod>[];
  readonly podsOfNodes: ReadonlyMap<string, readonly Readonly<Pod>[]>;
  readonly hash: string;
  readonly signal: AbortSignal;
  /** After how long to look again, of several the shortest. */
  readonly waits: number[];
}

/** @see kubernetes pkg/controller/daemon/daemon_controller.go (syncDaemonSet) */
export class DaemonSetReconciler implements Reconciler<ObjectKey> {
  readonly #options: DaemonSetControllerOptions;
  readonly #expectations: Expectations;
  readonly #events: EventRecorder;
  readonly #podControl: PodControl;
  readonly #sets: ResourceClient<DaemonSet>;
  readonly #history: RevisionHistory;
  readonly #backoff = new FailedPodBackoff();

  constructor(
    options: DaemonSetControllerOptions,
    expectations: Expectations,
    events: EventRecorder,
  ) {
    const { client, revisionsByController } = options;
    this.#options = options;
    this.#expectations = expectations;
    this.#events = events;
    this.#podControl = new PodControl({ client, events, kind: DAEMON_SET });
    this.#sets = client.resource(DAEMON_SETS);
    this.#history = new RevisionHistory(client, revisionsByController);
  }

  async reconcile(key: ObjectKey, { signal }: { readonly signal: AbortSignal }): Promise<Result> {
    const set = this.#options.daemonSets.lister.get(key.namespace, key.name);
    if (set === undefined) {
      this.#expectations.forget(printKey(key));
      return DONE;
    }
    // While it goes nobody knows whether its revisions or its pods go first.
    if (set.metadata.deletionTimestamp !== undefined) return DONE;
    const pods = await this.#claim(set, signal);
    const { current, old } = await this.#history.construct(set, pods, signal);
    const sync: Sync = {
      set,
      key: printKey(key),
      nodes: [...this.#options.nodes.lister.all()],
      fit: nodeFitter(set),
      pods,
      podsOfNodes: byNode(pods),
      hash: hashOf(current),
      signal,
      waits: [],
    };
    const waitMs = this.#expectations.waitMs(sync.key);
    if (waitMs > 0) {
      await this.#writeStatus(sync, false);
      return { requeueAfterMs: Math.min(waitMs, ...sync.waits) };
    }
    const outcomes = [
      await settled(async () => {
        await this.#manage(sync);
        await this.#rollOut(sync);
        await this.#history.cleanUp(set, old, pods, signal);
      }),
      await settled(() => this.#writeStatus(sync, true)),
    ];
    for (const outcome of outcomes) if (outcome !== undefined) throw outcome.error;
    return sync.waits.length === 0 ? DONE : { requeueAfterMs: Math.min(...sync.waits) };
  }

  async #claim(set: Readonly<DaemonSet>, signal: AbortSignal): Promise<readonly Readonly<Pod>[]> {
    const { podsByController } = this.#options;
    const { uid = "", namespace = "" } = set.metadata;
    const selector = selectorFromApi(set.spec?.selector);
    const candidates = [...podsByController.of(uid), ...podsByController.orphans(namespace)];
    return await claimObjects(candidates, {
      kind: DAEMON_SET,
      owner: set,
      owners: this.#sets,
      objects: this.#podControl.pods,
      matches: ({ metadata }) => selector !== undefined && matchesLabels(selector, metadata.labels),
      signal,
    });
  }

  /** Gives every node the pod that it should have, and takes away what it should not. */
  async #manage(sync: Sync): Promise<void> {
    const { set, nodes, fit, podsOfNodes, hash } = sync;
    const now = this.#options.clock.now();
    const deletions: Readonly<Pod>[] = [];
    const needing: string[] = [];
    for (const node of nodes) {
      const { name = "" } = node.metadata;
      const situation = { fit: fit(node), pods: podsOfNodes.get(name), set, hash, now };
      const plan = planNode(situation);
      if (plan.needsPod) needing.push(name);
      const failed = plan.failed.filter((pod) => this.#mayReplace(sync, pod, name));
      for (const pod of plan.succeeded) this.#tellOfEnd(set, pod, name, "succeeded");
      deletions.push(...plan.deletions, ...failed, ...plan.succeeded);
    }
    deletions.push(...podsWithoutNode(sync));
    await this.#change({ deletions, nodes: needing }, sync);
  }

  #mayReplace(sync: Sync, pod: Readonly<Pod>, nodeName: string): boolean {
    const { metadata, status } = sync.set;
    const key = `${metadata.uid}/${status?.observedGeneration ?? 0}/${nodeName}`;
    const now = this.#options.clock.now();
    const waitMs = this.#backoff.waitMs(key, now);
    if (waitMs > 0) {
      sync.waits.push(waitMs);
      return false;
    }
    this.#backoff.note(key, now);
    this.#tellOfEnd(sync.set, pod, nodeName, "failed");
    return true;
  }

  #tellOfEnd(
    set: Readonly<DaemonSet>,
    pod: Readonly<Pod>,
    nodeName: string,
    how: "failed" | "succeeded",
  ): void {
    const about = referenceTo(DAEMON_SET, set);
    const found = `Found ${how} daemon pod ${printKey(keyOf(pod))} on node ${nodeName}`;
    if (how === "failed") {
      this.#events.record(about, "Warning", "FailedDaemonPod", `${found}, will try to kill it`);
    } else {
      this.#events.record(about, "Normal", "SucceededDaemonPod", `${found}, will try to delete it`);
    }
  }

  async #rollOut(sync: Sync): Promise<void> {
    const { set, nodes, fit, hash } = sync;
    if (set.spec?.updateStrategy?.type !== "RollingUpdate") return;
    if (this.#expectations.waitMs(sync.key) > 0) return;
    const wanted = new Set(
      nodes.filter((node) => fit(node).shouldRun).map(({ metadata }) => metadata.name ?? ""),
    );
    const podsOfNodes = new Map(sync.podsOfNodes);
    for (const node of wanted) if (!podsOfNodes.has(node)) podsOfNodes.set(node, []);
    const now = this.#options.clock.now();
    await this.#change(nextUpdateStep({ set, hash, now, wanted, podsOfNodes }), sync);
  }

  async #change(changes: PodChanges, { set, hash, signal }: Sync): Promise<void> {
    const podControl = this.#podControl;
    await changePods(changes, set, hash, {
      podControl,
      expectations: this.#expectations,
      signal,
    });
  }

  /** Tries once more with the live object. */
  async #writeStatus(sync: Sync, isProcessed: boolean): Promise<void> {
    const { set, signal, waits } = sync;
    const status = daemonSetStatus({ ...sync, isProcessed, now: this.#options.clock.now() });
    const minReadySeconds = set.spec?.minReadySeconds ?? 0;
    if (minReadySeconds > 0 && status.numberReady !== status.numberAvailable) {
      waits.push(minReadySeconds * 1000);
    }
    if (isStatusCurrent(set, status)) return;
    const options = { subresource: "status", signal };
    try {
      await this.#sets.update({ ...set, status }, options);
    } catch {
      const live = await this.#sets.get(keyOf(set), { signal });
      if (live.metadata.uid !== set.metadata.uid) return;
      const { collisionCount } = live.status ?? {};
      const merged = { ...status, ...(collisionCount === undefined ? {} : { collisionCount }) };
      await this.#sets.update({ ...live, status: merged }, options);
    }
  }
}

/** What went wrong, for later: something else has to be done first. */
async function settled(act: () => Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Those that have ended and are being deleted are somebody else's business. */
function byNode(pods: readonly Readonly<Pod>[]): ReadonlyMap<string, readonly Readonly<Pod>[]> {
  const nodes = new Map<string, Readonly<Pod>[]>();
  for (const pod of pods) {
    if (isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined) continue;
    const node = targetNode(pod);
    if (node === undefined) continue;
    const present = nodes.get(node);
    if (present === undefined) nodes.set(node, [pod]);
    else present.push(pod);
  }
  return nodes;
}

/** Pods for nodes that are gone: nobody will ever place them, and nobody else deletes them. */
function podsWithoutNode({ nodes, podsOfNodes }: Sync): readonly Readonly<Pod>[] {
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  return [...podsOfNodes].flatMap(([node, pods]) =>
    names.has(node) ? [] : pods.filter(({ spec }) => (spec?.nodeName ?? "") === ""),
  );
}
