import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acceptWebSocket } from "./accept-web-socket.ts";

const OPTIONS = { protocol: "SPDY/3.1+x", maxMessageBytes: 10 };
const HANDSHAKE = [
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Protocol: SPDY/3.1+x",
];

describe("the handshake of a WebSocket", () => {
  const server = createServer();
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => server.close());

  /** The server's end of a connection that asks for an upgrade. */
  async function asked(
    lines: readonly string[],
    more = Buffer.alloc(0),
  ): Promise<readonly [IncomingMessage, Duplex, Buffer, () => string]> {
    const upgraded = once(server, "upgrade");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    let heard = "";
    client.on("data", (bytes) => {
      heard += bytes.toString("latin1");
    });
    client.on("error", () => {});
    const head = ["GET / HTTP/1.1", "Host: x", "Connection: Upgrade", ...lines, "", ""].join(
      "\r\n",
    );
    client.write(Buffer.concat([Buffer.from(head), more]));
    const [message, socket, first] = (await upgraded) as [IncomingMessage, Duplex, Buffer];
    return [message, socket, first, () => heard];
  }

  test("agrees on a subprotocol whose name is no token", async () => {
    const [message, socket, head, heard] = await asked(HANDSHAKE);
    const webSocket = await acceptWebSocket(message, socket, head, OPTIONS);
    await expect
      .poll(heard)
      .toMatch(/^HTTP\/1\.1 101 [\s\S]*Sec-WebSocket-Protocol: SPDY\/3\.1\+x\r\n/);
    webSocket.terminate();
  });

  test("that is none is refused, and answered by nobody", async () => {
    const [message, socket, head, heard] = await asked(["Upgrade: websocket"]);
    await expect(acceptWebSocket(message, socket, head, OPTIONS)).rejects.toThrow(
      "Missing or invalid Sec-WebSocket-Key header",
    );
    expect(heard()).toBe("");
    socket.destroy();
  });

  test("of a client that has gone is refused", async () => {
    const [message, socket, head] = await asked(HANDSHAKE);
    socket.destroy();
    await expect(acceptWebSocket(message, socket, head, OPTIONS)).rejects.toThrow(
      "the connection has ended",
    );
  });

  test("with nonsense behind it ends the connection, and nothing else", async () => {
    const [message, socket, head] = await asked(HANDSHAKE, Buffer.alloc(20, 0xff));
    const webSocket = await acceptWebSocket(message, socket, head, OPTIONS);
    await new Promise((resolve) => webSocket.once("close", resolve));
    expect(webSocket.readyState).toBe(webSocket.CLOSED);
  });
});
