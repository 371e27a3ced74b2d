import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { realClock } from "../../runtime/clock.ts";
import { acceptWebSocket } from "../../web-socket/accept-web-socket.ts";
import { readAll } from "./byte-pipe.fixture.ts";
import { SpdyConnection } from "./spdy-connection.ts";
import type { SpdyStream } from "./spdy-stream.ts";
import { webSocketTunnel } from "./web-socket-tunnel.ts";

const OPTIONS = { protocol: "", maxMessageBytes: 1024 * 1024 };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Both ends of one WebSocket. */
async function connect(): Promise<readonly [client: WebSocket, server: WebSocket]> {
  const http = createServer();
  servers.push(http);
  const accepted = new Promise<WebSocket>((resolve, reject) => {
    http.on("upgrade", (message, socket, head) => {
      acceptWebSocket(message, socket, head, OPTIONS).then(resolve, reject);
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const [server] = await Promise.all([accepted, once(client, "open")]);
  return [client, server];
}

test("a connection of streams goes through it both ways", async () => {
  const [near, far] = await connect();
  const shared = { idleMs: 60_000, clock: realClock };
  const client = new SpdyConnection({
    transport: webSocketTunnel(near),
    role: "client",
    ...shared,
  });
  const echo = async (stream: SpdyStream): Promise<void> => {
    for await (const bytes of stream.readable) await stream.write(bytes);
    stream.end();
  };
  const server = new SpdyConnection({
    transport: webSocketTunnel(far),
    role: "server",
    accepts: () => true,
    onStream: (stream) => void echo(stream),
    ...shared,
  });
  const stream = await client.open(new Map([["streamtype", "data"]]));
  const sent = Buffer.alloc(3_000_000, "abc");
  const received = readAll(stream.readable);
  await stream.write(sent);
  stream.end();
  expect((await received).equals(sent)).toBe(true);
  await client.close();
  await server.closed;
});

test("its end in order is an end, and any other is an error", async () => {
  const [near, far] = await connect();
  const [one, other] = [webSocketTunnel(near), webSocketTunnel(far)];
  await one.write(Buffer.from("last"));
  one.end();
  expect((await readAll(other.readable)).toString()).toBe("last");
  const [dying, left] = await connect();
  const stream = webSocketTunnel(left);
  dying.terminate();
  await expect(readAll(stream.readable)).rejects.toMatchObject({ code: "closed" });
});

test("text is not what a tunnel carries", async () => {
  const [near, far] = await connect();
  const stream = webSocketTunnel(far);
  near.send("text");
  await expect(readAll(stream.readable)).rejects.toMatchObject({ code: "closed" });
});
