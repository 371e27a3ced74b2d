import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import { createPipe, type PipeEnd, readAll } from "./byte-pipe.fixture.ts";
import { SpdyConnection, type SpdyConnectionOptions } from "./spdy-connection.ts";
import { encodeSpdyFrame, type SpdyFrame, SpdyFrameParser } from "./spdy-frames.ts";
import { encodeHeaderBlock } from "./spdy-header-block.ts";
import { HeaderDeflater } from "./spdy-header-compression.ts";
import type { SpdyStream } from "./spdy-stream.ts";

const IDLE_MS = 60_000;
const headers = (streamType: string): Map<string, string> => new Map([["streamtype", streamType]]);

interface Pair {
  readonly clock: FakeClock;
  readonly client: SpdyConnection;
  readonly server: SpdyConnection;
  /** Streams the server has let in. */
  readonly streams: SpdyStream[];
  readonly toServer: PipeEnd;
}

function connect(options: Partial<SpdyConnectionOptions> = {}): Pair {
  const clock = new FakeClock();
  const [toServer, toClient] = createPipe();
  const streams: SpdyStream[] = [];
  const client = new SpdyConnection({
    transport: toServer,
    role: "client",
    idleMs: IDLE_MS,
    clock,
  });
  const server = new SpdyConnection({
    transport: toClient,
    role: "server",
    accepts: () => true,
    onStream: (stream) => streams.push(stream),
    idleMs: IDLE_MS,
    clock,
    ...options,
  });
  return { clock, client, server, streams, toServer };
}

/** Everything that waits for a promise gets its turn; what zlib does in its threads may not. */
async function settled(): Promise<void> {
  for (let round = 0; round < 30; round++) await turn();
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await turn();
}

/** A server, and a peer that says what it likes. */
function hostile(): {
  readonly server: SpdyConnection;
  readonly clock: FakeClock;
  readonly peer: PipeEnd;
  readonly streams: SpdyStream[];
  say(...frames: readonly SpdyFrame[]): void;
  /** All that the server has sent when it ended the connection. */
  readonly answers: Promise<SpdyFrame[]>;
} {
  const clock = new FakeClock();
  const [peer, transport] = createPipe();
  const streams: SpdyStream[] = [];
  const server = new SpdyConnection({
    transport,
    role: "server",
    accepts: () => true,
    onStream: (stream) => streams.push(stream),
    idleMs: IDLE_MS,
    clock,
  });
  const answers = readAll(peer.readable).then((bytes) => [...new SpdyFrameParser().push(bytes)]);
  const say = (...frames: readonly SpdyFrame[]): void => {
    for (const frame of frames) void peer.write(encodeSpdyFrame(frame)).catch(() => {});
  };
  return { server, clock, peer, streams, say, answers };
}

async function synStream(streamId: number): Promise<SpdyFrame> {
  using deflater = new HeaderDeflater();
  const block = await deflater.compress(encodeHeaderBlock(headers("data")));
  return { type: "syn-stream", streamId, block, fin: false, unidirectional: false };
}

