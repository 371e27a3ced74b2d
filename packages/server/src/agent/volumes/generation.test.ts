import { describe, expect, it } from "vitest";
import { generationTime, isGenerationName, nextGenerationName } from "./generation.ts";

const AT = Date.UTC(2026, 0, 31, 12, 0, 5, 999);
const half = { fraction: () => 0.5 };

describe("names of generations", () => {
  it.each([
    ["the first", undefined, AT, "..2026_01_31_12_00_05.250000000"],
    [
      "one of another second",
      "..2026_01_31_12_00_04.999999999",
      AT,
      "..2026_01_31_12_00_05.250000000",
    ],
    [
      "one of the same second",
      "..2026_01_31_12_00_05.000000007",
      AT,
      "..2026_01_31_12_00_05.000000508",
    ],
  ])("follow %s", (_what, current, now, wanted) => {
    expect(nextGenerationName(current, now, half)).toBe(wanted);
  });

  it("sort in the order of writing", () => {
    const names: string[] = [];
    for (let index = 0; index < 100; index++) {
      names.push(
        nextGenerationName(names.at(-1), AT + index * 100, { fraction: () => (index * 0.37) % 1 }),
      );
    }
    expect(names.toSorted()).toEqual(names);
    expect(new Set(names).size).toBe(100);
  });

  it("tell their time, in whole seconds", () => {
    expect(generationTime("..2026_01_31_12_00_05.250000000")).toBe(AT - 999);
    expect(generationTime("..data")).toBeUndefined();
  });

  it.each([
    ["..2026_01_31_12_00_05.1", true],
    ["..data", false],
    ["..data_tmp", false],
    ["../etc", false],
    ["..2026_01_31_12_00_05.1/..", false],
    ["token", false],
  ])("%s: %s", (name, is) => {
    expect(isGenerationName(name)).toBe(is);
  });
});
