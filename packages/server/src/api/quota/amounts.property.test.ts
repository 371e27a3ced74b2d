import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Amounts,
  addAmounts,
  countOf,
  equalAmounts,
  exceededBy,
  growthOf,
  largestOf,
  parseAmounts,
  printAmounts,
  withoutZeros,
} from "./amounts.ts";

const amounts: fc.Arbitrary<Amounts> = fc
  .dictionary(fc.constantFrom("cpu", "memory", "pods"), fc.nat(1_000_000))
  .map((counts) => new Map(Object.entries(counts).map(([name, n]) => [name, countOf(n)])));

describe("lists of resources", () => {
  it("what has grown, added to what there was, is what there is, where nothing has shrunk", () => {
    fc.assert(
      fc.property(amounts, amounts, (before, more) => {
        const after = addAmounts(before, more);
        expect(equalAmounts(addAmounts(before, growthOf(after, before)), after)).toBe(true);
      }),
    );
  });

  it("nothing grows by less than nothing", () => {
    fc.assert(
      fc.property(amounts, amounts, (left, right) => {
        for (const { mantissa } of growthOf(left, right).values()) {
          expect(mantissa >= 0n).toBe(true);
        }
      }),
    );
  });

  it("the largest of two is more than neither, and neither is more than it", () => {
    fc.assert(
      fc.property(amounts, amounts, (left, right) => {
        const largest = largestOf(left, right);
        expect(exceededBy(left, largest).size + exceededBy(right, largest).size).toBe(0);
        expect(equalAmounts(largestOf(largest, left), largest)).toBe(true);
      }),
    );
  });

  it("what is printed is read as the same", () => {
    fc.assert(
      fc.property(amounts, (list) => {
        expect(equalAmounts(parseAmounts(printAmounts(list)), list)).toBe(true);
        expect([...withoutZeros(list).values()].some(({ mantissa }) => mantissa === 0n)).toBe(
          false,
        );
      }),
    );
  });
});
