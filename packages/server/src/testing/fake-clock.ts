import type { Clock } from "../runtime/clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock that moves when it is told to. Timers fire in the order of their instants, those of one
 * instant in the order in which they were set, and see `now()` at exactly their instant.
 */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  /** @param startAt - First value of `now()`, milliseconds since 1970. */
  constructor(startAt: number = Date.UTC(2026, 0, 1)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = (): void => {
        cancel();
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const cancel = this.after(ms, finish);
      signal?.addEventListener("abort", finish);
    });
  }

  /**
   * Moves time on and fires what falls due. Between two timers everything that waits for a promise
   * gets its turn, so timers that a timer's continuation sets within the span fire as well.
   */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    for (let timer = this.#next(target); timer !== undefined; timer = this.#next(target)) {
      this.#timers.delete(timer);
      this.#now = timer.at;
      timer.callback();
      await settle();
    }
    this.#now = target;
    await settle();
  }

  /** How many timers and sleeps wait; 0 at the end of a test that cleans up after itself. */
  pending(): number {
    return this.#timers.size;
  }

  #next(target: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= target && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }
}

/** One turn of the event loop: every continuation that is ready runs first. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
