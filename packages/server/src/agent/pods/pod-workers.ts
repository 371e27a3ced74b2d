import { join } from "node:path";
import type { Pod } from "../../api/types.ts";
import { keyOf } from "../../client/resource-type.ts";
import type { Informer } from "../../informer/informer.ts";
import { latestRun, usableSandbox } from "./observed-pod.ts";
import type { PodContext } from "./pod-context.ts";
import type { PodFiles } from "./pod-files.ts";
import { PodWorker } from "./pod-worker.ts";
import type { ContainerInstance, RunningPods } from "./running-pods.ts";
import type { RuntimeCache } from "./runtime-cache.ts";
import type { StoringPod } from "./storage/storage-monitor.ts";

/** On pods that only show what a node runs from files of its own; there are none here. */
const MIRROR = "kubernetes.io/config.mirror";

interface Entry {
  readonly worker: PodWorker;
  readonly done: Promise<void>;
}

/** One worker for each pod of the node, by uid, from its first sight until nothing of it is left. */
export class PodWorkers implements RunningPods {
  readonly #cache: RuntimeCache;
  readonly #files: PodFiles;
  readonly #entries = new Map<string, Entry>();
  #context: PodContext | undefined;

  constructor(cache: RuntimeCache, files: PodFiles) {
    this.#cache = cache;
    this.#files = files;
  }

  /** Begins to follow pods: first those that are there, as they may run already. */
  start(context: PodContext, pods: Informer<Pod>): void {
    this.#context = context;
    let known = true;
    pods.addHandler({
      added: (pod) => this.#add(pod, known),
      updated: (pod) => this.#entries.get(pod.metadata.uid ?? "")?.worker.update(pod),
      deleted: (pod) => this.#entries.get(pod.metadata.uid ?? "")?.worker.markGone(),
    });
    known = false;
  }

  wake(uid: string): void {
    this.#entries.get(uid)?.worker.wake();
  }

  /** Whether somebody looks after the pod. */
  has(uid: string): boolean {
    return this.#entries.has(uid);
  }

  /** Resolves when all workers have come back, which they do when the agent ends. */
  async stopped(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ done }) => done));
  }

  /** Pods that take up something of the node, but for this one. */
  activeBeside({ metadata }: Pod): Pod[] {
    return [...this.#entries]
      .filter(([uid, { worker }]) => uid !== metadata.uid && worker.isActive)
      .map(([, { worker }]) => worker.pod);
  }

  /** Wakes those that wait for more resources, the most important first. */
  retryResizes(): void {
    const waiting = [...this.#entries.values()]
      .map(({ worker }) => worker)
      .filter(({ waitsForResize }) => waitsForResize)
      .sort((left, right) => (right.pod.spec?.priority ?? 0) - (left.pod.spec?.priority ?? 0));
    for (const worker of waiting) worker.wake();
  }

  podOf(namespace: string, name: string): Readonly<Pod> | undefined {
    const found = [...this.#entries.values()]
      .map(({ worker }) => worker)
      .filter(
        ({ pod: { metadata } }) => metadata.name === name && metadata.namespace === namespace,
      );
    // Of two, one is on its way out.
    return (found.find(({ isActive }) => isActive) ?? found[0])?.view;
  }

  podByUid(uid: string): Readonly<Pod> | undefined {
    return this.#entries.get(uid)?.worker.view;
  }

  *all(): Generator<Readonly<Pod>> {
    for (const { worker } of this.#entries.values()) yield worker.view;
  }

  *storing(): Generator<StoringPod> {
    for (const { worker } of this.#entries.values()) {
      if (worker.storing !== undefined) yield worker.storing;
    }
  }

  instanceOf(
    podUid: string,
    name: string,
    which: "current" | "previous",
  ): ContainerInstance | undefined {
    const pod = this.#entries.get(podUid)?.worker.pod;
    const observed = this.#cache.peek(podUid);
    const current = latestRun(observed, name);
    const before = observed.containers.filter((run) => run.name === name)[1];
    const run = which === "current" ? current : before;
    if (pod === undefined || run === undefined) return undefined;
    const { id, podId, attempt, state } = run;
    const logPath = join(this.#files.logDirectory(pod), this.#files.logPath(name, attempt));
    return { id, podId, name, attempt, state, logPath };
  }

  podIdOf(podUid: string): string | undefined {
    return usableSandbox(this.#cache.peek(podUid))?.id;
  }

  #add(pod: Pod, known: boolean): void {
    const context = this.#context;
    const { uid = "" } = pod.metadata;
    if (context === undefined || context.signal.aborted || this.#entries.has(uid)) return;
    if (pod.metadata.annotations?.[MIRROR] !== undefined) {
      void removeMirror(pod, context);
      return;
    }
    const worker = new PodWorker(pod, known, context);
    const done = worker.run().then(
      () => this.#leave(uid),
      (error: unknown) => {
        context.logger.error({ uid, error }, "a pod is no longer looked after");
        this.#leave(uid);
      },
    );
    this.#entries.set(uid, { worker, done });
  }

  #leave(uid: string): void {
    this.#entries.delete(uid);
  }
}

/** A mirror without an original is deleted, never run. @see kubelet_pods.go (HandlePodCleanups) */
async function removeMirror(pod: Pod, { pods, logger, signal }: PodContext): Promise<void> {
  const { uid = "" } = pod.metadata;
  try {
    await pods.delete(keyOf(pod), { gracePeriodSeconds: 0, preconditions: { uid }, signal });
  } catch (error) {
    logger.warn({ pod: keyOf(pod), error }, "a mirror pod of nothing was not deleted");
  }
}
