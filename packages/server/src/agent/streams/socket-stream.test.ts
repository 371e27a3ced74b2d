import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { readAll } from "./byte-pipe.fixture.ts";
import { outlastingStream, socketStream } from "./socket-stream.ts";

const open: Disposable[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each[Symbol.dispose]();
});

/** Both ends of one connection. */
async function connect(): Promise<readonly [near: Socket, far: Socket]> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const near = createConnection((server.address() as AddressInfo).port, "127.0.0.1");
  const [[far]] = (await Promise.all([once(server, "connection"), once(near, "connect")])) as [
    [Socket],
    unknown,
  ];
  open.push({
    [Symbol.dispose]: () => {
      server.close();
      near.destroy();
      far.destroy();
    },
  });
  far.on("error", () => {});
  return [near, far];
}

const kinds = [
  ["a socket", socketStream],
  ["one that outlasts its peer", outlastingStream],
] as const;

test.each(kinds)("%s: what came with the head comes first, and both ends end", async (_, make) => {
  const [near, far] = await connect();
  const stream = make(near, Buffer.from("head "));
  far.end("body");
  expect((await readAll(stream.readable)).toString()).toBe("head body");
  await stream[Symbol.asyncDispose]();
  await expect(stream.write(Buffer.from("x"))).rejects.toThrow();
  await stream[Symbol.asyncDispose]();
});

test.each(kinds)("%s: a writer waits for a reader that does not read", async (_, make) => {
  const [near, far] = await connect();
  const stream = make(near, new Uint8Array(0));
  far.pause();
  let written = 0;
  const writing = (async () => {
    for (; written < 100; written++) await stream.write(Buffer.alloc(1_000_000));
  })();
  await sleep(50);
  expect(written).toBeLessThan(50);
  far.destroy();
  await expect(writing).rejects.toThrow();
});

test("a peer that breaks off while it is written to: what it sent before is read", async () => {
  for (let turn = 0; turn < 20; turn++) {
    const [near, far] = await connect();
    const stream = outlastingStream(near, new Uint8Array(0));
    // It reads nothing, so its end is a reset.
    far.pause();
    near.pause();
    await new Promise((resolve) => far.write(Buffer.alloc(50_000, "x"), resolve));
    await stream.write(Buffer.from("unread"));
    await sleep(2);
    far.resetAndDestroy();
    await sleep(2);
    for (let round = 0; round < 5; round++) await stream.write(Buffer.from("more")).catch(() => {});
    near.resume();
    let length = 0;
    try {
      for await (const bytes of stream.readable) length += bytes.length;
    } catch {
      // However it ended.
    }
    expect(length).toBe(50_000);
  }
});
