import { describe, expect, it } from "vitest";
import { realClock } from "../runtime/clock.ts";
import { type Engine, LocalStorage } from "./local-storage.ts";
import { Log } from "./log.ts";
import { object } from "./storage.suite.ts";
import type { Entry, Storage, StorageEvent } from "./storage.ts";
import type { StoredEntry } from "./stored-entry.ts";

/** An engine whose batches become durable, or fail, when the test says so. */
class GatedEngine implements Engine {
  readonly batches: (readonly StoredEntry[])[] = [];
  closed = false;
  #settle: { resolve: () => void; reject: (cause: Error) => void } | undefined;

  write(entries: readonly StoredEntry[]): Promise<void> {
    expect(this.#settle, "one batch at a time").toBeUndefined();
    this.batches.push(entries);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }
  compact(): void {}
  async close(): Promise<void> {
    this.closed = true;
  }
  async succeed(): Promise<void> {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve();
    await turn();
  }
  async fail(): Promise<void> {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.reject(new Error("disk full"));
    await turn();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function start(maxObjectBytes?: number): { storage: Storage; engine: GatedEngine } {
  const engine = new GatedEngine();
  const limit = maxObjectBytes === undefined ? {} : { maxObjectBytes };
  return { engine, storage: new LocalStorage(new Log(), engine, { clock: realClock, ...limit }) };
}

/** A write whose failure is looked at later. */
function doomed(write: Promise<Entry>): Promise<Entry> {
  write.catch(() => {});
  return write;
}

/** How each promise stands: its entry's revision, its error's code, or `pending`. */
async function standing(promises: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const read = (promise: Promise<unknown>): Promise<unknown> =>
    Promise.race([
      promise.then(
        (entry) => (entry as StoredEntry).modRevision,
        (error: { code: string }) => error.code,
      ),
      turn().then(() => "pending"),
    ]);
  return Promise.all(promises.map(read));
}

describe("a write that is not durable yet", () => {
  it("is not answered, readable, counted, listed or watched", async () => {
    const { storage, engine } = start();
    const events: StorageEvent[] = [];
    storage.watch("/p/", {}, { events: (batch) => events.push(...batch), ended: () => {} });
    const write = storage.put("/p/a", 0, object(1));
    expect(await standing([write])).toEqual(["pending"]);
    expect(engine.batches).toHaveLength(1);
    expect([
      storage.get("/p/a"),
      storage.count("/p/"),
      storage.list("/p/").entries.length,
      storage.revision,
      events.length,
    ]).toEqual([undefined, 0, 0, 0, 0]);
    expect(storage.getForUpdate("/p/a")?.modRevision).toBe(1);
    await engine.succeed();
    expect(await standing([write])).toEqual([1]);
    expect([storage.get("/p/a")?.modRevision, storage.revision, events.length]).toEqual([1, 1, 1]);
  });

  it("keeps waiting whoever is refused because of it", async () => {
    const { storage, engine } = start();
    const writes = [storage.put("/p/a", 0, object(1)), storage.put("/p/a", 0, object(2))];
    const barrier = storage.barrier("/p/a");
    expect(await standing(writes)).toEqual(["pending", "pending"]);
    await engine.succeed();
    await barrier;
    expect(await standing(writes)).toEqual([1, "key-exists"]);
    expect(storage.barrier("/p/a")).toBeUndefined();
  });

  it("does not keep waiting whoever is refused because of something else", async () => {
    const { storage } = start();
    const write = storage.put("/p/a", 0, object(1));
    expect(await standing([write, storage.put("/p/b", 7, object(1))])).toEqual([
      "pending",
      "key-not-found",
    ]);
  });
});

describe("batches", () => {
  it("hold the writes of one turn, then all that arrived while one was being written", async () => {
    const { storage, engine } = start();
    const writes = [storage.put("/p/a", 0, object(1)), storage.put("/p/b", 0, object(1))];
    await turn();
    for (const key of ["/p/c", "/p/d", "/p/e"]) {
      writes.push(storage.put(key, 0, object(1)));
      await turn();
    }
    await engine.succeed();
    await engine.succeed();
    expect(engine.batches.map((batch) => batch.map((entry) => entry.modRevision))).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    expect(await standing(writes)).toEqual([1, 2, 3, 4, 5]);
  });

  it("become visible whole: one delivery, one revision step", async () => {
    const { storage, engine } = start();
    const seen: unknown[] = [];
    storage.watch(
      "/p/",
      {},
      {
        events: (batch) => seen.push([batch.map((event) => event.revision), storage.revision]),
        ended: () => {},
      },
    );
    for (const key of ["/p/a", "/q/b", "/p/c"]) void storage.put(key, 0, object(1));
    await turn();
    await engine.succeed();
    expect(seen).toEqual([[[1, 3], 3]]);
  });

  it("are bounded in number and bytes", async () => {
    const { storage, engine } = start();
    for (let i = 0; i < 1500; i++) void storage.put(`/p/${i}`, 0, object(i));
    const large = object("x".repeat(1024 * 1024));
    for (let i = 0; i < 12; i++) void storage.put(`/q/${i}`, 0, large);
    await turn();
    for (let i = 0; i < 3; i++) await engine.succeed();
    expect(engine.batches.map((batch) => batch.length)).toEqual([1024, 476 + 7, 5]);
    expect(storage.revision).toBe(1512);
  });
});

describe("a batch that fails", () => {
  it("undoes itself and everything decided on top of it, and the next write starts afresh", async () => {
    const { storage, engine } = start();
    const first = storage.put("/p/a", 0, object(1));
    await turn();
    await engine.succeed();
    const { modRevision } = await first;
    const failing = [
      doomed(storage.put("/p/a", modRevision, object(2))),
      doomed(storage.put("/p/b", 0, object(1))),
      doomed(storage.put("/p/b", 0, object(2))),
    ];
    await turn();
    failing.push(
      doomed(storage.put("/p/a", modRevision + 1, object(3))),
      doomed(storage.delete("/p/b", 3)),
    );
    const barrier = storage.barrier("/p/b");
    await engine.fail();
    await barrier;
    expect(await standing(failing)).toEqual(Array(5).fill("unavailable"));
    await expect(failing[0]).rejects.toMatchObject({ cause: new Error("disk full") });
    expect([storage.revision, storage.getForUpdate("/p/a")?.modRevision]).toEqual([1, 1]);
    expect(storage.getForUpdate("/p/b")).toBeUndefined();

    const after = storage.put("/p/b", 0, object(4));
    await turn();
    await engine.succeed();
    expect(await standing([after])).toEqual([2]);
    expect(engine.batches).toHaveLength(3);
  });
});

describe("the end", () => {
  it("waits for the batch under way and the one behind it before it closes the engine", async () => {
    const { storage, engine } = start();
    const writes = [storage.put("/p/a", 0, object(1))];
    await turn();
    writes.push(storage.put("/p/b", 0, object(1)));
    const end = storage[Symbol.asyncDispose]();
    await engine.succeed();
    expect(engine.closed).toBe(false);
    await engine.succeed();
    await end;
    expect(engine.closed).toBe(true);
    expect(await standing(writes)).toEqual([1, 2]);
  });

  it("comes too when the last batch fails", async () => {
    const { storage, engine } = start();
    const write = doomed(storage.put("/p/a", 0, object(1)));
    await turn();
    const end = storage[Symbol.asyncDispose]();
    await engine.fail();
    await end;
    expect(await standing([write])).toEqual(["unavailable"]);
  });
});

it("refuses an object that is too large before it gets a revision", async () => {
  const { storage, engine } = start(100);
  const write = storage.put("/p/a", 0, object("x".repeat(100)));
  expect(await standing([write])).toEqual(["too-large"]);
  const next = storage.put("/p/a", 0, object(1));
  await turn();
  await engine.succeed();
  expect(await standing([next])).toEqual([1]);
});

describe("what is written", () => {
  it("is with its entry while watches are told, and let go of then", async () => {
    const { storage, engine } = start();
    const told: unknown[] = [];
    const tell = (events: readonly StorageEvent[]): void => {
      told.push(...events.map(({ entry }) => entry.written));
    };
    storage.watch("/a/", {}, { events: tell, ended: () => {} });
    const written = { data: 1 };
    const write = storage.put("/a/1", 0, object(1), written);
    await turn();
    await engine.succeed();
    const entry = await write;
    const removal = storage.delete("/a/1", entry.modRevision);
    await turn();
    await engine.succeed();
    await removal;
    expect(told).toEqual([written, undefined]);
    expect(told[0]).toBe(written);
    expect(entry.written).toBeUndefined();
  });
});

describe("what is decoded", () => {
  it("stays with the newest version, and with the one before while watches are told", async () => {
    const { storage, engine } = start();
    const told: unknown[] = [];
    const tell = (events: readonly StorageEvent[]): void => {
      told.push(...events.map(({ previous }) => previous?.decoded));
    };
    storage.watch("/a/", {}, { events: tell, ended: () => {} });
    const first = storage.put("/a/1", 0, object(1));
    await turn();
    await engine.succeed();
    const before = await first;
    before.decoded = { data: 1 };
    const second = storage.put("/a/1", before.modRevision, object(2));
    await turn();
    expect(before.decoded).toEqual({ data: 1 });
    await engine.succeed();
    const entry = await second;
    entry.decoded = { data: 2 };
    expect(told).toEqual([undefined, { data: 1 }]);
    expect(before.decoded).toBeUndefined();
    expect(storage.get("/a/1")?.decoded).toEqual({ data: 2 });
  });
});
