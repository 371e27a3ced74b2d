import type { Sink } from "../http/exchange.ts";

/** The stream was broken off by its producer, because its reader fell behind for example. */
export class StreamBrokenError extends Error {
  constructor() {
    super("the stream was broken off");
    this.name = "StreamBrokenError";
  }
}

/** Above this much unread, producers are asked to wait. They end watches that ignore it. */
const HIGH_WATER_BYTES = 1024 * 1024;

/**
 * A streamed body whose producer and reader are in one process: what was written and not yet read
 * waits here. The bound is kept by the producer, as with a socket: `buffered()` tells it.
 */
export class StreamBuffer<Part> implements Sink<Part> {
  readonly #bytesOf: (part: Part) => number;
  #waiting: Part[] = [];
  #bytes = 0;
  #state: "open" | "ended" | "broken" | "closed" = "open";
  #wake: (() => void) | undefined;
  readonly #onDrain: (() => void)[] = [];
  readonly #onClose: (() => void)[] = [];

  constructor(bytesOf: (part: Part) => number) {
    this.#bytesOf = bytesOf;
  }

  write(part: Part): boolean {
    if (this.#state !== "open") return false;
    this.#waiting.push(part);
    this.#bytes += this.#bytesOf(part);
    this.#wake?.();
    return this.#bytes < HIGH_WATER_BYTES;
  }

  buffered(): number {
    return this.#bytes;
  }

  onDrain(callback: () => void): void {
    if (this.#bytes === 0) callback();
    else this.#onDrain.push(callback);
  }

  end(): void {
    if (this.#state === "open") this.#state = "ended";
    this.#wake?.();
  }

  destroy(): void {
    this.#leave("broken");
  }

  onClose(callback: () => void): void {
    if (this.#state === "closed" || this.#state === "broken") callback();
    else this.#onClose.push(callback);
  }

  /** The reader goes away: nothing more is accepted, and the producer is told. */
  close(): void {
    this.#leave("closed");
  }

  #leave(state: "broken" | "closed"): void {
    if (this.#state === "closed" || this.#state === "broken") return;
    this.#state = state;
    this.#waiting = [];
    this.#bytes = 0;
    this.#onDrain.length = 0;
    for (const callback of this.#onClose.splice(0)) callback();
    this.#wake?.();
  }

  /** What was written, in order. @throws StreamBrokenError when the producer broke off */
  async *read(): AsyncGenerator<Part> {
    try {
      for (;;) {
        const portion = this.#waiting;
        this.#waiting = [];
        this.#bytes = 0;
        yield* portion;
        if (this.#waiting.length > 0) continue;
        for (const callback of this.#onDrain.splice(0)) callback();
        if (this.#waiting.length > 0) continue;
        if (this.#state === "broken") throw new StreamBrokenError();
        if (this.#state !== "open") return;
        await this.#written();
      }
    } finally {
      this.close();
    }
  }

  #written(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
