import type { Clock } from "../../runtime/clock.ts";

/** Lets one who works step by step sleep between two steps, and be woken; no call goes unheard. */
export class Waker {
  #woken = false;
  #wake: () => void = () => {};

  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** A step begins: what has happened up to here it will see. */
  begin(): void {
    this.#woken = false;
  }

  /** Resolves when somebody has called since the last step began, or the time is over. */
  async sleep(ms: number | undefined, clock: Clock): Promise<void> {
    if (this.#woken) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const cancel = ms === undefined ? () => {} : clock.after(ms, resolve);
    await promise;
    cancel();
    this.#wake = () => {};
  }
}
