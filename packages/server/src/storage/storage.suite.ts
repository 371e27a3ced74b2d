import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Encode, Entry, Storage, StorageEvent } from "./storage.ts";
import { runAgainstModel, storageCommands } from "./storage-model.suite.ts";

/** How often each property is tried; an engine with a disk or a network gets fewer. */
export interface SuiteOptions {
  readonly runs: number;
}

/**
 * Every guarantee of `Storage`, by name. An implementation passes it or is none.
 * @param make - a storage that nobody else writes to; the suite disposes it.
 */
export function describeStorage(
  name: string,
  make: () => Promise<Storage>,
  { runs }: SuiteOptions,
): void {
  describe(`${name} storage`, () => {
    const open: Storage[] = [];
    const start = async (): Promise<Storage> => {
      const storage = await make();
      open.push(storage);
      return storage;
    };
    afterEach(async () => {
      for (const storage of open.splice(0)) await storage[Symbol.asyncDispose]();
    });
    describeWrites(start);
    describeReads(start);
    describeWatches(start);
    describeCompaction(start);
    describeEnd(start);
    it("behaves as the model whatever the order of commands", async () => {
      const storage = await start();
      let run = 0;
      await fc.assert(
        fc.asyncProperty(storageCommands, async (commands) => {
          await runAgainstModel(storage, `/registry/run${run++}/`, commands);
        }),
        { numRuns: runs },
      );
    });
  });
}

type Start = () => Promise<Storage>;

/** An object as the registry would encode it. */
export function object(value: unknown): Encode {
  return (revision) =>
    Buffer.from(
      JSON.stringify({ kind: "T", metadata: { resourceVersion: `${revision}` }, spec: value }),
    );
}

function parse(entry: Entry | undefined): { metadata: { resourceVersion: string }; spec: unknown } {
  return JSON.parse(Buffer.from(entry?.bytes ?? []).toString());
}

function describeWrites(start: Start): void {
  it("gives every committed write the next revision, whatever the key", async () => {
    const storage = await start();
    const base = storage.revision;
    const a = await storage.put("/a/1", 0, object(1));
    const b = await storage.put("/b/1", 0, object(1));
    const c = await storage.put("/a/1", a.modRevision, object(2));
    const d = await storage.delete("/b/1", b.modRevision);
    expect([a, b, c, d].map((entry) => entry.modRevision - base)).toEqual([1, 2, 3, 4]);
    expect(storage.revision).toBe(base + 4);
    expect([c.createRevision, d.createRevision]).toEqual([a.createRevision, b.createRevision]);
  });

  it("stores what was encoded, under the revision it is stored at", async () => {
    const storage = await start();
    const entry = await storage.put("/a/1", 0, object({ größe: "ü" }));
    expect(parse(entry)).toEqual({
      kind: "T",
      metadata: { resourceVersion: `${entry.modRevision}` },
      spec: { größe: "ü" },
    });
    expect(parse(storage.get("/a/1"))).toEqual(parse(entry));
  });

  it("answers a delete with the last version under the delete's revision", async () => {
    const storage = await start();
    const entry = await storage.put("/a/1", 0, object("last"));
    const deleted = await storage.delete("/a/1", entry.modRevision);
    expect(deleted.modRevision).toBe(entry.modRevision + 1);
    expect(parse(deleted)).toMatchObject({
      metadata: { resourceVersion: `${deleted.modRevision}` },
      spec: "last",
    });
    expect(storage.get("/a/1")).toBeUndefined();
    expect(storage.getForUpdate("/a/1")).toBeUndefined();
  });

  it("creates a key again under a new create revision", async () => {
    const storage = await start();
    const first = await storage.put("/a/1", 0, object(1));
    await storage.delete("/a/1", first.modRevision);
    const again = await storage.put("/a/1", 0, object(2));
    expect(again.createRevision).toBe(again.modRevision);
  });

  const refusals: [string, (s: Storage, revision: number) => Promise<Entry>, string][] = [
    ["creating a key that exists", (s) => s.put("/a/1", 0, object(2)), "key-exists"],
    ["replacing a key that does not exist", (s, r) => s.put("/a/2", r, object(2)), "key-not-found"],
    ["replacing another revision", (s, r) => s.put("/a/1", r - 1, object(2)), "conflict"],
    ["replacing a later revision", (s, r) => s.put("/a/1", r + 9, object(2)), "conflict"],
    ["deleting a key that does not exist", (s, r) => s.delete("/a/2", r), "key-not-found"],
    ["deleting another revision", (s, r) => s.delete("/a/1", r - 1), "conflict"],
    ["deleting revision 0 of a key that exists", (s) => s.delete("/a/1", 0), "conflict"],
  ];
  it.each(refusals)("compare-and-swap refuses %s", async (_, write, code) => {
    const storage = await start();
    await storage.put("/z", 0, object(0));
    const { modRevision } = await storage.put("/a/1", 0, object(1));
    await expect(write(storage, modRevision)).rejects.toMatchObject({ code });
    expect(storage.revision).toBe(modRevision);
    expect(storage.get("/a/1")?.modRevision).toBe(modRevision);
  });

  it("rejects with what the encoder throws and writes nothing", async () => {
    const storage = await start();
    const { revision } = storage;
    const failing: Encode = () => {
      throw new RangeError("no");
    };
    await expect(storage.put("/a/1", 0, failing)).rejects.toThrow(RangeError);
    const next = await storage.put("/a/1", 0, object(1));
    expect(next.modRevision).toBe(revision + 1);
  });

  it("lets one of many simultaneous creates of a key win, and shows it to the losers", async () => {
    const storage = await start();
    const seen: (number | undefined)[] = [];
    const attempts = Array.from({ length: 50 }, (_, i) =>
      storage.put("/a/1", 0, object(i)).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "key-exists" });
        seen.push(storage.get("/a/1")?.modRevision);
        return undefined;
      }),
    );
    const winners = (await Promise.all(attempts)).filter((entry) => entry !== undefined);
    expect(winners).toHaveLength(1);
    expect(seen).toEqual(Array.from({ length: 49 }, () => winners[0]?.modRevision));
  });

  it("lets writes of one turn build on each other through getForUpdate, or refuses all but one", async () => {
    const storage = await start();
    const writes: Promise<Entry>[] = [];
    for (let i = 0; i < 20; i++) {
      const head = storage.getForUpdate("/a/1")?.modRevision ?? 0;
      writes.push(storage.put("/a/1", head, object(i)));
    }
    const results = await Promise.allSettled(writes);
    const refused = results.filter(({ status }) => status === "rejected");
    if (storage.barrier() === undefined) {
      expect(refused).toEqual([]);
      expect(parse(storage.get("/a/1")).spec).toBe(19);
    } else {
      // Revisions are given elsewhere: what is on its way has none that the next write could name.
      const refusal = expect.objectContaining({ code: "key-exists" });
      expect(refused).toEqual(
        Array.from({ length: 19 }, () => ({ status: "rejected", reason: refusal })),
      );
    }
  });

  it("settles a key's writes under way at its barrier", async () => {
    const storage = await start();
    const write = storage.put("/a/1", 0, object(1));
    await storage.barrier("/a/1");
    expect(storage.get("/a/1")?.modRevision).toBe((await write).modRevision);
    expect(storage.getForUpdate("/a/1")).toBe(storage.get("/a/1"));
  });
}

