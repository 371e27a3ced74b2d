import { once } from "node:events";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { realClock } from "../runtime/clock.ts";
import { silentLogger } from "../runtime/logger.ts";
import type { ApiResponse, Handler, StreamSink } from "./exchange.ts";
import {
  createTestTls,
  exchange,
  openSession,
  openTcp,
  openTls,
  type Protocol,
  readToEnd,
  requestOver,
  startListener,
  type TestTls,
  timeToClose,
} from "./listener.fixture.ts";
import {
  createListener,
  type Listener,
  type ListenerLimits,
  type ListenerOptions,
} from "./listener.ts";

/** All bounds a hundredth of what they are; peers must be gone within a hundredth of ten seconds, and some air. */
const quick: Partial<ListenerLimits> = { handshakeMs: 200, headersMs: 200, stallMs: 200 };
const SOON_MS = 1_500;

let tls: TestTls;
const running: Listener[] = [];

beforeAll(() => {
  tls = createTestTls();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((listener) => listener.close({ graceMs: 0 })));
});

async function start(
  handler: Handler,
  options: Partial<ListenerOptions> = {},
): Promise<{ listener: Listener; port: number }> {
  const started = await startListener(tls, handler, options);
  running.push(started.listener);
  return started;
}

const answer = (body: ApiResponse["body"]): ApiResponse => ({ status: 200, headers: {}, body });
const readBody: Handler = async (request) => {
  try {
    return answer(await request.body(1_000));
  } catch (error) {
    return { status: 400, headers: {}, body: String(error) };
  }
};

/** Frames of HTTP/2: length, type, flags, stream, payload. */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const SETTINGS = frame(4, 0, 0, Buffer.alloc(0));
/** `:method: POST`, `:scheme: https`, `:path: /` and `:authority: a` in HPACK. */
const FIELDS = Buffer.from([0x83, 0x87, 0x84, 0x41, 0x01, 0x61]);
const END_HEADERS = 4;

