/** @see kubernetes pkg/controller/daemon/daemon_controller.go (failedPodsBackoff) */
const FIRST_MS = 1_000;
const LONGEST_MS = 900_000;
/** After so long without a failure the next one is the first again. */
const FORGET_MS = 2 * LONGEST_MS;
const MAX_QUIET_ENTRIES = 1_000;

interface Entry {
  readonly waitMs: number;
  readonly at: number;
}

/**
 * How often pods that fail again and again may be replaced. A node that refuses a pod refuses the
 * next one too; without pauses the two would fight for ever.
 * @see client-go util/flowcontrol/backoff.go
 */
export class FailedPodBackoff {
  readonly #entries = new Map<string, Entry>();

  /** How long to wait; 0 when the pod may go now. */
  waitMs(key: string, now: number): number {
    const entry = this.#entries.get(key);
    if (entry === undefined || now - entry.at > FORGET_MS) return 0;
    return now - entry.at < entry.waitMs ? entry.waitMs : 0;
  }

  /** A pod goes now; the next one has to wait longer. */
  note(key: string, now: number): void {
    if (this.#entries.size >= MAX_QUIET_ENTRIES) this.#forgetOld(now);
    const before = this.#entries.get(key);
    const isAgain = before !== undefined && now - before.at <= FORGET_MS;
    const waitMs = isAgain ? Math.min(before.waitMs * 2, LONGEST_MS) : FIRST_MS;
    this.#entries.set(key, { waitMs, at: now });
  }

  #forgetOld(now: number): void {
    for (const [key, { at }] of this.#entries) {
      if (now - at > FORGET_MS) this.#entries.delete(key);
    }
  }
}
