import type { WebSocket } from "ws";
import type { ByteStream } from "../pod-runtime.ts";
import { ByteQueue } from "./byte-queue.ts";
import { StreamError } from "./stream-error.ts";

const UNREAD_BYTES = 256 * 1024;
const NORMAL_CLOSURE = 1000;

/**
 * A WebSocket as a stream of bytes: binary messages, whose limits mean nothing.
 * @see client-go tools/portforward/tunneling_connection.go
 */
export function webSocketTunnel(socket: WebSocket): ByteStream {
  const queue = new ByteQueue(UNREAD_BYTES);
  const closed = new Promise<void>((resolve) => {
    socket.on("close", (code: number) => {
      if (code === NORMAL_CLOSURE) queue.end();
      else queue.fail(new StreamError("closed", "the connection has ended"));
      resolve();
    });
  });
  socket.on("error", () => {});
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (!isBinary) {
      socket.terminate();
      return;
    }
    const wait = queue.push(data);
    if (wait === undefined) return;
    socket.pause();
    void wait.then(() => socket.resume());
  });
  return {
    readable: queue,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.send(bytes, { binary: true }, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    // It has no half that could be closed: the other end answers by closing, too.
    end: () => socket.close(NORMAL_CLOSURE),
    [Symbol.asyncDispose]: async () => {
      queue.abandon();
      socket.terminate();
      await closed;
    },
  };
}
