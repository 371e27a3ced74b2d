import { describe, expect, it } from "vitest";
import type { ApiRequest, ApiResponse, EventSink, StreamSink } from "../http/exchange.ts";
import { connectInProcess } from "./in-process.ts";

const USER = { username: "u", groups: [] };
const REQUEST = { method: "GET", url: "/a%3Ab?x=%3A", headers: {} };

function answering(body: ApiResponse["body"], seen: ApiRequest[] = []) {
  return connectInProcess((request) => {
    seen.push(request);
    return { status: 200, headers: { "x-a": ["1", "2"], "x-b": "3" }, body };
  }, USER);
}

function* chunks(): Generator<Uint8Array> {
  const bytes = new TextEncoder().encode("aäb");
  for (const byte of bytes) yield new Uint8Array([byte]);
}

describe("the transport in this process", () => {
  it("decodes the path, not the query, and vouches for its user", async () => {
    const seen: ApiRequest[] = [];
    const response = await answering("", seen)(REQUEST);
    expect(seen[0]).toMatchObject({ path: "/a:b", rawQuery: "x=%3A", trustedUser: USER });
    expect([response.header("x-a"), response.header("x-b"), response.header("x-c")]).toEqual([
      "1",
      "3",
      undefined,
    ]);
  });

  it.each<[string, () => ApiResponse["body"], string]>([
    ["text", () => "aäb", "aäb"],
    ["bytes", () => new TextEncoder().encode("aäb"), "aäb"],
    ["chunks that cut characters", chunks, "aäb"],
    ["nothing", () => undefined, ""],
    [
      "a stream",
      () => ({
        start: (sink: StreamSink) => {
          sink.write("a");
          sink.write("äb");
          sink.end();
        },
      }),
      "aäb",
    ],
  ])("reads %s", async (_kind, body, text) => {
    expect(await (await answering(body())(REQUEST)).text()).toBe(text);
  });

  it("closes a stream whose request is given up", async () => {
    const abort = new AbortController();
    let closed = false;
    const body = {
      start: (sink: StreamSink) => {
        sink.onClose(() => {
          closed = true;
        });
        sink.write("a");
      },
    };
    const response = await answering(body)({ ...REQUEST, signal: abort.signal });
    const read = (async () => {
      for await (const _chunk of response.chunks()) abort.abort();
    })();
    await expect(read).rejects.toThrow("abort");
    expect(closed).toBe(true);
  });

  it("hands over the events of a watch as they are, and has none where there are only bytes", async () => {
    const object = { metadata: { name: "a" } };
    const watch = {
      start: () => expect.unreachable(),
      startEvents: (sink: EventSink) => {
        sink.write({ type: "ADDED", object, bytes: 700_000 });
        expect(sink.buffered()).toBe(700_000);
        sink.end();
      },
    };
    const response = await answering(watch)(REQUEST);
    const objects: object[] = [];
    for await (const event of response.events?.() ?? []) objects.push(event.object);
    expect(objects[0]).toBe(object);
    for (const body of [{ start: () => {} }, "text"]) {
      expect((await answering(body)(REQUEST)).events?.()).toBeUndefined();
    }
  });

  it("sends nothing for a request that was given up before", async () => {
    const seen: ApiRequest[] = [];
    const signal = AbortSignal.abort();
    await expect(answering("", seen)({ ...REQUEST, signal })).rejects.toThrow("abort");
    expect(seen).toEqual([]);
  });
});