async function fill(storage: Storage, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => storage.put(key, 0, object(key))));
}

function keysOf(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.key);
}

function describeReads(start: Start): void {
  it("lists in the byte order of UTF-8, and only the prefix", async () => {
    const storage = await start();
    const names = [
      "b",
      "a",
      "a/b",
      "a-b",
      "ab",
      "é",
      "z",
      "\u{ffee}",
      "\u{1f600}",
      "\u{e000}",
      "A",
    ];
    const keys = names.map((each) => `/p/${each}`);
    await fill(storage, [...keys, "/o", "/p", "/q/a", "/p0"]);
    const sorted = keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(keysOf(storage.list("/p/").entries)).toEqual(sorted);
    expect(storage.count("/p/")).toBe(keys.length);
    expect(storage.list("/none/")).toEqual({
      entries: [],
      revision: storage.revision,
      remaining: 0,
    });
  });

  it("pages through a list without a gap, a repetition or a wrong remainder", async () => {
    const storage = await start();
    const keys = Array.from({ length: 1000 }, (_, i) => `/p/${String(i).padStart(4, "0")}`);
    await fill(storage, keys);
    const { revision } = storage;
    const found: string[] = [];
    for (let after: string | undefined; ; after = found.at(-1)) {
      const page = storage.list("/p/", { limit: 77, revision, ...(after ? { after } : {}) });
      found.push(...keysOf(page.entries));
      expect(page.remaining).toBe(keys.length - found.length);
      if (page.remaining === 0) break;
      // The snapshot stays what it is, whatever is written meanwhile.
      const victim = storage.get(`/p/${String(found.length + 5).padStart(4, "0")}`);
      if (victim !== undefined) await storage.delete(victim.key, victim.modRevision);
      await storage.put(`${found.at(-1)}-new`, 0, object("new"));
    }
    expect(found).toEqual(keys);
  });

  it("reads every uncompacted revision as it was", async () => {
    const storage = await start();
    const base = storage.revision;
    const a = await storage.put("/p/a", 0, object("a1"));
    const b = await storage.put("/p/b", 0, object("b1"));
    await storage.put("/p/a", a.modRevision, object("a2"));
    await storage.delete("/p/b", b.modRevision);
    await storage.put("/p/b", 0, object("b2"));
    const shown = Array.from({ length: 6 }, (_, i) =>
      storage.list("/p/", { revision: base + i }).entries.map((entry) => parse(entry).spec),
    );
    const expected = [[], ["a1"], ["a1", "b1"], ["a2", "b1"], ["a2"], ["a2", "b2"]];
    expect(shown).toEqual(expected);
  });

  it("refuses to read the future", async () => {
    const storage = await start();
    const code = "future-revision";
    const revision = storage.revision + 1;
    expect(() => storage.list("/", { revision })).toThrow(expect.objectContaining({ code }));
    expect(() => storage.compact(revision)).toThrow(expect.objectContaining({ code }));
    const watch = (): unknown => storage.watch("/", { afterRevision: revision }, collector([]));
    expect(watch).toThrow(expect.objectContaining({ code }));
  });

  it("answers the same object to every reader", async () => {
    const storage = await start();
    const entry = await storage.put("/p/a", 0, object(1));
    expect(storage.get("/p/a")).toBe(entry);
    expect(storage.list("/p/").entries[0]).toBe(entry);
  });
}

