/** All long answers together hold a turn of the event loop up for about so long. */
const MS_PER_TURN = 4;

/**
 * Shares the event loop between long answers and everybody else: what wants to send stands in line,
 * and each turn takes from the front until its time is over.
 */
export class SendTurns {
  #waiting: (() => void)[] = [];
  #scheduled = false;

  /** @param send - sends a little, and gets in line again when there is more; must not throw */
  add(send: () => void): void {
    this.#waiting.push(send);
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
    let served = 0;
    while (served < line.length && (served === 0 || performance.now() < until)) line[served++]?.();
    if (served < line.length) this.#waiting = [...line.slice(served), ...this.#waiting];
    if (this.#waiting.length > 0) this.#schedule();
  };
}
