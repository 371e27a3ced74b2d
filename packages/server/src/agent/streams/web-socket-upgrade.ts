import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { StreamError } from "./stream-error.ts";

/** Of a message. @see golang.org/x/net/websocket (DefaultMaxPayloadBytes) */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/**
 * Answers the handshake of a WebSocket.
 * @param protocol - The subprotocol to agree on; empty for none.
 * @throws StreamError `refused` for a handshake that is none; nothing has been answered then
 */
export function acceptWebSocket(
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    // Kubernetes' names of tunnels are no tokens of HTTP, which the library insists on.
    delete message.headers["sec-websocket-protocol"];
    server.on("headers", (headers) => {
      if (protocol !== "") headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
    });
    server.on("wsClientError", (error) => {
      reject(new StreamError("refused", error.message, { cause: error }));
    });
    server.handleUpgrade(message, socket, head, resolve);
  });
}
