import { StatusError } from "../api/status-error.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Runnable } from "../runtime/task-group.ts";

/** One write about an event, sent as often as it takes. @throws what the server or the network says */
export type EventWrite = (signal: AbortSignal) => Promise<void>;

export interface EventQueueOptions<T> {
  readonly clock: Clock;
  /** What is to be sent about something, decided when its turn comes; undefined for nothing. */
  readonly prepare: (item: T) => EventWrite | undefined;
  /** How long to wait after a number of tries, milliseconds. */
  readonly pauseMs: (tries: number) => number;
  /** There is no room for it, nor for those that come until the queue is empty, which nobody is told of. */
  readonly onDropped: (item: T) => void;
  /** The server does not take it, or could not be reached often enough. */
  readonly onRefused: (item: T, error: unknown) => void;
}

/** @see client-go tools/record/event.go, tools/events/event_broadcaster.go */
const MAX_WAITING = 1000;
const MAX_TRIES = 12;

/**
 * What waits to be written about events: in the order in which it came, one at a time, beside the work
 * that it tells of. What comes before `run` or while it works waits, up to a bound; at the end it is
 * dropped. What the server refuses is not tried again.
 */
export class EventQueue<T> implements Runnable {
  readonly #options: EventQueueOptions<T>;
  readonly #waiting: T[] = [];
  #drops = false;
  #wake: () => void = () => {};

  constructor(options: EventQueueOptions<T>) {
    this.#options = options;
  }

  /** Never throws and never waits. */
  add(item: T): void {
    if (this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(item);
      this.#wake();
    } else if (!this.#drops) {
      this.#drops = true;
      this.#options.onDropped(item);
    }
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const wake = (): void => this.#wake();
    signal.addEventListener("abort", wake);
    try {
      while (!signal.aborted) {
        const item = this.#waiting.shift();
        if (item === undefined) {
          this.#drops = false;
          await this.#next();
        } else await this.#deliver(item, signal);
      }
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }

  #next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }

  async #deliver(item: T, signal: AbortSignal): Promise<void> {
    const { clock, prepare, pauseMs, onRefused } = this.#options;
    const write = prepare(item);
    if (write === undefined) return;
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        await write(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof StatusError || tries >= MAX_TRIES) {
          onRefused(item, error);
          return;
        }
        await clock.sleep(pauseMs(tries), signal);
      }
    }
  }
}
