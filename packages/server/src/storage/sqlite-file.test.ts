import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realClock } from "../runtime/clock.ts";
import { DamagedDatabaseError } from "./damaged-database-error.ts";
import { createSqliteStorage, type SqliteStorageOptions } from "./sqlite.ts";
import { object } from "./storage.suite.ts";
import type { Storage, StorageEvent } from "./storage.ts";

let directory = "";
let file = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-sqlite-file-"));
  file = join(directory, "state.db");
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (options: Partial<SqliteStorageOptions> = {}): Promise<Storage> =>
  createSqliteStorage({ file, clock: realClock, ...options });

async function using<T>(storage: Storage, work: (storage: Storage) => T | Promise<T>): Promise<T> {
  try {
    return await work(storage);
  } finally {
    await storage[Symbol.asyncDispose]();
  }
}

/** Everything there is to read: each key's versions as far as history goes, and all events. */
function everything(storage: Storage): unknown {
  const events: unknown[] = [];
  const record = ({ type, entry, previous, revision }: StorageEvent): void => {
    events.push([type, revision, show(entry), previous && show(previous)]);
  };
  const afterRevision = storage.compactedRevision;
  storage
    .watch("/", { afterRevision }, { events: (batch) => batch.forEach(record), ended: () => {} })
    .close();
  const snapshots: unknown[] = [];
  for (let revision = afterRevision; revision <= storage.revision; revision++) {
    snapshots.push(storage.list("/", { revision }).entries.map(show));
  }
  return { revision: storage.revision, afterRevision, events, snapshots };
}

const show = (entry: {
  key: string;
  createRevision: number;
  modRevision: number;
  bytes: Uint8Array;
}): unknown => [
  entry.key,
  entry.createRevision,
  entry.modRevision,
  Buffer.from(entry.bytes).toString(),
];

/** Creates, changes, deletes and creates again: every kind of row. */
async function write(storage: Storage, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const writes = ["a", "b", "ü", "\u{1f600}"].map((name, i) => {
      const key = `/registry/${name}`;
      const head = storage.getForUpdate(key);
      if (head !== undefined && (round + i) % 3 === 0) return storage.delete(key, head.modRevision);
      return storage.put(key, head?.modRevision ?? 0, object(`${name}${round}`.repeat(50)));
    });
    await Promise.all(writes);
  }
}

describe("a restart", () => {
  it("brings back the state, the history and the revision", async () => {
    const before = await using(await open(), async (storage) => {
      await write(storage, 10);
      storage.compact(13);
      await write(storage, 5);
      return everything(storage);
    });
    const after = await using(await open(), everything);
    expect(after).toEqual(before);
    const next = await using(await open(), async (storage) => [
      storage.revision,
      (await storage.put("/registry/next", 0, object(1))).modRevision,
    ]);
    expect(next).toEqual([60, 61]);
  });

  it("keeps the revision although all that was written is deleted and compacted", async () => {
    await using(await open(), async (storage) => {
      const entry = await storage.put("/registry/a", 0, object(1));
      await storage.delete("/registry/a", entry.modRevision);
      storage.compact(storage.revision);
    });
    const revisions = await using(await open(), (s) => [
      s.revision,
      s.compactedRevision,
      s.count(""),
    ]);
    expect(revisions).toEqual([2, 2, 0]);
    expect(rows()).toBe(0);
  });

  it("finishes a compaction that was cut short", async () => {
    const before = await using(await open(), async (storage) => {
      await write(storage, 10);
      return storage.list("/").entries.map(show);
    });
    const database = new DatabaseSync(file);
    database.exec("UPDATE state SET compacted_revision = 40");
    database.close();
    expect(rows()).toBe(40);
    await using(await open(), (storage) => {
      expect(storage.list("/").entries.map(show)).toEqual(before);
      expect(storage.compactedRevision).toBe(40);
    });
    expect(rows()).toBe(before.length);
  });

  function rows(): unknown {
    const database = new DatabaseSync(file);
    const row = database.prepare("SELECT count(*) AS n FROM log").get();
    database.close();
    return row?.n;
  }
});

