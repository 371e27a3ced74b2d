import type { Pod } from "../../api/types.ts";
import type { Clock } from "../../runtime/clock.ts";
import { isBeingDeleted } from "./needs-look.ts";
import type { PodRecord } from "./pod-record.ts";
import type { EndRequest } from "./termination.ts";

/** @see kubernetes pkg/kubelet/eviction/eviction_manager.go (immediateEvictionGracePeriodSeconds) */
const EVICTION_GRACE_SECONDS = 1;

/** Whether a pod is to be ended, and how much time that may take. */
export class PodEnding {
  readonly #clock: Clock;
  readonly #begun = new AbortController();
  readonly #hurry = new AbortController();
  #cancelHurry: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborted when the pod is to be ended: what is being set up is given up. */
  get signal(): AbortSignal {
    return this.#begun.signal;
  }

  begin(): void {
    this.#begun.abort();
  }

  /** While it ends: it has been given less time than it had before. */
  shorten(before: Pod, pod: Pod): void {
    const { deletionGracePeriodSeconds: grace = 0 } = pod.metadata;
    const old = before.metadata.deletionGracePeriodSeconds;
    if (old === undefined || grace >= old) return;
    this.#cancelHurry();
    this.#cancelHurry = this.#clock.after(Number(grace) * 1000, () => this.#hurry.abort());
  }

  /** It has ended. */
  settle(): void {
    this.#cancelHurry();
  }

  requestFor({ pod, told, eviction }: PodRecord): Omit<EndRequest, "observed"> {
    const request = { pod, podIP: told.podIP ?? "", hurry: this.#hurry.signal };
    const isEvicted = eviction?.reason === "Evicted" && !isBeingDeleted(pod);
    return isEvicted ? { ...request, graceSeconds: EVICTION_GRACE_SECONDS } : request;
  }
}
