import fc from "fast-check";
import { expect, it } from "vitest";
import { KeyIndex } from "./key-index.ts";
import { compareKeys } from "./key-order.ts";
import { Log } from "./log.ts";

it("compareKeys orders as UTF-8 bytes do", () => {
  const text = fc.string({ unit: "grapheme-composite", maxLength: 8 });
  const edge = fc.string({
    unit: fc.constantFrom("a", "\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{10ffff}"),
    maxLength: 5,
  });
  const either = fc.oneof(text, edge);
  fc.assert(
    fc.property(either, either, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareKeys(a, b))).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

it("an index of thousands of keys lists and counts as a sorted array does", () => {
  const step = fc.record({
    from: fc.nat({ max: 3000 }),
    length: fc.nat({ max: 900 }),
    act: fc.constantFrom("set" as const, "set" as const, "remove" as const, "delete" as const),
    stride: fc.constantFrom(1, -1, 7),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.nat({ max: 3000 }), (steps, at) => {
      const index = new KeyIndex();
      const log = new Log();
      const live = new Set<string>();
      let revision = 0;
      for (const { from, length, act, stride } of steps) {
        for (let i = 0; i < length; i++) {
          const key = keyOf((from + i * stride + 30_000) % 3000);
          revision++;
          if (act === "remove") index.remove(key);
          else {
            const header = {
              key,
              createRevision: 1,
              modRevision: revision,
              deleted: act === "delete",
            };
            index.set(log.createEntry(header, Buffer.alloc(0)));
          }
          if (act === "set") live.add(key);
          else live.delete(key);
        }
      }
      const sorted = [...live].sort();
      for (const prefix of ["", keyOf(at).slice(0, -1), keyOf(at).slice(0, -2), keyOf(at)]) {
        const matching = sorted.filter((key) => key.startsWith(prefix));
        const all = index.list(prefix, undefined, Number.POSITIVE_INFINITY, revision);
        expect(all.entries.map((entry) => entry.key)).toEqual(matching);
        expect(index.count(prefix, revision)).toBe(matching.length);
        const rest = matching.filter((key) => key > keyOf(at));
        const page = index.list(prefix, keyOf(at), 10, revision);
        expect(page.entries.map((entry) => entry.key)).toEqual(rest.slice(0, 10));
        expect(page.remaining).toBe(Math.max(0, rest.length - 10));
      }
    }),
    { numRuns: 60 },
  );
});

it("what is kept of a run is of exactly the entries that every later list has there", () => {
  const step = fc.record({
    from: fc.nat({ max: 3000 }),
    length: fc.nat({ max: 60 }),
    act: fc.constantFrom("set" as const, "remove" as const, "delete" as const),
    prefix: fc.constantFrom("", "/k/", "/k/0", "/k/12"),
    limit: fc.constantFrom(Number.POSITIVE_INFINITY, 700),
    back: fc.constantFrom(0, 0, 30),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 4, maxLength: 30 }), (steps) => {
      const index = new KeyIndex();
      const log = new Log();
      let revision = 0;
      const put = (number: number, deleted: boolean): void => {
        const header = {
          key: keyOf(number),
          createRevision: 1,
          modRevision: ++revision,
          deleted,
        };
        index.set(log.createEntry(header, Buffer.alloc(0)));
      };
      for (let number = 0; number < 3000; number += 2) put(number, false);
      let reused = 0;
      for (const { from, length, act, prefix, limit, back } of steps) {
        for (let number = from; number < from + length && number < 3000; number++) {
          if (act === "remove") index.remove(keyOf(number));
          else put(number, act === "delete");
        }
        const { entries, runs } = index.list(prefix, undefined, limit, revision - back);
        let covered = 0;
        for (const { run, start, end } of runs ?? []) {
          expect(run.current).toBe(true);
          expect(start).toBeGreaterThanOrEqual(covered);
          covered = end;
          const shown = entries
            .slice(start, end)
            .map(({ key, modRevision }) => `${key}@${modRevision}`)
            .join();
          if (run.kept === undefined) run.kept = shown;
          else reused++;
          expect(run.kept).toBe(shown);
        }
        expect(covered).toBeLessThanOrEqual(entries.length);
      }
      fc.pre(reused > 0);
    }),
    { numRuns: 60 },
  );
});

const keyOf = (number: number): string => `/k/${String(number).padStart(4, "0")}`;
