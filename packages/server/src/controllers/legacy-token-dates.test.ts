import { describe, expect, it } from "vitest";
import { formatDay, parseDay } from "./legacy-token-dates.ts";

describe("days", () => {
  it.each([
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    ["2026-02-30", undefined],
    ["2026-13-01", undefined],
    ["2026-1-1", undefined],
    ["2026-01-01T00:00:00Z", undefined],
    [" 2026-01-01", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s", (text, at) => {
    expect(parseDay(text)).toBe(at);
  });

  it("are those of UTC, to the last millisecond", () => {
    expect(formatDay(Date.UTC(2026, 0, 31, 23, 59, 59, 999))).toBe("2026-01-31");
  });
});