describe("a connection", () => {
  test("carries streams both ways, each to its end", async () => {
    const { client, streams, server, clock } = connect();
    const first = await client.open(headers("stdin"));
    const second = await client.open(
      new Map([
        ["streamtype", "data"],
        ["port", "80"],
      ]),
    );
    const [one, two] = streams;
    if (one === undefined || two === undefined) throw new Error("no streams");
    expect([one.id, two.id]).toEqual([1, 3]);
    expect(two.headers).toEqual(
      new Map([
        ["streamtype", "data"],
        ["port", "80"],
      ]),
    );
    const big = Buffer.alloc(300_000, "x");
    const echo = async (): Promise<void> => {
      for await (const bytes of one.readable) await one.write(bytes);
      one.end();
    };
    const back = readAll(first.readable);
    const done = echo();
    await first.write(big);
    first.end();
    expect((await back).equals(big)).toBe(true);
    await done;
    expect([client.size, server.size]).toEqual([1, 1]);
    void two.write(Buffer.from("bye")).then(() => two.end());
    expect((await readAll(second.readable)).toString()).toBe("bye");
    await Promise.all([client.close(), server.close()]);
    expect(clock.pending()).toBe(0);
  });

  test("what was written before the end arrives, though the end follows at once", async () => {
    const { client, server, streams } = connect();
    const stream = await client.open(headers("error"));
    const received = readAll(stream.readable);
    await streams[0]?.write(Buffer.from("last words"));
    streams[0]?.end();
    await server.close();
    expect((await received).toString()).toBe("last words");
  });

  test("a stream that is reset ends at both ends with an error, and no other does", async () => {
    const { client, streams } = connect();
    const [doomed, other] = [
      await client.open(headers("data")),
      await client.open(headers("data")),
    ];
    doomed.reset();
    await expect(readAll(streams[0]?.readable ?? [])).rejects.toMatchObject({ code: "reset" });
    await expect(doomed.write(Buffer.from("x"))).rejects.toMatchObject({ code: "reset" });
    const received = readAll(streams[1]?.readable ?? []);
    await other.write(Buffer.from("fine"));
    other.end();
    expect((await received).toString()).toBe("fine");
    await client.close();
  });

  test("streams that are not let in are reset", async () => {
    const { client } = connect({ accepts: (given) => given.get("streamtype") === "data" });
    await expect(client.open(headers("other"))).rejects.toMatchObject({ code: "reset" });
    await client.open(headers("data"));
    await client.close();
  });

  test("a peer that does not answer to a new stream is not waited for", async () => {
    const clock = new FakeClock();
    const [transport, peer] = createPipe();
    void readAll(peer.readable);
    const client = new SpdyConnection({ transport, role: "client", idleMs: IDLE_MS, clock });
    const opened = client.open(headers("data"));
    const refused = expect(opened).rejects.toMatchObject({ code: "timed-out" });
    await clock.advance(30_000);
    await refused;
    const closing = client.close();
    await clock.advance(2_000);
    await closing;
    expect(clock.pending()).toBe(0);
  });

  test("the end of the connection ends its streams and those that were being opened", async () => {
    const { client, toServer, streams } = connect();
    const stream = await client.open(headers("data"));
    const read = expect(readAll(stream.readable)).rejects.toMatchObject({ code: "closed" });
    const readThere = readAll(streams[0]?.readable ?? []);
    const there = expect(readThere).rejects.toMatchObject({ code: "closed" });
    const opening = expect(client.open(headers("data"))).rejects.toMatchObject({ code: "closed" });
    await toServer[Symbol.asyncDispose]();
    await Promise.all([read, there, opening, client.closed]);
    await expect(client.open(headers("data"))).rejects.toMatchObject({ code: "closed" });
  });

  test("silence ends it, a ping does not", async () => {
    const { client, server, clock } = connect();
    const stream = await client.open(headers("data"));
    await clock.advance(IDLE_MS - 1);
    await stream.write(Buffer.from("still here"));
    await settled();
    await clock.advance(IDLE_MS - 1);
    expect(server.size).toBe(1);
    await clock.advance(2_000 + IDLE_MS);
    await Promise.all([client.closed, server.closed]);
    expect(clock.pending()).toBe(0);
  });

  test("a reader that falls behind slows the writer down", async () => {
    const { client, streams } = connect();
    const stream = await client.open(headers("data"));
    let written = 0;
    const writing = (async () => {
      for (let round = 0; round < 100; round++) {
        await stream.write(Buffer.alloc(32 * 1024));
        written += 32 * 1024;
      }
      stream.end();
    })();
    await settled();
    expect(written).toBe(64 * 1024);
    expect((await readAll(streams[0]?.readable ?? [])).length).toBe(100 * 32 * 1024);
    await writing;
    await client.close();
  });

  test("nor does one who keeps no windows bring more than the reader leaves room for", async () => {
    const { server, peer, streams, say, answers } = hostile();
    say(await synStream(1));
    const piece = Buffer.alloc(64 * 1024);
    for (let round = 0; round < 50; round++) {
      say({ type: "data", streamId: 1, bytes: piece, fin: round === 49 });
    }
    await until(() => streams.length === 1);
    await settled();
    expect(peer.unread()).toBeGreaterThan(40 * piece.length);
    expect((await readAll(streams[0]?.readable ?? [])).length).toBe(50 * piece.length);
    peer.end();
    await Promise.all([server.closed, answers]);
  });

  test("what nobody reads any more does not hold the others up", async () => {
    const { client, streams } = connect();
    const [left, other] = [await client.open(headers("data")), await client.open(headers("data"))];
    void left.write(Buffer.alloc(2 * 1024 * 1024)).catch(() => {});
    for await (const _bytes of streams[0]?.readable ?? []) break;
    const received = readAll(streams[1]?.readable ?? []);
    await other.write(Buffer.from("through"));
    other.end();
    expect((await received).toString()).toBe("through");
    await client.close();
  });
});

