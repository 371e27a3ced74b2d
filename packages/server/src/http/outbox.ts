/** More answers than these are not held back: who asked first should not wait for all others. */
const MAX_HELD = 32;

/**
 * Sends what one turn of the event loop has to answer in one go, after all requests of the turn have
 * been read. A write that finds its reader asleep pays for waking it, which costs the system more than the write
 * itself; of writes in a row only the first does.
 */
export class Outbox {
  #held: (() => void)[] = [];
  readonly #flush = (): void => {
    const held = this.#held;
    this.#held = [];
    for (const send of held) send();
  };

  /** @param send - must not throw */
  add(send: () => void): void {
    const count = this.#held.push(send);
    if (count === 1) setImmediate(this.#flush);
    else if (count >= MAX_HELD) this.#flush();
  }
}
