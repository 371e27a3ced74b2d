import type { Clock } from "../runtime/clock.ts";

export interface WorkQueueOptions<K> {
  readonly clock: Clock;
  /** Keys of the same text are the same key. */
  readonly identify: (key: K) => string;
  /** First and longest wait of a key that keeps failing. */
  readonly firstBackoffMs?: number;
  readonly maxBackoffMs?: number;
}

/** @see client-go util/workqueue/default_rate_limiters.go (DefaultTypedControllerRateLimiter) */
const FIRST_BACKOFF_MS = 5;
const MAX_BACKOFF_MS = 1_000_000;

/** A key waits for its turn once, however often it is added; it may be added again while in work. */
type State = "waiting" | "working" | "working-again";

interface Delayed {
  readonly at: number;
  readonly cancel: () => void;
}

/**
 * Keys that something has to be done about. A key is handed out to one worker at a time; what is
 * added while it is in work comes again afterwards, so no change is missed.
 * @see client-go util/workqueue
 */
export class WorkQueue<K> {
  readonly #options: WorkQueueOptions<K>;
  readonly #states = new Map<string, State>();
  #waiting: K[] = [];
  /** Position of the next key in `#waiting`. */
  #head = 0;
  readonly #takers: ((key: K | undefined) => void)[] = [];
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  #closed = false;

  constructor(options: WorkQueueOptions<K>) {
    this.#options = options;
  }

  /** How many keys wait for a worker. */
  get length(): number {
    return this.#waiting.length - this.#head;
  }

  add(key: K): void {
    if (this.#closed) return;
    const id = this.#options.identify(key);
    const state = this.#states.get(id);
    if (state === "working") this.#states.set(id, "working-again");
    if (state !== undefined) return;
    this.#states.set(id, "waiting");
    this.#offer(key);
  }

  /** Adds the key when the time has passed; of several delays the earliest counts. */
  addAfter(key: K, ms: number): void {
    if (this.#closed) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const id = this.#options.identify(key);
    const at = this.#options.clock.now() + ms;
    const pending = this.#delayed.get(id);
    if (pending !== undefined && pending.at <= at) return;
    pending?.cancel();
    const cancel = this.#options.clock.after(ms, () => {
      this.#delayed.delete(id);
      this.add(key);
    });
    this.#delayed.set(id, { at, cancel });
  }

  /** Adds the key after a wait that doubles with every call until it is forgotten. */
  addRateLimited(key: K): void {
    const id = this.#options.identify(key);
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    const { firstBackoffMs = FIRST_BACKOFF_MS, maxBackoffMs = MAX_BACKOFF_MS } = this.#options;
    this.addAfter(key, Math.min(firstBackoffMs * 2 ** failures, maxBackoffMs));
  }

  /** How often the key has been added with a growing wait. */
  failuresOf(key: K): number {
    return this.#failures.get(this.#options.identify(key)) ?? 0;
  }

  /** The key is well again: its next failure waits but shortly. */
  forget(key: K): void {
    this.#failures.delete(this.#options.identify(key));
  }

  /** The next key, when there is one; undefined when the queue is closed. Every key needs `done`. */
  take(): Promise<K | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const key = this.#waiting[this.#head];
    if (key === undefined) return new Promise((resolve) => this.#takers.push(resolve));
    this.#head++;
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    this.#states.set(this.#options.identify(key), "working");
    return Promise.resolve(key);
  }

  /** The worker that took the key is finished with it. */
  done(key: K): void {
    const id = this.#options.identify(key);
    const again = this.#states.get(id) === "working-again";
    this.#states.delete(id);
    if (again) this.add(key);
  }

  /** Nobody is handed anything any more; delays are dropped. */
  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#waiting = [];
    this.#head = 0;
    for (const take of this.#takers.splice(0)) take(undefined);
  }

  #offer(key: K): void {
    const take = this.#takers.shift();
    if (take === undefined) {
      this.#waiting.push(key);
      return;
    }
    this.#states.set(this.#options.identify(key), "working");
    take(key);
  }
}
