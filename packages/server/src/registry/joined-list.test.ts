import { expect, test } from "vitest";
import { resourceOf } from "../api/schema/resources.ts";
import { realClock } from "../runtime/clock.ts";
import { createMemoryStorage } from "../storage/memory.ts";
import type { ListOptions } from "../storage/storage.ts";
import { joinList } from "./joined-list.ts";
import { ResourceStore } from "./resource-store.ts";
import { RunBytes } from "./run-bytes.ts";

const definition = resourceOf("", "v1", "configmaps");
if (definition === undefined) throw new Error("config maps are not served");
const row = definition;

/** A storage with config maps `name-0000` …, and how a list of them is read. */
async function setUp(count: number, runBytes = new RunBytes()) {
  const storage = await createMemoryStorage({ clock: realClock });
  const store = new ResourceStore(
    row,
    { group: "", resource: "configmaps" },
    { freeze: true, runBytes },
  );
  const write = async (number: number, value: string): Promise<void> => {
    const name = `name-${String(number).padStart(4, "0")}`;
    const key = store.key("n", name);
    const object = { metadata: { name, namespace: "n" }, data: { value } };
    const expected = storage.get(key)?.modRevision ?? 0;
    await store.put(storage, key, expected, { ...object, kind: "ConfigMap", apiVersion: "v1" });
  };
  for (let number = 0; number < count; number++) await write(number, "é".repeat(number % 40));
  const open = (options: ListOptions = {}) => {
    const result = storage.list(store.prefix, options);
    const page = { ...result, continueToken: "", remainingItemCount: undefined };
    return { result, body: joinList(store, page) };
  };
  const read = (options: ListOptions = {}) => {
    const { result, body } = open(options);
    const chunks = body instanceof Uint8Array ? [body] : [...body];
    const text = Buffer.concat(chunks).toString();
    const expected = `${JSON.stringify({
      kind: "ConfigMapList",
      apiVersion: "v1",
      metadata: { resourceVersion: String(result.revision) },
      items: result.entries.map((entry) => {
        const { kind: _kind, apiVersion: _apiVersion, ...rest } = store.peek(entry);
        return rest;
      }),
    })}\n`;
    return { body, chunks, text, expected };
  };
  return { storage, write, open, read, runBytes };
}

test.each([0, 1, 15, 300, 2000])("%i objects: the same text at every list", async (count) => {
  const { storage, read } = await setUp(count);
  for (let time = 0; time < 3; time++) {
    const { body, text, expected } = read();
    expect(text).toBe(expected);
    expect(body.byteLength).toBe(Buffer.byteLength(expected));
  }
  await storage[Symbol.asyncDispose]();
});

test("the second list keeps what the third one sends", async () => {
  const { storage, read, runBytes } = await setUp(2000);
  read();
  expect(runBytes.bytes).toBe(0);
  const second = read().chunks;
  expect(runBytes.bytes).toBeGreaterThan(100_000);
  const third = read().chunks;
  expect(third.length).toBe(second.length);
  expect(third.slice(2).filter((chunk) => second.includes(chunk)).length).toBeGreaterThan(5);
  await storage[Symbol.asyncDispose]();
});

test("lists side by side join each run once, and count it once", async () => {
  const { storage, open, read, runBytes } = await setUp(2000);
  const { expected } = read();
  const bodies = [open(), open(), open()].map(({ body }) => body as Iterable<Uint8Array>);
  const lists = bodies.map((body) => ({
    body: body[Symbol.iterator](),
    chunks: [] as Uint8Array[],
  }));
  for (let more = true; more; ) {
    more = false;
    for (const { body, chunks } of lists) {
      const { done, value } = body.next();
      if (done === true) continue;
      chunks.push(value);
      more = true;
    }
  }
  for (const { chunks } of lists) expect(Buffer.concat(chunks).toString()).toBe(expected);
  const [first = [], second = []] = lists.map(({ chunks }) => chunks);
  expect(second.filter((chunk) => first.includes(chunk)).length).toBeGreaterThan(5);
  expect(runBytes.bytes).toBeLessThanOrEqual(Buffer.byteLength(expected));
  await storage[Symbol.asyncDispose]();
});

test("a change is in the next list, and not in one that is being sent", async () => {
  const { storage, write, read } = await setUp(1000);
  read();
  read();
  const before = storage.list("/registry/configmaps/").revision;
  await write(500, "changed");
  expect(read().text).toContain('"value":"changed"');
  const old = read({ revision: before });
  expect(old.text).toBe(old.expected);
  expect(old.text).not.toContain("changed");
  await storage[Symbol.asyncDispose]();
});

test("pages and tails are joined too", async () => {
  const { storage, read } = await setUp(1000);
  for (let time = 0; time < 3; time++) {
    for (const options of [{ limit: 500 }, { after: "/registry/configmaps/n/name-0100" }]) {
      const { text, expected } = read(options);
      expect(text).toBe(expected);
    }
  }
  await storage[Symbol.asyncDispose]();
});

test("no more than the bound is kept, and ended runs go first", async () => {
  const runBytes = new RunBytes(120_000);
  const { storage, write, read } = await setUp(2000, runBytes);
  for (let round = 0; round < 5; round++) {
    read();
    expect(read().text).toBe(read().expected);
    expect(runBytes.bytes).toBeLessThanOrEqual(120_000);
    await write(round * 300, `round ${round}`);
  }
  expect(runBytes.bytes).toBeGreaterThan(0);
  await storage[Symbol.asyncDispose]();
});
