import type { Container, EphemeralContainer, Pod, PodStatus } from "../../api/types.ts";
import type { MountedVolume } from "../volumes/volume.ts";
import type { Rejection } from "./admit-pod.ts";
import type { StartFailure } from "./container-status.ts";
import { LastWords } from "./last-words.ts";
import { withLostRuns } from "./lost-runs.ts";
import { NOTHING_OBSERVED, type ObservedPod } from "./observed-pod.ts";
import type { PodContext } from "./pod-context.ts";
import { buildPodStatus, isFinal } from "./pod-status.ts";
import { PodProber } from "./probes/pod-prober.ts";
import { PodResizer } from "./resize/pod-resizer.ts";
import { findRestartOfAll, type RestartOfAll } from "./restart-all.ts";
import { StatusWriter } from "./status-writer.ts";

/** From what a run of a container was started, as far as it may change. */
export type Definition = Pick<Container, "image">;

/** All that is known of one pod: what is wanted, what runs, and what has been told of it. */
export class PodRecord {
  readonly #context: PodContext;
  readonly #writer: StatusWriter;
  readonly #lastWords: LastWords;
  /** By container id. */
  readonly #definitions = new Map<string, Definition>();
  /** Ids of runs whose hook has not come to its end: until then they have not started. */
  readonly #starting = new Set<string>();
  readonly failures: Map<string, StartFailure> = new Map();
  readonly prober: PodProber;
  readonly resizer: PodResizer;
  /** The newest version. */
  wanted: Pod;
  /** The same with the resources that the node has set aside for it. */
  pod: Pod;
  observed: ObservedPod = NOTHING_OBSERVED;
  /** What was told last, but for a final phase that is held back. */
  told: PodStatus;
  volumes: readonly MountedVolume[] | undefined;
  /** Why the pod is ended before its containers are done. */
  eviction: Rejection | undefined;
  /** Whether nothing of it runs any more, nor will. */
  ended = false;
  /** Its containers have been removed on purpose. */
  #reset = false;

  constructor(pod: Pod, context: PodContext, changed: () => void) {
    this.#context = context;
    this.resizer = new PodResizer(pod, context);
    this.wanted = pod;
    this.pod = pod;
    this.told = pod.status ?? {};
    this.#writer = new StatusWriter(pod, { ...context, limiter: context.writes });
    this.#lastWords = new LastWords(context.files);
    const podIP = (): string => this.told.podIP ?? "";
    this.prober = new PodProber({ pod: () => this.pod, podIP, changed }, context);
  }

  update(pod: Pod): void {
    this.wanted = pod;
    this.pod = this.resizer.allocated(pod);
    this.#writer.observe(pod);
  }

  /** Asks the node for the resources that are wanted by now. Returns whether it has agreed to others. */
  considerResize(): boolean {
    const changed = this.resizer.consider(this.wanted);
    this.pod = this.resizer.allocated(this.wanted);
    return changed;
  }

  /** Looks at what runs. @throws RuntimeError */
  async look(): Promise<ObservedPod> {
    const { cache, files } = this.#context;
    const { uid = "" } = this.pod.metadata;
    await this.resizer.load(this.wanted);
    this.pod = this.resizer.allocated(this.wanted);
    const seen = await cache.observe(uid);
    const containers = seen.containers.filter(({ id }) => !this.#starting.has(id));
    const observed = await this.#lastWords.add(this.pod, { ...seen, containers });
    this.observed = this.#reset ? observed : withLostRuns(observed, this.pod, this.told, files);
    const told = [
      ...(this.told.initContainerStatuses ?? []),
      ...(this.told.containerStatuses ?? []),
    ];
    this.prober.follow(this.pod, this.observed, told);
    await this.#readDefinitions(observed);
    return this.observed;
  }

  /** Of runs that another agent has started, the image is noted on disk. */
  async #readDefinitions({ containers }: ObservedPod): Promise<void> {
    for (const id of this.#definitions.keys()) {
      const known = this.#starting.has(id) || containers.some((run) => run.id === id);
      if (!known) this.#definitions.delete(id);
    }
    for (const { id, name, attempt, state } of containers) {
      if (state !== "running" || this.#definitions.has(id)) continue;
      const image = await this.#context.files.imageOf(this.pod, name, attempt);
      this.#definitions.set(id, image === undefined ? {} : { image });
    }
  }

  /** The status that follows from what has been seen last. */
  status(): PodStatus {
    const { runtime, clock, node, agentStartedAt } = this.#context;
    const restartOfAll = this.restartOfAll();
    return buildPodStatus({
      pod: this.pod,
      observed: this.observed,
      old: this.told,
      failures: this.failures,
      runtimeName: runtime.name,
      applied: (name) => this.resizer.appliedTo(name),
      resizes: this.resizer.conditions,
      probes: this.prober,
      hostIPs: node.ips(),
      mounted: this.volumes !== undefined,
      ended: this.ended,
      ...(this.eviction === undefined ? {} : { eviction: this.eviction }),
      ...(restartOfAll === undefined ? {} : { restartOfAll }),
      agentStartedAt,
      now: clock.now(),
    });
  }

  /** Tells the API what has been seen last. Does not wait for it. */
  tell(): PodStatus {
    this.told = this.status();
    this.#writer.set(this.#heldBack(this.told));
    return this.told;
  }

  /** Tells the API the last that there is to say of the pod; if it is being deleted, it may go. */
  tellLast(status: PodStatus): void {
    this.told = status;
    this.#writer.finish(status);
  }

  /** There is no such pod any more. */
  markGone(): void {
    this.#writer.gone();
  }

  /** Resolves when no request of this pod is under way. */
  settled(): Promise<void> {
    return this.#writer.settled();
  }

  /** A run was started from this definition. */
  noteStart(id: string, container: Container | EphemeralContainer): void {
    const { image, lifecycle } = container;
    this.resizer.noteStart(this.pod, container);
    this.#definitions.set(id, image === undefined ? {} : { image });
    if (lifecycle?.postStart !== undefined) this.#starting.add(id);
    this.#reset = false;
  }

  /** The hook of a run is through. */
  noteHook(id: string): void {
    this.#starting.delete(id);
  }

  noteReset(): void {
    this.#reset = true;
  }

  isOutdated({ id, name }: { readonly id: string; readonly name: string }): boolean {
    const definition = this.#definitions.get(id);
    if (definition?.image === undefined) return false;
    const { initContainers = [], containers = [] } = this.pod.spec ?? {};
    const container = [...containers, ...initContainers].find((each) => each.name === name);
    return container !== undefined && container.image !== definition.image;
  }

  restartOfAll(): RestartOfAll | undefined {
    return findRestartOfAll(this.pod, this.observed, this.told);
  }

  /** The pod with what was told of it. */
  view(): Pod {
    return { ...this.pod, status: { ...this.pod.status, ...this.told } };
  }

  /** While something may still run, nobody is told that the pod has ended. */
  #heldBack(status: PodStatus): PodStatus {
    const stored = this.pod.status ?? {};
    if (this.ended || !isFinal(status.phase) || isFinal(stored.phase)) return status;
    const { phase: _phase, reason: _reason, message: _message, ...rest } = status;
    const { phase, reason, message } = stored;
    return {
      ...rest,
      ...(phase === undefined ? {} : { phase }),
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
    };
  }
}