interface Collector {
  events(events: readonly StorageEvent[]): void;
  ended(error: unknown): void;
}

function collector(into: StorageEvent[], errors: unknown[] = []): Collector {
  return { events: (events) => into.push(...events), ended: (error) => errors.push(error) };
}

const brief = (event: StorageEvent): string =>
  `${event.type} ${event.key} ${parse(event.entry).spec} ${event.previous ? parse(event.previous).spec : "-"}`;

/** Writes /p/a and /p/b, changes and deletes one: five events, seen from outside as `brief` says. */
async function fiveWrites(storage: Storage): Promise<readonly string[]> {
  const a = await storage.put("/p/a", 0, object("a1"));
  const b = await storage.put("/p/b", 0, object("b1"));
  await storage.put("/p/a", a.modRevision, object("a2"));
  await storage.delete("/p/b", b.modRevision);
  await storage.put("/p/b", 0, object("b2"));
  return ["put /p/a a1 -", "put /p/b b1 -", "put /p/a a2 a1", "delete /p/b b1 b1", "put /p/b b2 -"];
}

function describeWatches(start: Start): void {
  it("tells a watch of every write in order, once, with what was before", async () => {
    const storage = await start();
    const base = storage.revision;
    const events: StorageEvent[] = [];
    storage.watch("/p/", {}, collector(events));
    const expected = await fiveWrites(storage);
    expect(events.map(brief)).toEqual(expected);
    expect(events.map((event) => event.revision - base)).toEqual([1, 2, 3, 4, 5]);
    expect(events[3]?.entry.modRevision).toBe(events[3]?.revision);
  });

  it("resumes after any revision without a gap, and goes on", async () => {
    const storage = await start();
    const base = storage.revision;
    const expected = await fiveWrites(storage);
    const streams = expected.map((_, i) => {
      const events: StorageEvent[] = [];
      storage.watch("/p/", { afterRevision: base + i }, collector(events));
      return events;
    });
    await storage.put("/p/c", 0, object("c1"));
    for (const [i, events] of streams.entries()) {
      expect(events.map(brief)).toEqual([...expected.slice(i), "put /p/c c1 -"]);
    }
  });

  it("tells a watch only of what is below its prefix, or of its very key", async () => {
    const storage = await start();
    const watched = ["", "/", "/p/", "/p/a", "/p/a/", "/p/ab", "/q/"];
    const streams = watched.map((prefix) => {
      const events: StorageEvent[] = [];
      storage.watch(prefix, {}, collector(events));
      return events;
    });
    for (const key of ["/p/a", "/p/ab", "/p/a/c", "/pp/a"]) await storage.put(key, 0, object(key));
    expect(streams.map((events) => events.map((event) => event.key))).toEqual([
      ["/p/a", "/p/ab", "/p/a/c", "/pp/a"],
      ["/p/a", "/p/ab", "/p/a/c", "/pp/a"],
      ["/p/a", "/p/ab", "/p/a/c"],
      ["/p/a"],
      ["/p/a/c"],
      ["/p/ab"],
      [],
    ]);
  });

  it("tells of a write in the turn in which it becomes readable", async () => {
    const storage = await start();
    const seen: unknown[] = [];
    storage.watch(
      "/p/",
      {},
      {
        events: (events) => {
          for (const { key, entry, revision } of events) {
            seen.push([storage.get(key) === entry, storage.revision >= revision]);
          }
        },
        ended: () => {},
      },
    );
    const entry = await storage.put("/p/a", 0, object(1));
    expect(seen).toEqual([[true, true]]);
    expect(storage.get("/p/a")).toBe(entry);
  });

  it("moves a watch's revision with writes outside its prefix", async () => {
    const storage = await start();
    const watch = storage.watch("/p/", {}, collector([]));
    expect(watch.revision).toBe(storage.revision);
    const entry = await storage.put("/q/a", 0, object(1));
    expect(watch.revision).toBe(entry.modRevision);
  });

  it("tells a closed watch nothing more, also when another watch closes it", async () => {
    const storage = await start();
    const late: StorageEvent[] = [];
    const errors: unknown[] = [];
    const first = storage.watch("/p/", {}, { events: () => second.close(), ended: () => {} });
    const second = storage.watch("/p/", {}, collector(late, errors));
    await storage.put("/p/a", 0, object(1));
    first.close();
    second.close();
    expect([late, errors]).toEqual([[], []]);
  });

  it("keeps the order for everybody when a sink writes and watches", async () => {
    const storage = await start();
    const follow: Promise<Entry>[] = [];
    const inner: StorageEvent[] = [];
    const outer: StorageEvent[] = [];
    let triggered = false;
    storage.watch(
      "/p/",
      {},
      {
        events: (events) => {
          if (triggered) return;
          triggered = true;
          const afterRevision = (events[0]?.revision ?? 0) - 1;
          storage.watch("/p/", { afterRevision }, collector(inner));
          follow.push(storage.put("/p/b", 0, object("b")));
        },
        ended: () => {},
      },
    );
    storage.watch("/p/", {}, collector(outer));
    await storage.put("/p/a", 0, object("a"));
    await Promise.all(follow);
    expect(outer.map((event) => event.key)).toEqual(["/p/a", "/p/b"]);
    expect(inner.map((event) => event.key)).toEqual(["/p/a", "/p/b"]);
  });

  it("does not let a sink that throws disturb the others or the writer", async () => {
    const storage = await start();
    const events: StorageEvent[] = [];
    const bad = (): never => {
      throw new Error("a broken sink");
    };
    storage.watch("/p/", {}, { events: bad, ended: bad });
    storage.watch("/p/", {}, collector(events));
    await storage.put("/p/a", 0, object(1));
    expect(events).toHaveLength(1);
  });
}