describe("windows", () => {
  test("a peer that shows that it keeps them is heeded", async () => {
    const { server, peer, streams, say } = hostile();
    say({ type: "settings", settings: [{ id: 7, value: 1000 }] }, await synStream(1));
    await until(() => streams.length === 1);
    const writing = streams[0]?.write(Buffer.alloc(2500));
    let done = false;
    void writing?.then(() => {
      done = true;
    });
    await settled();
    expect(done).toBe(false);
    say({ type: "window-update", streamId: 1, delta: 1000 });
    await settled();
    expect(done).toBe(false);
    say({ type: "window-update", streamId: 1, delta: 500 });
    await writing;
    await peer[Symbol.asyncDispose]();
    await server.closed;
  });

  test("a connection's window holds all its streams", async () => {
    const { server, peer, streams, say } = hostile();
    say({ type: "window-update", streamId: 0, delta: 1 }, await synStream(1));
    say({ type: "window-update", streamId: 1, delta: 1_000_000 });
    await until(() => streams.length === 1 && peer.unread() === 0);
    let done = false;
    const writing = streams[0]?.write(Buffer.alloc(64 * 1024 + 2)).then(() => {
      done = true;
    });
    await settled();
    expect(done).toBe(false);
    say({ type: "window-update", streamId: 0, delta: 1 });
    await writing;
    await peer[Symbol.asyncDispose]();
    await server.closed;
  });

  test.each([
    ["that says goodbye ends its streams with its connection", true],
    ["that just ends breaks them off", false],
  ])("a peer %s", async (_name, saysGoodbye) => {
    const { server, peer, streams, say } = hostile();
    say(await synStream(1), { type: "data", streamId: 1, bytes: Buffer.from("all"), fin: false });
    if (saysGoodbye) say({ type: "goaway", lastStreamId: 0, status: 0 });
    await until(() => streams.length === 1);
    peer.end();
    const read = readAll(streams[0]?.readable ?? []);
    if (saysGoodbye) expect((await read).toString()).toBe("all");
    else await expect(read).rejects.toMatchObject({ code: "closed" });
    await server.closed;
  });

  test("the peer is told what has been read", async () => {
    const { server, peer, streams, say, answers } = hostile();
    say(await synStream(1), { type: "data", streamId: 1, bytes: Buffer.alloc(50_000), fin: false });
    await until(() => streams.length === 1);
    const reading = readAll(streams[0]?.readable ?? []).catch(() => {});
    await settled();
    peer.end();
    await Promise.all([server.closed, reading]);
    const updates = (await answers).filter(({ type }) => type === "window-update");
    expect(updates).toEqual([
      { type: "window-update", streamId: 0, delta: 50_000 },
      { type: "window-update", streamId: 1, delta: 50_000 },
    ]);
  });
});

describe("a hostile peer", () => {
  const end: SpdyFrame = { type: "goaway", lastStreamId: 0, status: 1 };

  test.each<readonly [string, readonly SpdyFrame[]]>([
    [
      "a block that is no block",
      [
        {
          type: "syn-stream",
          streamId: 1,
          block: Buffer.from("junk"),
          fin: false,
          unidirectional: false,
        },
      ],
    ],
    [
      "the headers of an answer that are none",
      [{ type: "syn-reply", streamId: 1, block: Buffer.of(1), fin: false }],
    ],
    [
      "a window without end",
      [
        { type: "window-update", streamId: 0, delta: 0x7fffffff },
        { type: "window-update", streamId: 0, delta: 0x7fffffff },
      ],
    ],
  ])("%s ends the connection, and says so", async (_name, frames) => {
    const { server, clock, say, answers } = hostile();
    say(...frames);
    expect((await answers).at(-1)).toMatchObject({ type: "goaway", status: 1 });
    await clock.advance(2_000);
    await server.close();
    expect(clock.pending()).toBe(0);
  });

  test.each([[[2]], [[3, 1]], [[1, 1]]])("streams numbered %j end the connection", async (ids) => {
    const { clock, say, answers } = hostile();
    using deflater = new HeaderDeflater();
    for (const streamId of ids) {
      const block = await deflater.compress(encodeHeaderBlock(headers("data")));
      say({ type: "syn-stream", streamId, block, fin: false, unidirectional: false });
    }
    expect((await answers).at(-1)).toMatchObject({ type: "goaway", status: 1 });
    await clock.advance(2_000);
  });

  test("frames of streams that are gone or never were are passed over", async () => {
    const { server, peer, say, answers } = hostile();
    say({ type: "data", streamId: 77, bytes: Buffer.from("x"), fin: true });
    say({ type: "rst-stream", streamId: 77, status: 1 });
    say({ type: "window-update", streamId: 77, delta: 0x7fffffff });
    say({ type: "ping", id: 1 }, { type: "ping", id: 2 });
    await settled();
    peer.end();
    await server.closed;
    // Its own pings only.
    expect(await answers).toEqual([
      { type: "ping", id: 1 },
      { ...end, status: 0 },
    ]);
  });

  test("more streams than are allowed are refused one by one", async () => {
    const { server, peer, streams, say, answers } = hostile();
    using deflater = new HeaderDeflater();
    for (let index = 0; index < 1001; index++) {
      const block = await deflater.compress(encodeHeaderBlock(headers("data")));
      say({
        type: "syn-stream",
        streamId: 2 * index + 1,
        block,
        fin: false,
        unidirectional: false,
      });
      // Its answers have to be read meanwhile.
      if (index % 100 === 0) await until(() => streams.length === Math.min(index + 1, 1000));
    }
    await until(() => streams.length === 1000);
    expect(server.size).toBe(1000);
    peer.end();
    await server.closed;
    expect(await answers).toContainEqual({ type: "rst-stream", streamId: 2001, status: 3 });
  });

  test("one that asks and asks and never reads an answer is given up", async () => {
    const clock = new FakeClock();
    const [peer, transport] = createPipe();
    const server = new SpdyConnection({ transport, role: "server", idleMs: IDLE_MS, clock });
    const pings = Buffer.concat(
      Array.from({ length: 3000 }, () => encodeSpdyFrame({ type: "ping", id: 1 })),
    );
    void peer.write(pings).catch(() => {});
    await settled();
    await clock.advance(2_000);
    await server.closed;
    expect(peer.destroyed()).toBe(true);
    expect(clock.pending()).toBe(0);
  });
});
