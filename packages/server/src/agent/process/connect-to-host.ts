import { connect, type Socket } from "node:net";
import { type ByteStream, RuntimeError } from "../pod-runtime.ts";
import { writeTo } from "./container-io.ts";

/**
 * Connects to a port of a pod, which shares the host's network: its address for the pod's own clients
 * is the loopback one, of either kind.
 * @throws RuntimeError `connect-failed`
 */
export async function connectToHost(port: number): Promise<ByteStream> {
  const failures: string[] = [];
  for (const address of ["127.0.0.1", "::1"]) {
    try {
      return streamOf(await open(address, port));
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new RuntimeError(
    "connect-failed",
    `failed to connect to localhost:${port}: ${failures.join("; ")}`,
  );
}

function open(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}

function streamOf(socket: Socket): ByteStream {
  return {
    readable: socket as AsyncIterable<Buffer>,
    write: (bytes) => writeTo(socket, bytes),
    end: () => socket.end(),
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}