describe("a peer that stops in the middle is gone soon", () => {
  test("before the handshake", async () => {
    let failed = 0;
    const { port } = await start(() => answer("x"), {
      limits: quick,
      onHandshakeError: () => failed++,
    });
    expect(await timeToClose(await openTcp(port))).toBeLessThan(SOON_MS);
    const half = await openTcp(port);
    half.write(Buffer.from("160301", "hex"));
    expect(await timeToClose(half)).toBeLessThan(SOON_MS);
    expect(failed).toBe(2);
  });

  test.each<[string, Protocol, readonly Buffer[]]>([
    ["with nothing", "http/1.1", []],
    ["with half a head", "http/1.1", [Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n")]],
    [
      "with half a body",
      "http/1.1",
      [Buffer.from("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")],
    ],
    [
      "with half a chunk",
      "http/1.1",
      [Buffer.from("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha")],
    ],
    ["with nothing", "h2", []],
    ["with half a preface", "h2", [PREFACE.subarray(0, 10)]],
    [
      "with half a frame",
      "h2",
      [PREFACE, SETTINGS, frame(1, END_HEADERS, 1, FIELDS).subarray(0, 12)],
    ],
    ["with half a header block", "h2", [PREFACE, SETTINGS, frame(1, 0, 1, FIELDS)]],
  ])("%s over %s", async (_name, protocol, bytes) => {
    const { listener, port } = await start(readBody, { limits: quick });
    const socket = await openTls(tls, port, protocol);
    for (const each of bytes) socket.write(each);
    expect(await timeToClose(socket)).toBeLessThan(SOON_MS);
    while (listener.connections() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test("byte by byte, in a header block over h2", async () => {
    const { port } = await start(readBody, { limits: quick });
    const socket = await openTls(tls, port, "h2");
    socket.write(Buffer.concat([PREFACE, SETTINGS]));
    const drip = setInterval(() => socket.write(frame(9, 0, 1, Buffer.from([0x00]))), 20);
    socket.write(frame(1, 0, 1, FIELDS));
    expect(await timeToClose(socket)).toBeLessThan(SOON_MS);
    clearInterval(drip);
  });

  test("with half a body over h2, which costs the stream alone", async () => {
    const { port } = await start(readBody, { limits: quick });
    const session = openSession(tls, port);
    const stream = session.request({ ":method": "POST", ":path": "/" });
    stream.on("error", () => {});
    stream.write("half");
    const began = performance.now();
    await once(stream, "close");
    expect(performance.now() - began).toBeLessThan(SOON_MS);
    expect((await requestOver(session, { method: "POST", body: "whole" })).body.toString()).toBe(
      "whole",
    );
    session.close();
  });
});

describe("a peer that does what it should is left alone", () => {
  test("while it is idle between requests over h2", async () => {
    const { port } = await start(() => answer("x"), { limits: quick });
    const session = openSession(tls, port);
    let pings = 0;
    session.on("ping", () => pings++);
    await requestOver(session, {});
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(pings).toBeLessThanOrEqual(3);
    expect((await requestOver(session, {})).status).toBe(200);
    session.close();
  });

  test("while it is idle between requests over http/1.1", async () => {
    const { port } = await start(() => answer("x"), { limits: quick });
    const socket = await openTls(tls, port, "http/1.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1.1 200 OK/);
  });

  test.each<Protocol>(["http/1.1", "h2"])("while it watches over %s", async (protocol) => {
    let sink: StreamSink | undefined;
    const { port } = await start(
      () =>
        answer({
          start: (given) => {
            sink = given;
            given.write("a");
          },
        }),
      { limits: { ...quick, idleMs: 200, requestMs: 500 } },
    );
    const watching = exchange(protocol, tls, port);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    sink?.write("b");
    sink?.end();
    expect((await watching).body.toString()).toBe("ab");
  });

  test.each<Protocol>(["http/1.1", "h2"])(
    "while its body comes slowly over %s",
    async (protocol) => {
      const { port } = await start(readBody, { limits: quick });
      const socket = await openTls(tls, port, protocol);
      const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
      if (protocol === "h2") {
        socket.destroy();
        const session = openSession(tls, port);
        const stream = session.request({ ":method": "POST", ":path": "/" });
        for (let count = 0; count < 6; count++) {
          stream.write("x");
          await pause();
        }
        stream.end();
        stream.setEncoding("utf8");
        expect(await once(stream, "data")).toEqual(["xxxxxx"]);
        session.close();
        return;
      }
      const answered = readToEnd(socket);
      socket.write("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 6\r\n\r\n");
      for (let count = 0; count < 6; count++) {
        socket.write("x");
        await pause();
      }
      expect(await answered).toMatch(/xxxxxx$/);
    },
  );
});

test.each<Protocol>(["http/1.1", "h2"])("an idle connection over %s ends", async (protocol) => {
  const { listener, port } = await start(() => answer("x"), {
    // Long enough that the request itself is never late, on a machine that has other things to do.
    limits: { ...quick, idleMs: protocol === "h2" ? 1_500 : 300 },
  });
  if (protocol === "h2") {
    const session = openSession(tls, port);
    await requestOver(session, {});
    await once(session, "close");
  } else {
    const socket = await openTls(tls, port, protocol);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    // Node adds a second to the time that it announces.
    expect(await timeToClose(socket)).toBeLessThan(SOON_MS + 1_000);
  }
  while (listener.connections() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test("hundreds of idle connections are no trouble", async () => {
  const { listener, port } = await start(() => answer("x"));
  const sockets = await Promise.all(
    Array.from({ length: 200 }, (_, index) => openTls(tls, port, index % 2 ? "h2" : "http/1.1")),
  );
  while (listener.connections() < 200) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await exchange("h2", tls, port)).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  while (listener.connections() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test("a connection that is reset at any moment harms nobody", async () => {
  const { port } = await start(() => answer(Buffer.alloc(5_000_000)));
  for (const delay of [0, 1, 5]) {
    for (const protocol of ["http/1.1", "h2"] as const) {
      const tcp = await openTcp(port);
      const socket = await openTls(tls, port, protocol, tcp);
      socket.write(
        protocol === "h2"
          ? Buffer.concat([PREFACE, SETTINGS, frame(1, END_HEADERS | 1, 1, FIELDS)])
          : "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      );
      await new Promise((resolve) => setTimeout(resolve, delay));
      tcp.resetAndDestroy();
    }
  }
  expect((await exchange("http/1.1", tls, port)).body.length).toBe(5_000_000);
});

describe("close", () => {
  test("refuses new connections and waits for running requests", async () => {
    const finishes: (() => void)[] = [];
    const { listener, port } = await start(
      () => new Promise((resolve) => finishes.push(() => resolve(answer("finished")))),
    );
    const answers = [exchange("h2", tls, port), exchange("http/1.1", tls, port)];
    while (finishes.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = listener.close({ graceMs: 5_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(openTcp(port)).rejects.toThrow("ECONNREFUSED");
    expect(listener.address()).toBeUndefined();
    for (const finish of finishes) finish();
    for (const each of await Promise.all(answers)) expect(each.body.toString()).toBe("finished");
    await closed;
    expect(listener.connections()).toBe(0);
  });

  test("tells idle peers to go, over both protocols", async () => {
    const { listener, port } = await start(() => answer("x"));
    const session = openSession(tls, port);
    await requestOver(session, {});
    const goaway = once(session, "goaway");
    const socket = await openTls(tls, port, "http/1.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    const ended = readToEnd(socket);
    const began = performance.now();
    await listener.close({ graceMs: 5_000 });
    expect(performance.now() - began).toBeLessThan(SOON_MS);
    await Promise.all([goaway, ended]);
  });

  test.each<Protocol>(["http/1.1", "h2"])("ends streams cleanly over %s", async (protocol) => {
    let closed = false;
    let started = false;
    const { listener, port } = await start(() =>
      answer({
        start: (sink) => {
          started = true;
          sink.write("event");
          sink.onClose(() => {
            closed = true;
          });
        },
      }),
    );
    const watching = exchange(protocol, tls, port);
    while (!started) await new Promise((resolve) => setTimeout(resolve, 5));
    await listener.close({ graceMs: 5_000 });
    expect((await watching).body.toString()).toBe("event");
    expect(closed).toBe(true);
  });

  test.each<Protocol>(["http/1.1", "h2"])(
    "breaks off what does not end over %s",
    async (protocol) => {
      let reached = false;
      const { listener, port } = await start(() => {
        reached = true;
        return new Promise(() => {});
      });
      const never = exchange(protocol, tls, port);
      const outcome = expect(never).rejects.toThrow();
      while (!reached) await new Promise((resolve) => setTimeout(resolve, 5));
      const began = performance.now();
      await listener.close({ graceMs: 200 });
      expect(performance.now() - began).toBeLessThan(SOON_MS);
      await outcome;
      expect(listener.connections()).toBe(0);
    },
  );

  test("answers of a drain end their connection", async () => {
    let finish: () => void = () => {};
    const { listener, port } = await start(
      () => new Promise((resolve) => (finish = () => resolve(answer("last")))),
    );
    const socket = await openTls(tls, port, "http/1.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = listener.close({ graceMs: 5_000 });
    finish();
    expect(await readToEnd(socket)).toMatch(/\r\nConnection: close\r\n[\s\S]*last$/);
    await closed;
  });

  test("may be called again, and before it listened", async () => {
    const { listener } = await start(() => answer("x"));
    await Promise.all([listener.close({ graceMs: 0 }), listener.close({ graceMs: 0 })]);
    await listener.close({ graceMs: 0 });
    const never = createListener({
      tls: { ...tls.serving, clientCa: undefined },
      handler: () => answer("x"),
      clock: realClock,
      logger: silentLogger,
    });
    await never.close({ graceMs: 0 });
    expect(never.address()).toBeUndefined();
  });
});

test("a port that is taken is an error", async () => {
  const { port } = await start(() => answer("x"));
  const second = createListener({
    tls: { ...tls.serving, clientCa: undefined },
    handler: () => answer("x"),
    clock: realClock,
    logger: silentLogger,
  });
  await expect(second.listen(port, "127.0.0.1")).rejects.toMatchObject({ code: "EADDRINUSE" });
  await second.close({ graceMs: 0 });
});
