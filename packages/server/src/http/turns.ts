/** What stands in one line holds a turn of the event loop up for about so long. */
const MS_PER_TURN = 4;

/**
 * Shares the event loop between work that waits and everybody else: each turn takes from the front of
 * the line until its time is over. Requests stand in one, so that they begin together, when all that
 * has arrived in a turn has been read (bodies that came with their head are whole by then, and code
 * that has just run is still in the processor's caches), and long answers in another.
 */
export class Turns {
  #waiting: (() => void)[] = [];
  #scheduled = false;

  /** @param work - does a little, and gets in line again when there is more; must not throw */
  add(work: () => void): void {
    this.#waiting.push(work);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#run);
  }

  readonly #run = (): void => {
    this.#scheduled = false;
    const line = this.#waiting;
    this.#waiting = [];
    const until = performance.now() + MS_PER_TURN;
    let done = 0;
    while (done < line.length && (done === 0 || performance.now() < until)) line[done++]?.();
    if (done < line.length) this.#waiting = [...line.slice(done), ...this.#waiting];
    if (this.#waiting.length > 0) this.#schedule();
  };
}
