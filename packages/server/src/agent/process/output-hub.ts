/**
 * One output of a container and all who want it: its log, and clients that are attached to it. The
 * slowest of them sets the pace; who leaves holds nobody up.
 */
export class OutputHub {
  readonly #listeners = new Set<OutputListener>();
  #ended = false;

  /** Gives a chunk to all; resolves when all have taken it. */
  async push(chunk: Uint8Array): Promise<void> {
    for (const listener of this.#listeners) await listener.push(chunk);
  }

  end(): void {
    this.#ended = true;
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
  }

  /** What comes from now on, until `leave` of the listener or the output's end. */
  listen(): OutputListener {
    const listener: OutputListener = new OutputListener(() => this.#listeners.delete(listener));
    if (this.#ended) listener.end();
    else this.#listeners.add(listener);
    return listener;
  }
}

/** One reader of an output; a chunk is kept for it until it asks for the next. */
export class OutputListener implements AsyncIterableIterator<Uint8Array> {
  readonly #onLeave: () => void;
  #chunk: Uint8Array | undefined;
  #ended = false;
  #taken: (() => void) | undefined;
  #waiting: ((result: IteratorResult<Uint8Array>) => void) | undefined;

  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  push(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended) return undefined;
    if (this.#waiting !== undefined) {
      this.#waiting({ done: false, value: chunk });
      this.#waiting = undefined;
      return undefined;
    }
    this.#chunk = chunk;
    return new Promise((resolve) => {
      this.#taken = resolve;
    });
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  /** Takes no more; whoever pushes goes on at once. */
  leave(): void {
    this.#chunk = undefined;
    this.end();
    this.#release();
    this.#onLeave();
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const value = this.#chunk;
    if (value !== undefined) {
      this.#chunk = undefined;
      this.#release();
      return Promise.resolve({ done: false, value });
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #release(): void {
    this.#taken?.();
    this.#taken = undefined;
  }
}
