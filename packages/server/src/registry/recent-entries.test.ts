import { describe, expect, it } from "vitest";
import type { Entry } from "../storage/storage.ts";
import { RecentEntries } from "./recent-entries.ts";

function entryOf(length: number): Entry {
  return { key: "/a", bytes: new Uint8Array(length), createRevision: 1, modRevision: 1 };
}

describe("RecentEntries", () => {
  it.each([
    ["small entries", 10, 1000, 256],
    ["entries of 1 MiB", 1024 * 1024, 30, 4],
  ])("holds a few %s, however many come", (_what, length, count, most) => {
    const recent = new RecentEntries<number>();
    const sizes: number[] = [];
    for (let index = 0; index < count; index++) {
      const entry = entryOf(length);
      recent.set(entry, index);
      expect(recent.get(entry)).toBe(index);
      sizes.push(recent.size);
    }
    expect(Math.max(...sizes)).toBe(most);
  });

  it("holds the last one, whatever its size", () => {
    const recent = new RecentEntries<string>();
    const large = entryOf(5 * 1024 * 1024);
    recent.set(entryOf(1), "small");
    recent.set(large, "large");
    expect(recent.get(large)).toBe("large");
    expect(recent.size).toBe(1);
  });
});
