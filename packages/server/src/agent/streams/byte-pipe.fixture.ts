import type { ByteStream } from "../pod-runtime.ts";

/** One end of a pipe, and what a test wants to know of it. */
export interface PipeEnd extends ByteStream {
  /** Bytes written and not yet read by the other end. */
  readonly unread: () => number;
  /** Nothing more can be read or written, at either end. */
  readonly destroyed: () => boolean;
}

/** Two connected streams in memory. A write resolves when it has been read, as over a full socket. */
export function createPipe(): readonly [PipeEnd, PipeEnd] {
  const forth = new Direction();
  const back = new Direction();
  return [pipeEnd(back, forth), pipeEnd(forth, back)];
}

class Direction {
  readonly queue: { readonly bytes: Uint8Array; readonly taken: () => void }[] = [];
  ended = false;
  destroyed = false;
  wake: () => void = () => {};

  write(bytes: Uint8Array): Promise<void> {
    if (this.destroyed || this.ended) return Promise.reject(new Error("the pipe is closed"));
    return new Promise((resolve) => {
      this.queue.push({ bytes: bytes.slice(), taken: resolve });
      this.wake();
    });
  }

  destroy(): void {
    this.destroyed = true;
    for (const { taken } of this.queue.splice(0)) taken();
    this.wake();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.queue.shift();
      if (next !== undefined) {
        next.taken();
        yield next.bytes;
      } else if (this.ended || this.destroyed) return;
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
  }
}

function pipeEnd(incoming: Direction, outgoing: Direction): PipeEnd {
  return {
    readable: incoming.read(),
    write: (bytes) => outgoing.write(bytes),
    end: () => {
      outgoing.ended = true;
      outgoing.wake();
    },
    unread: () => outgoing.queue.reduce((sum, { bytes }) => sum + bytes.length, 0),
    destroyed: () => incoming.destroyed,
    [Symbol.asyncDispose]: async () => {
      incoming.destroy();
      outgoing.destroy();
    },
  };
}

/** All that a stream brings until its end. */
export async function readAll(
  readable: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  return Buffer.concat(chunks);
}
