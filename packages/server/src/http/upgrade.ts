import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type ApiResponse, isStreamBody } from "./exchange.ts";
import type { ExchangeRunner } from "./exchange-runner.ts";
import { writeRawResponse } from "./raw-response.ts";

/** A connection whose client wants to leave HTTP. */
export interface UpgradeConnection {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind the head. */
  readonly head: Buffer;
}

/**
 * Answers a request to leave HTTP: hands the connection over to whoever takes it, streams over a
 * WebSocket what would be streamed over HTTP, or answers as if nothing had been asked and ends the
 * connection.
 */
export function sendUpgrade(
  upgrade: UpgradeConnection,
  answer: ApiResponse,
  runner: ExchangeRunner,
): void {
  const { message, socket, head } = upgrade;
  const { body, takeOver } = answer;
  if (!socket.readable || !socket.writable) {
    // The client has gone. A stream that never starts holds nothing.
    runner.answered();
    socket.destroy();
  } else if (takeOver !== undefined) {
    takeOver({ socket, head });
    runner.leaving(socket);
  } else if (isStreamBody(body)) {
    // Rare enough for its code to be loaded when it is asked for.
    void import("./web-socket-body.ts")
      .then(({ streamOverWebSocket }) => streamOverWebSocket(upgrade, answer, body, runner))
      .catch((error: unknown) => {
        runner.answered(error);
        socket.destroy();
      });
  } else {
    writeRawResponse(socket, answer, message.method === "HEAD");
    runner.answered();
  }
}
