import { expect, test } from "vitest";
import { resourceOf } from "../api/schema/resources.ts";
import { realClock } from "../runtime/clock.ts";
import { createMemoryStorage } from "../storage/memory.ts";
import { createObjectReader, scanObjects } from "./object-reader.ts";
import { ResourceStore } from "./resource-store.ts";

async function setUp() {
  const definition = resourceOf("", "v1", "configmaps");
  if (definition === undefined) throw new Error("config maps are not served");
  const storage = await createMemoryStorage({ clock: realClock });
  const store = new ResourceStore(
    definition,
    { group: "", resource: "configmaps" },
    { freeze: true },
  );
  const write = async (namespace: string, name: string): Promise<void> => {
    const key = store.key(namespace, name);
    const object = { kind: "ConfigMap", apiVersion: "v1", metadata: { namespace, name } };
    await store.put(storage, key, storage.get(key)?.modRevision ?? 0, object);
  };
  const remove = async (namespace: string, name: string): Promise<void> => {
    const key = store.key(namespace, name);
    await storage.delete(key, storage.get(key)?.modRevision ?? 0);
  };
  const reader = createObjectReader(storage, store);
  const names = (namespace?: string) => reader.list(namespace).map(({ metadata }) => metadata.name);
  return { storage, store, reader, write, remove, names };
}

test("a list follows every change in the turn in which it is made", async () => {
  const { write, remove, names, reader } = await setUp();
  expect(names("a")).toEqual([]);
  const written = write("a", "one");
  expect(names("a")).toEqual(["one"]);
  await written;
  await write("b", "two");
  expect([names("a"), names("b"), names()]).toEqual([["one"], ["two"], ["one", "two"]]);
  const before = reader.get("a", "one")?.metadata.resourceVersion;
  await write("a", "one");
  expect(reader.list("a")[0]?.metadata.resourceVersion).not.toBe(before);
  await remove("a", "one");
  expect([names("a"), names()]).toEqual([[], ["two"]]);
});

test("a list is kept while nothing in its namespace changes", async () => {
  const { write, reader } = await setUp();
  await write("a", "one");
  const first = reader.list("a");
  const all = reader.list();
  await write("b", "two");
  expect(reader.list("a")).toBe(first);
  expect(reader.list()).not.toBe(all);
  await write("a", "two");
  expect(reader.list("a")).not.toBe(first);
});

test("lists of more namespaces than are kept are still right", async () => {
  const { write, names } = await setUp();
  await write("n7", "one");
  for (let number = 0; number < 1100; number++) {
    expect(names(`n${number}`)).toEqual(number === 7 ? ["one"] : []);
  }
  expect(names("n7")).toEqual(["one"]);
});

test("a scan shows the newest state and leaves no copies behind", async () => {
  const { storage, store, write } = await setUp();
  await write("a", "one");
  expect(scanObjects(storage, store, "a").map(({ metadata }) => metadata.name)).toEqual(["one"]);
  await write("a", "two");
  await write("b", "three");
  const names = scanObjects(storage, store, "a").map(({ metadata }) => metadata.name);
  expect(names).toEqual(["one", "two"]);
  const { entries } = storage.list(store.collectionPrefix("a"));
  expect(entries.map(({ decoded }) => decoded)).toEqual([undefined, undefined]);
});
