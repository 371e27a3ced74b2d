/** Longer work makes way for others in between; a pause of the event loop is felt at 20 ms. */
const SLICE_MS = 5;

/**
 * Long work in portions: `if (slice.isOver) await slice.next()` after each small step. What is read
 * before and after a pause may belong to different revisions: work on a snapshot.
 */
export class TimeSlice {
  #until = performance.now() + SLICE_MS;

  /** Whether it is time to make way. */
  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  /** Resolves after everybody else has had a turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#until = performance.now() + SLICE_MS;
        resolve();
      });
    });
  }
}
