import { once } from "node:events";
import type { Duplex, Writable } from "node:stream";
import type { ByteStream } from "../pod-runtime.ts";
import { ByteQueue } from "./byte-queue.ts";
import { StreamError } from "./stream-error.ts";

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

const UNREAD_BYTES = 64 * 1024;

/**
 * A socket to a server that may close it while it is still written to, as Go's do when a command has
 * ended: what it sent before is read to its end, where Node would throw it away with the first write
 * that fails.
 */
export function outlastingStream(socket: Duplex, head: Uint8Array): ByteStream {
  const queue = new ByteQueue(UNREAD_BYTES);
  let writeError: Error | undefined;
  tellOfWriteErrors(socket, (error) => {
    writeError ??= error;
  });
  socket.on("error", () => {});
  void queue.push(head);
  socket.on("data", (chunk: Buffer) => {
    const wait = queue.push(chunk);
    if (wait === undefined) return;
    socket.pause();
    void wait.then(() => socket.resume());
  });
  socket.on("end", () => queue.end());
  socket.on("close", () => {
    // What had come already, and waited for the reader.
    for (let rest = socket.read(); rest !== null; rest = socket.read()) void queue.push(rest);
    queue.fail(new StreamError("closed", "the connection has ended"));
  });
  return {
    readable: queue,
    write: async (bytes) => {
      if (writeError === undefined) await writeSocket(socket, bytes);
      if (writeError !== undefined) throw writeError;
    },
    end: () => {
      if (socket.writable) socket.end();
    },
    [Symbol.asyncDispose]: async () => {
      queue.abandon();
      if (socket.closed) return;
      const closed = once(socket, "close");
      socket.destroy();
      await closed;
    },
  };
}

/** Keeps errors of writing from the socket, which would turn them into its end. */
function tellOfWriteErrors(socket: Duplex, onError: (error: Error) => void): void {
  type Done = (error?: Error | null) => void;
  const pass = (done: Done): Done => {
    return (error) => {
      if (error) onError(error);
      done();
    };
  };
  const { _write: write, _writev: writev, _final: final } = socket;
  socket._write = (chunk, encoding, done) => write.call(socket, chunk, encoding, pass(done));
  socket._final = (done) => final.call(socket, pass(done));
  if (writev) socket._writev = (chunks, done) => writev.call(socket, chunks, pass(done));
}
