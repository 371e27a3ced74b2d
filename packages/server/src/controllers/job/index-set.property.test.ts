import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IndexSet } from "./index-set.ts";

const indexes = fc.array(fc.nat({ max: 30 }));
const list = (set: IndexSet): readonly number[] => set.gaps(100, 100);
const complement = (taken: Iterable<number>): readonly number[] => {
  const all = new Set(taken);
  return Array.from({ length: 100 }, (_, index) => index).filter((index) => !all.has(index));
};

describe("a set of indexes is a set", () => {
  it("of what was put into it, whatever the order", () => {
    fc.assert(
      fc.property(indexes, indexes, (a, b) => {
        const set = IndexSet.of(a).with(b);
        const both = new Set([...a, ...b]);
        expect(set.size).toBe(both.size);
        expect(list(set)).toEqual(complement(both));
        expect(IndexSet.of(a).union(IndexSet.of(b))).toEqual(set);
        for (let index = 0; index < 32; index++) expect(set.has(index)).toBe(both.has(index));
      }),
    );
  });

  it("that is written and read back", () => {
    fc.assert(
      fc.property(indexes, (a) => {
        const set = IndexSet.of(a);
        expect(IndexSet.parse(set.toString(), 100)).toEqual(set);
        const few = IndexSet.of(a.filter((index) => index < 10));
        expect(IndexSet.parse(set.toString(), 10)).toEqual(few);
      }),
    );
  });

  it("and has as much in common with another one as sets have", () => {
    fc.assert(
      fc.property(indexes, indexes, (a, b) => {
        const common = new Set(a).intersection(new Set(b));
        expect(IndexSet.of(a).overlap(IndexSet.of(b))).toBe(common.size);
      }),
    );
  });
});

describe("the text of a set of indexes", () => {
  it.each<[number[], string]>([
    [[], ""],
    [[3], "3"],
    [[3, 4], "3,4"],
    [[5, 3, 4], "3-5"],
    [[1, 3, 4, 5, 7, 8, 10], "1,3-5,7,8,10"],
  ])("of %j is %j", (numbers, text) => {
    expect(IndexSet.of(numbers).toString()).toBe(text);
  });

  it.each<[string, number, string]>([
    ["1,x,3", 10, "1,3"],
    ["1-x,3", 10, "3"],
    ["-1,3", 10, "3"],
    ["0-4,5", 10, "0-5"],
    ["2-9", 5, "2-4"],
    ["5", 5, ""],
  ])("%j of %i is read as %j", (text, completions, expected) => {
    expect(IndexSet.parse(text, completions).toString()).toBe(expected);
  });
});

it("gaps are as many as are asked for, and no more than there are", () => {
  const set = IndexSet.of([0, 2, 3]);
  expect(set.gaps(2, 10)).toEqual([1, 4]);
  expect(set.gaps(5, 5)).toEqual([1, 4]);
  expect(set.gaps(0, 5)).toEqual([]);
  expect(IndexSet.of([7, 8]).gaps(9, 3)).toEqual([0, 1, 2]);
});
