import type { Pod } from "../../api/types.ts";
import { keyOf } from "../../client/resource-type.ts";
import { orAborted } from "../../runtime/or-aborted.ts";
import type { Rejection } from "./admit-pod.ts";
import { BackOff, VOLUME_BACK_OFF } from "./back-off.ts";
import { decideActions } from "./decide-actions.ts";
import { decideWait } from "./decide-wait.ts";
import { finalStatus } from "./final-status.ts";
import { MeanwhileTeller } from "./meanwhile-teller.ts";
import { isBeingDeleted, needsLook } from "./needs-look.ts";
import { isAlive, NOTHING_OBSERVED } from "./observed-pod.ts";
import type { PodContext } from "./pod-context.ts";
import { PodEnding } from "./pod-ending.ts";
import { PodRecord } from "./pod-record.ts";
import { isFinal } from "./pod-status.ts";
import { bringUp, type Trouble } from "./pod-sync.ts";
import { endIfOverdue, refuse } from "./pod-verdicts.ts";
import type { Resize } from "./resize/decide-resize.ts";
import type { StoringPod } from "./storage/storage-monitor.ts";
import { cleanUp, endPod, forgetOldRuns, resetContainers, takeDown } from "./termination.ts";
import { Waker } from "./waker.ts";

/** `running`: brought to what is wanted; `ending`: its containers end; `ended`: nothing runs any more. */
type Life = "running" | "ending" | "ended" | "forgotten";

const RETRY_MS = 10_000;

/**
 * Looks after one pod from the moment the node has it until nothing is left of it. Steps come one
 * after the other; what happens during a step makes another one.
 * @see kubernetes pkg/kubelet/pod_workers.go, kubelet.go (SyncPod, SyncTerminatingPod, SyncTerminatedPod)
 */
export class PodWorker {
  readonly #context: PodContext;
  readonly #record: PodRecord;
  readonly #meanwhile: MeanwhileTeller;
  readonly #volumeBackOff = new BackOff(VOLUME_BACK_OFF);
  readonly #ending: PodEnding;
  #life: Life = "running";
  #gone = false;
  /** Whether the runtime may know something of the pod. */
  #known: boolean;
  #admitted = false;
  /** The last step has made a sandbox. */
  #isNew = false;
  readonly #waker = new Waker();

  /** @param known - Whether the pod may have run under an agent before. */
  constructor(pod: Pod, known: boolean, context: PodContext) {
    this.#context = context;
    this.#known = known;
    this.#ending = new PodEnding(context.clock);
    this.#record = new PodRecord(pod, context, () => this.wake());
    this.#meanwhile = new MeanwhileTeller(this.#record, context);
    if (isBeingDeleted(pod)) this.#ending.begin();
  }

  get pod(): Pod {
    return this.#record.pod;
  }

  /** The pod with what was told of it last. */
  get view(): Pod {
    return this.#record.view();
  }

