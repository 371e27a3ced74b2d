import type { Clock } from "../runtime/clock.ts";

/** The clock of a machine that somebody sets: its time leaps, and what waits goes on waiting. */
export class JumpingClock implements Clock {
  #base: Clock | undefined;
  #offsetMs = 0;

  /** Goes as another one does, from now on. */
  follow(base: Clock): void {
    this.#base = base;
  }

  /** Sets the clock forwards, or back by a negative number. */
  jump(ms: number): void {
    this.#offsetMs += ms;
  }

  now(): number {
    return this.#followed().now() + this.#offsetMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#followed().sleep(ms, signal);
  }

  after(ms: number, callback: () => void): () => void {
    return this.#followed().after(ms, callback);
  }

  #followed(): Clock {
    if (this.#base === undefined) throw new Error("this clock does not go yet");
    return this.#base;
  }
}
