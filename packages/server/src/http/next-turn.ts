/**
 * Begins requests together, when everything that has arrived in a turn of the event loop has been
 * read: bodies that came with their head are whole by then, and code that has just run is still in
 * the processor's caches when it runs again. A body that comes later does not hold its request up.
 */
export class NextTurn {
  #waiting: (() => void)[] = [];
  readonly #beginAll = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const begin of waiting) begin();
  };

  /** @param begin - must not throw */
  add(begin: () => void): void {
    if (this.#waiting.push(begin) === 1) setImmediate(this.#beginAll);
  }
}