  /**
   * Whether it counts among what the node runs. A pod that is gone does not, though it may take a
   * moment to end: the scheduler knows nothing of it any more, and gives the node others.
   * @see kubernetes pkg/kubelet/kubelet_pods.go (GetActivePods)
   */
  get isActive(): boolean {
    if (this.#gone) return false;
    const isTaken = this.#admitted || this.#wasTaken;
    return isTaken && (this.#life === "running" || this.#life === "ending");
  }

  /** By an agent before, though this one has not looked at it yet. */
  get #wasTaken(): boolean {
    const { startTime, phase } = this.#record.pod.status ?? {};
    return this.#known && startTime !== undefined && !isFinal(phase);
  }

  /** What it keeps on the disk, while it runs. */
  get storing(): StoringPod | undefined {
    const { pod, volumes = [], observed } = this.#record;
    if (!this.#admitted || this.#life !== "running") return undefined;
    return { pod, volumes, observed, evict: (why) => this.#evict(why) };
  }

  /** Whether it wants resources that the node has not had so far. */
  get waitsForResize(): boolean {
    return this.isActive && this.#record.resizer.isPending;
  }

  update(pod: Pod): void {
    const before = this.#record.wanted;
    this.#record.update(pod);
    if (this.#life === "ending" && isBeingDeleted(pod)) this.#ending.shorten(before, pod);
    if (isBeingDeleted(pod) || isFinal(pod.status?.phase)) this.#ending.begin();
    if (needsLook(before, pod)) this.wake();
  }

  /** With hardly any grace. */
  #evict(why: Rejection): void {
    if (this.#life !== "running" || this.#record.eviction !== undefined) return;
    this.#record.eviction = why;
    this.#ending.begin();
    this.wake();
  }

  /** There is no such pod any more: what runs of it is ended, and nobody is told. */
  markGone(): void {
    this.#gone = true;
    this.#record.markGone();
    this.#ending.begin();
    this.#context.freed();
    this.wake();
  }

  /** Something may have changed. */
  wake(): void {
    this.#waker.wake();
  }

  /** Resolves when nothing is left of the pod, or the agent ends. */
  async run(): Promise<void> {
    const { signal, logger, clock } = this.#context;
    const wake = (): void => this.wake();
    signal.addEventListener("abort", wake);
    try {
      while (!signal.aborted) {
        this.#waker.begin();
        let waitMs: number | undefined = RETRY_MS;
        try {
          waitMs = await this.#step();
          if (this.#life === "forgotten") return;
        } catch (error) {
          if (signal.aborted) return;
          logger.warn({ pod: keyOf(this.#record.pod), error }, "a pod is not as it should be");
        }
        await this.#waker.sleep(waitMs, clock);
      }
    } finally {
      signal.removeEventListener("abort", wake);
      this.#ending.settle();
      await this.#record.prober.end();
      await this.#record.settled();
    }
  }

  /** How long to wait for the next one, unless something happens; undefined: until something does. */
  async #step(): Promise<number | undefined> {
    if (this.#life === "running" && this.#ending.signal.aborted) this.#life = "ending";
    switch (this.#life) {
      case "running":
        return await this.#sync();
      case "ending":
        return await this.#end();
      case "ended":
        return await this.#forget();
      case "forgotten":
        return undefined;
    }
  }

  async #sync(): Promise<number> {
    const record = this.#record;
    if (isFinal(record.pod.status?.phase)) return this.#becomeEnding();
    if (this.#known) await record.look();
    if (!this.#admitted && !isAlive(record.observed) && refuse(record, this.#context)) {
      this.#life = "ended";
      return 0;
    }
    this.#admitted = true;
    this.#known = true;
    const resized = record.considerResize();
    const resizes = record.resizer.underWay(record.pod, record.observed);
    if (resized) {
      record.tell();
      this.#context.freed();
    } else record.told = record.status();
    const overdue = endIfOverdue(record, this.#context);
    if (overdue || isFinal(record.told.phase)) return this.#becomeEnding();
    this.#meanwhile.soon();
    let troubles: readonly Trouble[];
    try {
      troubles = await this.#bringUp(resizes);
    } finally {
      this.#meanwhile.cancel();
    }
    await record.look();
    record.tell();
    await forgetOldRuns(record.pod, record.observed, this.#context);
    return this.#waitAfter(troubles);
  }

  #becomeEnding(): number {
    this.#life = "ending";
    return 0;
  }

  async #bringUp(resizes: readonly Resize[]): Promise<readonly Trouble[]> {
    const record = this.#record;
    const restartsAll = record.restartOfAll()?.pending ?? false;
    const actions = decideActions({
      pod: record.pod,
      observed: record.observed,
      probes: record.prober,
      isOutdated: (run) => record.isOutdated(run),
      restartsToResize: ({ id }) => resizes.some(({ run, restarts }) => restarts && run.id === id),
      restartsAll,
    });
    if (restartsAll) {
      record.tell();
      await resetContainers(this.#ending.requestFor(this.#record), actions.reset, this.#context);
      record.noteReset();
      this.wake();
      return [];
    }
    const { observed } = record;
    await takeDown({ ...this.#ending.requestFor(record), observed }, actions, this.#context);
    this.#isNew = actions.createSandbox !== undefined;
    if (actions.killPod && actions.createSandbox === undefined) {
      this.wake();
      return [];
    }
    const troubles = await bringUp(
      {
        pod: record.pod,
        observed: record.observed,
        told: record.told,
        failures: record.failures,
        actions,
        mounted: (volumes) => {
          record.volumes = volumes;
          this.#meanwhile.soon();
        },
        started: (id, container) => record.noteStart(id, container),
        hooked: (id) => record.noteHook(id),
        signal: AbortSignal.any([this.#ending.signal, this.#context.signal]),
      },
      this.#context,
    );
    return [...troubles, ...(await this.#resize(resizes))];
  }

  async #resize(resizes: readonly Resize[]): Promise<readonly Trouble[]> {
    if (resizes.length === 0) return [];
    const { resizer, pod } = this.#record;
    const problem = await resizer.apply(pod, resizes);
    // What has been done is told at the next look, as by a kubelet.
    if (problem === undefined) this.wake();
    return problem === undefined ? [] : [{ kind: "runtime", message: problem }];
  }

  #waitAfter(troubles: readonly Trouble[]): number {
    const { clock, random } = this.#context;
    const now = clock.now();
    if (troubles.some(({ kind }) => kind === "volumes")) this.#volumeBackOff.next("", now, now);
    else this.#volumeBackOff.forget("");
    const { pod, told } = this.#record;
    const volumesAt = this.#volumeBackOff.untilSinceTrouble("", now);
    const fraction = random.fraction();
    return decideWait({ pod, told, troubles, volumesAt, isNew: this.#isNew, now, fraction });
  }

  async #end(): Promise<number> {
    const record = this.#record;
    const { signal, volumes } = this.#context;
    if (this.#known) await record.look();
    record.prober.quiet();
    const untold = this.#gone || (isFinal(record.pod.status?.phase) && !isAlive(record.observed));
    if (!untold && isBeingDeleted(record.pod)) record.tell();
    const request = { ...this.#ending.requestFor(this.#record), observed: record.observed };
    await orAborted(endPod(request, this.#context), signal);
    if (signal.aborted) return 0;
    await record.prober.end();
    if (this.#known) await record.look();
    if (isAlive(record.observed)) throw new Error("containers run on after they were stopped");
    record.ended = true;
    if (!untold) record.tell();
    await volumes.tearDown(record.pod.metadata.uid ?? "");
    this.#life = "ended";
    this.#context.freed();
    this.#ending.settle();
    if (!this.#gone) record.tellLast(finalStatus(record.pod, record.told));
    return 0;
  }

  /** Waits until there is no such pod any more, and then removes what is left of it. */
  async #forget(): Promise<number | undefined> {
    if (!this.#gone) return undefined;
    const record = this.#record;
    const observed = this.#known ? await record.look() : NOTHING_OBSERVED;
    await cleanUp(record.pod, observed, this.#context);
    this.#life = "forgotten";
    return undefined;
  }
}
