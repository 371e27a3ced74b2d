import type { Clock } from "../../runtime/clock.ts";
import { lastsStill } from "../../runtime/lasts-still.ts";

interface Kept<T> {
  readonly verdict: Promise<T>;
  readonly since: number;
}

/**
 * Verdicts of the API server, kept for a short time. Those who ask the same while it is being found
 * out share the answer; a failure is not kept. Hard bounds: time and number.
 */
export class VerdictCache<T> {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #maxEntries: number;
  readonly #kept = new Map<string, Kept<T>>();

  constructor(clock: Clock, bounds: { readonly keepMs: number; readonly maxEntries: number }) {
    this.#clock = clock;
    this.#keepMs = bounds.keepMs;
    this.#maxEntries = bounds.maxEntries;
  }

  /** @throws what `find` throws */
  get(key: string, find: () => Promise<T>): Promise<T> {
    const now = this.#clock.now();
    const known = this.#kept.get(key);
    if (known !== undefined && lastsStill(known.since, this.#keepMs, now)) return known.verdict;
    this.#kept.delete(key);
    const verdict = find();
    const entry = { verdict, since: now };
    this.#kept.set(key, entry);
    this.#evict();
    verdict.catch(() => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key);
    });
    return verdict;
  }

  /** The oldest goes first: insertion is the order of ends. */
  #evict(): void {
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= this.#maxEntries) return;
      this.#kept.delete(key);
    }
  }
}
