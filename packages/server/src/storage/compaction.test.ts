import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { type CompactionPolicy, decideCompaction, type LogReading } from "./compaction.ts";
import { createMemoryStorage } from "./memory.ts";
import { object } from "./storage.suite.ts";
import type { Storage } from "./storage.ts";

const policy: CompactionPolicy = { historyMs: 300, historyBytes: 1000 };

describe("decideCompaction", () => {
  /** One reading every 100 ms, ten revisions apart, with the bytes appended between. */
  const readings = (...bytes: number[]): LogReading[] => {
    let appendedBytes = 0;
    return bytes.map((each, i) => {
      appendedBytes += each;
      return { at: i * 100, revision: i * 10, appendedBytes };
    });
  };
  const cases: [string, LogReading[], number | undefined][] = [
    ["keeps everything that is young and small", readings(0, 100, 100), undefined],
    ["drops what is as old as the limit", readings(0, 100, 100, 100), 0],
    ["drops up to the newest reading that is too old", readings(0, 1, 1, 1, 1, 1), 20],
    ["drops young history when there is too much of it", readings(0, 600, 600), 10],
    ["keeps as much as just fits", readings(0, 400, 600), undefined],
    ["drops everything when the last step alone is too much", readings(0, 10, 2000), 20],
  ];
  it.each(cases)("%s", (_, all, expected) => {
    expect(decideCompaction(all, all.at(-1) as LogReading, policy)).toBe(expected);
  });
});

describe("the compaction loop", () => {
  async function write(storage: Storage, key: string, count: number, size = 10): Promise<void> {
    for (let i = 0; i < count; i++) {
      const expected = storage.getForUpdate(key)?.modRevision ?? 0;
      await storage.put(key, expected, object("x".repeat(size)));
    }
  }

  it("keeps history for its time, then forgets it and rests", async () => {
    const clock = new FakeClock();
    const storage = createMemoryStorage({
      clock,
      compaction: { historyMs: 300_000, historyBytes: 1e9 },
    });
    expect(clock.pending()).toBe(0);
    await write(storage, "/p/a", 3);
    await clock.advance(200_000);
    await write(storage, "/p/a", 3);
    await clock.advance(99_000);
    expect(storage.compactedRevision).toBe(0);
    await clock.advance(3_000);
    expect(storage.compactedRevision).toBe(3);
    await clock.advance(300_000);
    expect(storage.compactedRevision).toBe(6);
    expect(clock.pending()).toBe(0);
    await write(storage, "/p/a", 1);
    expect(clock.pending()).toBe(1);
    await storage[Symbol.asyncDispose]();
    expect(clock.pending()).toBe(0);
  });

  it("keeps history within its bytes, however young", async () => {
    const clock = new FakeClock();
    const storage = createMemoryStorage({
      clock,
      compaction: { historyMs: 1e9, historyBytes: 100_000 },
    });
    for (let second = 0; second < 50; second++) {
      await write(storage, "/p/a", 10, 1000);
      await clock.advance(1000);
    }
    const kept = storage.revision - storage.compactedRevision;
    expect(kept).toBeGreaterThan(60);
    expect(kept).toBeLessThanOrEqual(100);
    await storage[Symbol.asyncDispose]();
  });

  it("takes a large step in small ones", async () => {
    const clock = new FakeClock();
    const storage = createMemoryStorage({
      clock,
      compaction: { historyMs: 10_000, historyBytes: 1e9 },
    });
    await write(storage, "/p/a", 12_000);
    await clock.advance(11_000);
    expect(storage.compactedRevision).toBe(5000);
    await clock.advance(20);
    expect(storage.compactedRevision).toBe(10_000);
    await clock.advance(20);
    expect(storage.compactedRevision).toBe(12_000);
    await storage[Symbol.asyncDispose]();
  });
});
