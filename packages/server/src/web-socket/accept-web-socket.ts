import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

export interface WebSocketOptions {
  /** The subprotocol to agree on; empty for none. */
  readonly protocol: string;
  /** What a client may say at once. */
  readonly maxMessageBytes: number;
}

/**
 * Answers the handshake of a WebSocket.
 * @throws Error for a handshake that is none; nothing has been answered then, and the text is for the client
 */
export function acceptWebSocket(
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { protocol, maxMessageBytes }: WebSocketOptions,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
    });
    // Kubernetes' names of tunnels are no tokens of HTTP, which the library insists on.
    delete message.headers["sec-websocket-protocol"];
    server.on("headers", (headers) => {
      if (protocol !== "") headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
    });
    server.on("wsClientError", (error) => reject(error));
    // The library says nothing then.
    if (!socket.readable || !socket.writable) reject(new Error("the connection has ended"));
    server.handleUpgrade(message, socket, head, (webSocket) => {
      // What is wrong with the first messages may show before somebody else listens.
      webSocket.on("error", () => {});
      resolve(webSocket);
    });
  });
}
