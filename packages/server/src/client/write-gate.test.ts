import { describe, expect, it } from "vitest";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";
import { WriteGate } from "./write-gate.ts";

const ANSWER: TransportResponse = {
  status: 200,
  header: () => undefined,
  text: async () => "",
  async *chunks() {},
};

/** A server that answers when it is told to. */
function slowServer() {
  const seen: string[] = [];
  const open = new Map<string, (error?: Error) => void>();
  const transport: Transport = ({ url }) =>
    new Promise((resolve, reject) => {
      seen.push(url);
      open.set(url, (error) => (error === undefined ? resolve(ANSWER) : reject(error)));
    });
  const end = async (url: string, error?: Error): Promise<void> => {
    open.get(url)?.(error);
    await turns();
  };
  return { seen, transport, end };
}

async function turns(): Promise<void> {
  for (let count = 0; count < 10; count++) await Promise.resolve();
}

const request = (url: string, method = "POST", signal?: AbortSignal): TransportRequest => ({
  method,
  url,
  headers: {},
  ...(signal === undefined ? {} : { signal }),
});

describe("a gate for writes", () => {
  it("lets so many through at once, in the order in which they came", async () => {
    const { seen, transport, end } = slowServer();
    const gate = new WriteGate(2);
    const [one, other] = [gate.guard(transport), gate.guard(transport)];
    const all = [one(request("a")), other(request("b")), one(request("c")), other(request("d"))];
    await turns();
    expect(seen).toEqual(["a", "b"]);
    await end("b");
    expect(seen).toEqual(["a", "b", "c"]);
    await end("a");
    expect(seen).toEqual(["a", "b", "c", "d"]);
    await end("c");
    await end("d");
    expect(await Promise.all(all)).toEqual([ANSWER, ANSWER, ANSWER, ANSWER]);
  });

  it("does not stop reads", async () => {
    const { seen, transport, end } = slowServer();
    const guarded = new WriteGate(1).guard(transport);
    const all = [guarded(request("a")), guarded(request("b", "GET")), guarded(request("c", "GET"))];
    await turns();
    expect(seen.toSorted()).toEqual(["a", "b", "c"]);
    for (const url of seen) await end(url);
    await Promise.all(all);
  });

  it("gives the place back of what has failed", async () => {
    const { seen, transport, end } = slowServer();
    const guarded = new WriteGate(1).guard(transport);
    const failing = guarded(request("a"));
    const next = guarded(request("b"));
    failing.catch(() => undefined);
    await turns();
    await end("a", new Error("broken"));
    await expect(failing).rejects.toThrow("broken");
    await end("b");
    expect(await next).toBe(ANSWER);
    expect(seen).toEqual(["a", "b"]);
  });

  it("lets who gives up go, without taking a place", async () => {
    const { seen, transport, end } = slowServer();
    const guarded = new WriteGate(1).guard(transport);
    const abort = new AbortController();
    const first = guarded(request("a"));
    const impatient = guarded(request("b", "DELETE", abort.signal));
    const patient = guarded(request("c", "PATCH", abort.signal));
    const last = guarded(request("d", "PUT"));
    const gone = Promise.allSettled([impatient, patient]);
    await turns();
    abort.abort(new Error("enough"));
    expect((await gone).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(impatient).rejects.toThrow("enough");
    await end("a");
    await end("d");
    expect(await Promise.all([first, last])).toEqual([ANSWER, ANSWER]);
    expect(seen).toEqual(["a", "d"]);
  });
});