function describeCompaction(start: Start): void {
  it("refuses to read or resume below the compacted revision, and does both at it", async () => {
    const storage = await start();
    const base = storage.revision;
    const expected = await fiveWrites(storage);
    storage.compact(base + 3);
    expect(storage.compactedRevision).toBe(base + 3);
    const compacted = expect.objectContaining({ code: "compacted" });
    expect(() => storage.list("/p/", { revision: base + 2 })).toThrow(compacted);
    const resume = (afterRevision: number): readonly StorageEvent[] => {
      const events: StorageEvent[] = [];
      storage.watch("/p/", { afterRevision }, collector(events)).close();
      return events;
    };
    expect(() => resume(base + 2)).toThrow(compacted);
    const shown = storage.list("/p/", { revision: base + 3 }).entries;
    expect(shown.map((entry) => parse(entry).spec)).toEqual(["a2", "b1"]);
    if (storage.barrier() === undefined) {
      expect(resume(base + 3).map(brief)).toEqual(expected.slice(3));
    }
  });

  it("keeps the newest state and the open watches through a compaction", async () => {
    const storage = await start();
    const events: StorageEvent[] = [];
    storage.watch("/p/", {}, collector(events));
    const expected = await fiveWrites(storage);
    storage.compact(storage.revision);
    storage.compact(storage.revision - 1);
    await storage.put("/p/c", 0, object("c1"));
    expect(storage.list("/p/").entries.map((entry) => parse(entry).spec)).toEqual([
      "a2",
      "b2",
      "c1",
    ]);
    expect(events.map(brief)).toEqual([...expected, "put /p/c c1 -"]);
  });
}

function describeEnd(start: Start): void {
  it("completes writes under way, then ends watches and refuses everything new", async () => {
    const storage = await start();
    const events: StorageEvent[] = [];
    const errors: unknown[] = [];
    storage.watch("/p/", {}, collector(events, errors));
    const writes = ["/p/a", "/p/b", "/p/c"].map((key) => storage.put(key, 0, object(key)));
    const end = storage[Symbol.asyncDispose]();
    const closed = expect.objectContaining({ code: "closed" });
    await expect(storage.put("/p/d", 0, object(1))).rejects.toEqual(closed);
    await Promise.all(writes);
    await end;
    // Writes under way at the same time have the order that the engine gives them.
    expect(events.map((event) => event.key).sort()).toEqual(["/p/a", "/p/b", "/p/c"]);
    expect(errors).toEqual([closed]);
    await expect(storage.delete("/p/a", 1)).rejects.toEqual(closed);
    expect(() => storage.watch("/p/", {}, collector([]))).toThrow(closed);
    await storage[Symbol.asyncDispose]();
  });
}
