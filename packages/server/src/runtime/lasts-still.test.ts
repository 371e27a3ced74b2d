import { expect, it } from "vitest";
import { lastsStill } from "./lasts-still.ts";

it.each([
  ["at once", 100, 100, true],
  ["before the end", 100, 109, true],
  ["at the end", 100, 110, false],
  ["after a clock was set back", 100, 99, false],
  ["never", Number.NEGATIVE_INFINITY, 100, false],
])("ten milliseconds, %s", (_when, since, now, expected) => {
  expect(lastsStill(since, 10, now)).toBe(expected);
});
