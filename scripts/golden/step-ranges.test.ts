import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSteps, parseSteps } from "./step-ranges.ts";

describe("step ranges", () => {
  it.each([
    [[], ""],
    [[7], "7"],
    [[0, 1], "0-1"],
    [[0, 1, 2, 5], "0-2 5"],
    [[5, 2, 1, 0, 2], "0-2 5"],
    [[0, 2, 4], "0 2 4"],
  ])("%j is %j", (steps, text) => {
    expect(formatSteps(steps)).toBe(text);
  });

  it("reads what it writes", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), (steps) => {
        expect([...parseSteps(formatSteps(steps))]).toEqual(steps.toSorted((a, b) => a - b));
      }),
    );
  });

  it.each(["a", "1-", "-1", "1,2"])("refuses %j", (text) => {
    expect(() => parseSteps(text)).toThrow("no step numbers");
  });
});
