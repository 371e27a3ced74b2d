import type { Clock } from "../../runtime/clock.ts";

interface Planned {
  /** When the pod's time began to run. */
  readonly since: number;
  readonly cancel: () => void;
}

/** What has become of a plan that is given up: it was one, or nobody had planned anything. */
export type Cancellation = "cancelled" | "nothing";

/**
 * Pods that are going to be evicted, by their keys. A pod that has been evicted is kept in mind until
 * it is gone, so that nobody evicts it once more.
 * @see kubernetes pkg/controller/tainteviction/timed_workers.go
 */
export class EvictionSchedule {
  readonly #clock: Clock;
  readonly #planned = new Map<string, Planned | "evicted">();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Since when the pod's time has been running; undefined when it is not. */
  since(key: string): number | undefined {
    const planned = this.#planned.get(key);
    return planned === undefined || planned === "evicted" ? undefined : planned.since;
  }

  /** Calls `evict` when the time has come; does nothing about a pod that is planned or evicted already. */
  plan(key: string, since: number, seconds: number, evict: () => void): void {
    if (this.#planned.has(key)) return;
    const due = (): void => {
      this.#planned.set(key, "evicted");
      evict();
    };
    const waitMs = since + seconds * 1000 - this.#clock.now();
    if (waitMs <= 0) {
      due();
      return;
    }
    this.#planned.set(key, { since, cancel: this.#clock.after(waitMs, due) });
  }

  /** Gives a plan up, and forgets an eviction. */
  cancel(key: string): Cancellation {
    const planned = this.#planned.get(key);
    this.#planned.delete(key);
    if (planned === undefined || planned === "evicted") return "nothing";
    planned.cancel();
    return "cancelled";
  }

  close(): void {
    for (const key of [...this.#planned.keys()]) this.cancel(key);
  }
}
