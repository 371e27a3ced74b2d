import type { EarlyBody } from "./early-body.ts";

/**
 * Begins requests when their body is there, and with the next turn of the event loop at the latest: a client
 * that sends its body late is told early what is wrong with its head.
 */
export class NextTurn {
  #waiting: (() => void)[] = [];
  readonly #beginAll = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const begin of waiting) begin();
  };

  /** @param run - called once; must not throw */
  orEarlier(run: () => void, body: EarlyBody): void {
    let begun = false;
    const begin = (): void => {
      if (begun) return;
      begun = true;
      run();
    };
    body.onSettled(begin);
    if (this.#waiting.push(begin) === 1) setImmediate(this.#beginAll);
  }
}
