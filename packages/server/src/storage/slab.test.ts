import { describe, expect, it } from "vitest";
import { Log } from "./log.ts";
import type { Slab } from "./slab.ts";
import type { StoredEntry } from "./stored-entry.ts";

describe("slabs", () => {
  const bytesOf = (revision: number): Buffer => Buffer.from(`${revision} `.repeat(100));

  it("give memory back although long-lived objects lie between short-lived ones", () => {
    const log = new Log();
    const kept: StoredEntry[] = [];
    for (let revision = 1; revision <= 100_000; revision++) {
      // One object in a hundred stays, the rest are versions of one busy key.
      const key = revision % 100 === 0 ? `/kept/${revision}` : "/busy";
      const createRevision = log.get(key)?.createRevision ?? revision;
      const header = { key, createRevision, modRevision: revision, deleted: false };
      const entry = log.createEntry(header, bytesOf(revision));
      log.append(entry);
      if (key !== "/busy") kept.push(entry);
      if (revision % 1000 === 0) log.compact(revision);
    }
    const slabs = new Set<Slab>(kept.map((entry) => entry.slab));
    const held = [...slabs].reduce((sum, slab) => sum + slab.buffer.length, 0);
    const alive = kept.reduce((sum, entry) => sum + entry.length, 0);
    expect(alive).toBeGreaterThan(500_000);
    expect(held).toBeLessThan(alive * 2 + 512 * 1024);
    for (const entry of kept) expect(entry.bytes).toEqual(bytesOf(entry.modRevision));
  });

  it("leave a reader the bytes that it holds", () => {
    const log = new Log();
    const first = log.createEntry(
      { key: "/a", createRevision: 1, modRevision: 1, deleted: false },
      bytesOf(1),
    );
    log.append(first);
    const view = first.bytes;
    for (let revision = 2; revision <= 3000; revision++) {
      const header = { key: "/a", createRevision: 1, modRevision: revision, deleted: false };
      log.append(log.createEntry(header, bytesOf(revision)));
      log.compact(revision);
    }
    expect(view).toEqual(bytesOf(1));
    expect(first.bytes).toEqual(bytesOf(1));
  });

  it("hold a large object in a buffer of exactly its size", () => {
    const header = { key: "/a", createRevision: 1, modRevision: 1, deleted: false };
    const entry = new Log().createEntry(header, Buffer.alloc(1_000_000, 7));
    expect(entry.slab.buffer.length).toBe(1_000_000);
    expect(entry.bytes).toEqual(Buffer.alloc(1_000_000, 7));
  });
});
