import { once } from "node:events";
import type { Duplex, Writable } from "node:stream";
import type { ByteStream } from "../pod-runtime.ts";

/**
 * A socket as a stream of bytes.
 * @param head - What came before anybody asked for it.
 */
export function socketStream(socket: Duplex, head: Uint8Array = new Uint8Array(0)): ByteStream {
  // An error ends the reader; without anybody reading it must not end the process.
  socket.on("error", () => {});
  return {
    readable: readSocket(socket, head),
    write: (bytes) => writeSocket(socket, bytes),
    end: () => {
      if (socket.writable) socket.end();
    },
    [Symbol.asyncDispose]: async () => {
      if (socket.closed) return;
      const closed = once(socket, "close");
      socket.destroy();
      await closed;
    },
  };
}

async function* readSocket(socket: Duplex, head: Uint8Array): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  // Its writing half goes on when the reader leaves.
  yield* socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}

/** Resolves when the socket takes more. @throws Error when it has been closed */
export async function writeSocket(socket: Writable, bytes: Uint8Array): Promise<void> {
  if (socket.destroyed || !socket.writable) throw new Error("the connection is closed");
  if (socket.write(bytes)) return;
  const stop = new AbortController();
  const { signal } = stop;
  try {
    await Promise.race([once(socket, "drain", { signal }), once(socket, "close", { signal })]);
  } finally {
    stop.abort();
  }
  if (socket.destroyed) throw new Error("the connection is closed");
}
