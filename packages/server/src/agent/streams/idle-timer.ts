import type { Clock } from "../../runtime/clock.ts";

/** Tells of a silence that lasts too long, once. Activity costs no timer. */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #onIdle: () => void;
  #activeAt: number;
  #cancel: () => void = () => {};

  constructor(clock: Clock, idleMs: number, onIdle: () => void) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
    this.#activeAt = clock.now();
    this.#watch(idleMs);
  }

  /** Something happened. */
  touch(): void {
    this.#activeAt = this.#clock.now();
  }

  /** Nobody wants to know any more. */
  cancel(): void {
    this.#cancel();
  }

  #watch(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      const leftMs = this.#activeAt + this.#idleMs - this.#clock.now();
      // The clock may have been set back.
      if (leftMs > 0) this.#watch(Math.min(leftMs, this.#idleMs));
      else this.#onIdle();
    });
  }
}
