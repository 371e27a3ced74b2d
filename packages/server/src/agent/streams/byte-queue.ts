/**
 * Bytes on their way from a connection that brings them to the one who reads them. It never refuses
 * any, but says when its reader has fallen behind, so that the connection can stop to read.
 */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #limitBytes: number;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #ended = false;
  #failure: Error | undefined;
  /** Nobody will read any more: what comes is dropped. */
  #abandoned = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** @returns nothing when there is room for more; otherwise what resolves once there is. */
  push(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#abandoned || this.#ended || chunk.length === 0) return undefined;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    this.#wakeReader?.();
    if (this.#length <= this.#limitBytes) return undefined;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  /** Nothing more will come. What is there is still read. */
  end(): void {
    this.#ended = true;
    this.#wakeReader?.();
  }

  /** Nothing more will come, and the reader is told why, after what is there. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#failure = error;
    this.end();
    // What waits for room is not to wait for a reader who may never come.
    this.#wakeWriter?.();
  }

  /** Nobody will read: what is there and what comes is dropped. */
  abandon(): void {
    this.#abandoned = true;
    this.#chunks = [];
    this.#length = 0;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  /** One reader at a time. Leaving the loop abandons the rest. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#length -= chunk.length;
          if (this.#length <= this.#limitBytes) this.#wakeWriter?.();
          yield chunk;
        } else if (this.#ended || this.#abandoned) {
          if (this.#failure !== undefined) throw this.#failure;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } finally {
      this.abandon();
    }
  }
}
