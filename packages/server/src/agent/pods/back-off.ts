/** Times and keys of what keeps failing, so that it is tried less and less often. */
export interface BackOffOptions {
  readonly firstMs: number;
  readonly longestMs: number;
  /** An entry that has not been touched for so long starts from the beginning. */
  readonly forgottenAfterMs: number;
}

/**
 * Of containers: 10 s, doubled up to 5 min, forgotten after 10 min without trouble.
 * @see kubernetes pkg/kubelet/kubelet.go (newCrashLoopBackOff, MaxCrashLoopBackOff)
 */
export const RESTART_BACK_OFF: BackOffOptions = {
  firstMs: 10_000,
  longestMs: 300_000,
  forgottenAfterMs: 600_000,
};

/** Of images. @see kubernetes pkg/kubelet/kubelet.go (imageBackOffPeriod, MaxImageBackOff) */
export const IMAGE_BACK_OFF: BackOffOptions = {
  firstMs: 10_000,
  longestMs: 300_000,
  forgottenAfterMs: 600_000,
};

/**
 * Of volumes that could not be set up.
 * @see kubernetes pkg/volume/util/operationexecutor, util/goroutinemap/exponentialbackoff
 */
export const VOLUME_BACK_OFF: BackOffOptions = {
  firstMs: 500,
  longestMs: 122_000,
  forgottenAfterMs: 244_000,
};

interface Entry {
  readonly waitMs: number;
  readonly at: number;
}

/** @see client-go util/flowcontrol/backoff.go */
export class BackOff {
  readonly #options: BackOffOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** How long the key waits from its last trouble on; 0 when it does not. */
  waitOf(key: string): number {
    return this.#entries.get(key)?.waitMs ?? 0;
  }

  /** When the key may be tried again after a failure at `since`; undefined: now. */
  until(key: string, since: number, now: number): number | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#isForgotten(entry, since)) return undefined;
    // Where the clock was set back, nobody waits for it to catch up.
    if (since > now) return undefined;
    const until = since + entry.waitMs;
    return now < until ? until : undefined;
  }

  /** When the key may be tried again after its last trouble; undefined: now. */
  untilSinceTrouble(key: string, now: number): number | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined ? undefined : this.until(key, entry.at, now);
  }

  /** There was trouble at `since`: the next wait is twice the last. */
  next(key: string, since: number, now: number): void {
    const { firstMs, longestMs } = this.#options;
    const entry = this.#entries.get(key);
    const waitMs =
      entry === undefined || this.#isForgotten(entry, since)
        ? firstMs
        : Math.min(entry.waitMs * 2, longestMs);
    this.#entries.set(key, { waitMs, at: now });
  }

  /** Forgets all keys that begin so. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #isForgotten(entry: Entry, since: number): boolean {
    return since - entry.at > this.#options.forgottenAfterMs;
  }
}
