import { describe, expect, it } from "vitest";
import { parseDuration } from "./duration.ts";

describe("Go durations", () => {
  it.each([
    ["0", 0],
    ["1h30m", 5_400_000],
    ["500ms", 500],
    ["-2s", -2_000],
    ["+1.5s", 1_500],
    [".5m", 30_000],
    ["2us", 0.002],
    ["8760h", 31_536_000_000],
    ["", undefined],
    ["5", undefined],
    ["abc", undefined],
    ["1h x", undefined],
    ["1d", undefined],
    ["s", undefined],
  ])("%s", (text, wanted) => {
    expect(parseDuration(text)).toBe(wanted);
  });
});