describe("the file", () => {
  it("is for its owner alone, and alone after a clean end", async () => {
    await using(await open(), async (storage) => {
      await write(storage, 1);
      for (const name of readdirSync(directory)) {
        expect(statSync(join(directory, name)).mode & 0o777, name).toBe(0o600);
      }
    });
    expect(readdirSync(directory)).toEqual(["state.db"]);
  });

  it("is refused to a second owner", async () => {
    await using(await open(), async (storage) => {
      await expect(open()).rejects.toMatchObject({ name: "DataDirectoryLockedError", directory });
      await write(storage, 1);
    });
  });

  it("that cannot be opened says why", async () => {
    const path = join(directory, "state.db", "inside");
    writeFileSync(file, "");
    await expect(open({ file: path })).rejects.toThrow();
    await expect(open({ file: directory })).rejects.toMatchObject({ code: "unavailable" });
  });

  it("that is full refuses what does not fit, keeps the rest, and serves what fits", async () => {
    const large = object("x".repeat(100_000));
    const stored = await using(await open({ maxPages: 200 }), async (storage) => {
      for (let i = 0; i < 20; i++) await storage.put(`/large/${i}`, 0, large).catch(() => {});
      const { revision } = storage;
      const kept = storage.count("/large/");
      expect(kept).toBeGreaterThan(3);
      expect(kept).toBeLessThan(10);
      const refused = storage.put("/large/x", 0, large);
      await expect(refused).rejects.toMatchObject({ code: "unavailable" });
      expect([storage.revision, storage.getForUpdate("/large/x")]).toEqual([revision, undefined]);
      const small = await storage.put("/small", 0, object(1));
      expect(small.modRevision).toBe(revision + 1);
      return everything(storage);
    });
    expect(await using(await open(), everything)).toEqual(stored);
  });
});

describe("a damaged database", () => {
  /** Turns a byte somewhere in the middle of a stored value. */
  function flipValueByte(): void {
    const bytes = readFileSync(file);
    const at = bytes.indexOf("b9b9b9");
    bytes[at] = 0x63;
    writeFileSync(file, bytes);
  }
  const statement = (sql: string) => (): void => {
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
  };
  const damages: [string, () => void, RegExp][] = [
    ["garbage", () => writeFileSync(file, Buffer.alloc(20_000, "garbage ")), /not a database/],
    ["a garbage header", () => writeFileSync(file, "garbage", { flag: "r+" }), /not a database/],
    [
      "half a file",
      () => truncateSync(file, Math.floor(statSync(file).size / 2)),
      /malformed|damaged/,
    ],
    ["a page cut off", () => truncateSync(file, statSync(file).size - 4096), /malformed|damaged/],
    ["an empty file", () => truncateSync(file, 0), /not a Countersign database/],
    ["a page of garbage", () => overwrite(4096, 4096), /./],
    ["a flipped bit in a value", flipValueByte, /checksum of revision/],
    ["a lost revision", statement("DELETE FROM log WHERE revision = 20"), /revision 20 is missing/],
    ["a lost table", statement("DROP TABLE log"), /no such table/],
    ["a lost state", statement("DELETE FROM state"), /state row is missing/],
    ["another program's file", statement("PRAGMA application_id = 7"), /not a Countersign/],
    ["a later format", statement("PRAGMA user_version = 99"), /format is 99/],
  ];
  function overwrite(from: number, length: number): void {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill("garbage ", from, from + length));
  }

  it.each(damages)("with %s is refused by name and left as it is", async (_, damage, reason) => {
    await using(await open(), (storage) => write(storage, 12));
    damage();
    const before = readFileSync(file);
    const error = await open().then(
      (storage) => using(storage, () => undefined),
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(DamagedDatabaseError);
    expect(String(error)).toMatch(reason);
    expect(String(error)).toContain(file);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(directory)).toEqual(["state.db"]);
  });

  it("without its file but with its -wal is refused", async () => {
    const wal = `${file}-wal`;
    await using(await open(), async (storage) => {
      await write(storage, 3);
      copyFileSync(wal, join(directory, "kept"));
    });
    copyFileSync(join(directory, "kept"), wal);
    rmSync(file);
    await expect(open()).rejects.toBeInstanceOf(DamagedDatabaseError);
    expect(readFileSync(wal).equals(readFileSync(join(directory, "kept")))).toBe(true);
  });
});

it("touches nothing when what it waits for fails", async () => {
  const after = Promise.reject(new Error("a key is damaged"));
  await expect(open({ file: join(directory, "below", "state.db"), after })).rejects.toThrow(
    "a key is damaged",
  );
  expect(readdirSync(directory)).toEqual([]);
});
