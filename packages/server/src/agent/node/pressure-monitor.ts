import type { Clock } from "../../runtime/clock.ts";
import { lastsStill } from "../../runtime/lasts-still.ts";
import type { Pressure } from "./eviction-thresholds.ts";

/** @see kubernetes `--eviction-pressure-transition-period` */
const TRANSITION_MS = 5 * 60_000;

/** Remembers pressure for a while after it is gone, so that a node does not flap. */
export class PressureMonitor {
  readonly #clock: Clock;
  readonly #measure: () => Pressure;
  readonly #lastSeenAt: Record<keyof Pressure, number> = {
    memory: Number.NEGATIVE_INFINITY,
    disk: Number.NEGATIVE_INFINITY,
    pid: Number.NEGATIVE_INFINITY,
  };

  constructor(clock: Clock, measure: () => Pressure) {
    this.#clock = clock;
    this.#measure = measure;
  }

  current(): Pressure {
    const now = this.#clock.now();
    const found = this.#measure();
    const remember = (what: keyof Pressure): boolean => {
      if (found[what]) this.#lastSeenAt[what] = now;
      return lastsStill(this.#lastSeenAt[what], TRANSITION_MS, now);
    };
    return { memory: remember("memory"), disk: remember("disk"), pid: remember("pid") };
  }
}
