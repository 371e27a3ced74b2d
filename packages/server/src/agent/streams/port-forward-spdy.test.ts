import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import { type ByteStream, RuntimeError } from "../pod-runtime.ts";
import { createPipe, type PipeEnd, readAll } from "./byte-pipe.fixture.ts";
import { servePortForward } from "./port-forward-spdy.ts";
import { SpdyConnection } from "./spdy-connection.ts";

interface Forwarding {
  readonly clock: FakeClock;
  readonly client: SpdyConnection;
  /** The pod's end of each connection that was made, by port. */
  readonly backends: (readonly [port: number, end: PipeEnd])[];
  readonly served: Promise<void>;
}

function start(): Forwarding {
  const clock = new FakeClock();
  const [near, far] = createPipe();
  const backends: (readonly [number, PipeEnd])[] = [];
  const connect = async (port: number): Promise<ByteStream> => {
    if (port === 1) throw new RuntimeError("connect-failed", "nobody listens");
    const [ours, theirs] = createPipe();
    backends.push([port, theirs]);
    return port === 2 ? { ...ours, readable: lateFailure() } : ours;
  };
  const served = servePortForward(far, { connect, podId: "sandbox", clock });
  const client = new SpdyConnection({ transport: near, role: "client", idleMs: 1e9, clock });
  return { clock, client, backends, served };
}

async function* lateFailure(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(0);
  await turn();
  throw new RuntimeError("connect-failed", "nobody listens after all");
}

const headers = (streamtype: string, port: string, requestid?: string) =>
  new Map(Object.entries({ streamtype, port, ...(requestid === undefined ? {} : { requestid }) }));

async function until(check: () => boolean): Promise<void> {
  while (!check()) await turn();
}

test("streams of one request belong together, whichever comes first", async () => {
  const { client, backends, served, clock } = start();
  const dataOfB = await client.open(headers("data", "80", "b"));
  await client.open(headers("error", "81", "a"));
  await client.open(headers("error", "80", "b"));
  await client.open(headers("data", "81", "a"));
  await until(() => backends.length === 2);
  expect(backends.map(([port]) => port)).toEqual([80, 81]);
  const [, end] = backends[0] ?? [];
  void end?.write(Buffer.from("hello")).then(() => end.end());
  expect((await readAll(dataOfB.readable)).toString()).toBe("hello");
  await client.close();
  await served;
  expect(clock.pending()).toBe(0);
});

test("very old clients name no request: their streams follow each other", async () => {
  const { client, backends, served } = start();
  await client.open(headers("error", "80"));
  await client.open(headers("data", "80"));
  await until(() => backends.length === 1);
  await client.close();
  await served;
});

test("a failure is told on the error stream, and the data stream is reset", async () => {
  const { client, served } = start();
  const error = await client.open(headers("error", "1", "a"));
  const data = await client.open(headers("data", "1", "a"));
  expect((await readAll(error.readable)).toString()).toBe(
    "error forwarding port 1 to pod sandbox, uid : nobody listens",
  );
  await expect(readAll(data.readable)).rejects.toMatchObject({ code: "reset" });
  await client.close();
  await served;
});

test("so is one that a runtime finds out about late", async () => {
  const { client, served, backends } = start();
  const error = await client.open(headers("error", "2", "a"));
  await client.open(headers("data", "2", "a"));
  await until(() => backends.length === 1);
  expect((await readAll(error.readable)).toString()).toBe(
    "error forwarding port 2 to pod sandbox, uid : nobody listens after all",
  );
  await client.close();
  await served;
});

test("a stream of a kind that is there already is refused, with a word about it", async () => {
  const { client, served } = start();
  const error = await client.open(headers("error", "80", "a"));
  const again = await client.open(headers("error", "80", "a"));
  await expect(readAll(again.readable)).rejects.toMatchObject({ code: "reset" });
  for await (const bytes of error.readable) {
    expect(Buffer.from(bytes).toString()).toBe(
      "error processing stream for request a: error stream already assigned",
    );
    break;
  }
  await client.close();
  await served;
});

test("a stream that stays alone is given up after a while", async () => {
  const { client, served, clock } = start();
  const error = await client.open(headers("error", "80", "a"));
  const text = readAll(error.readable);
  await clock.advance(30_000);
  expect((await text).toString()).toBe("(request=a) timed out waiting for streams");
  await client.close();
  await served;
  expect(clock.pending()).toBe(0);
});

test.each([
  ["no port", headers("data", "", "a")],
  ["no number", headers("data", "http", "a")],
  ["port 0", headers("data", "0", "a")],
  ["a port beyond", headers("data", "65536", "a")],
  ["another type", headers("resize", "80", "a")],
])("%s is refused", async (_name, given) => {
  const { client, served } = start();
  await expect(client.open(given)).rejects.toMatchObject({ code: "reset" });
  await client.close();
  await served;
});

test("a client that says all still gets the answer; one that gives up ends the connection", async () => {
  const { client, backends, served, clock } = start();
  await client.open(headers("error", "80", "a"));
  const data = await client.open(headers("data", "80", "a"));
  await data.write(Buffer.from("request"));
  data.end();
  await until(() => backends.length === 1);
  const [, end] = backends[0] ?? [];
  expect((await readAll(end?.readable ?? [])).toString()).toBe("request");
  void end?.write(Buffer.from("answer")).then(() => end.end());
  expect((await readAll(data.readable)).toString()).toBe("answer");

  await client.open(headers("error", "80", "b"));
  const impatient = await client.open(headers("data", "80", "b"));
  await until(() => backends.length === 2);
  impatient.reset();
  await until(() => backends[1]?.[1].destroyed() === true);
  await client.close();
  await served;
  expect(clock.pending()).toBe(0);
});

test("a backend that has ended is not waited for for ever", async () => {
  const { client, backends, served, clock } = start();
  const error = await client.open(headers("error", "80", "a"));
  await client.open(headers("data", "80", "a"));
  await until(() => backends.length === 1);
  backends[0]?.[1].end();
  await until(() => clock.pending() > 2);
  const told = readAll(error.readable);
  await clock.advance(1_000);
  expect((await told).toString()).toBe("");
  await client.close();
  await served;
});
