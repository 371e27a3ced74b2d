import { expect, test } from "vitest";
import { ageOf, humanDuration } from "./human-duration.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

test.each([
  [-2 * SECOND, "<invalid>"],
  [-1_999, "0s"],
  [-999, "0s"],
  [0, "0s"],
  [999, "0s"],
  [119 * SECOND, "119s"],
  [2 * MINUTE, "2m"],
  [2 * MINUTE + SECOND, "2m1s"],
  [10 * MINUTE - SECOND, "9m59s"],
  [10 * MINUTE + 30 * SECOND, "10m"],
  [3 * HOUR - MINUTE, "179m"],
  [3 * HOUR, "3h"],
  [3 * HOUR + 5 * MINUTE, "3h5m"],
  [8 * HOUR - MINUTE, "7h59m"],
  [8 * HOUR + 5 * MINUTE, "8h"],
  [48 * HOUR - SECOND, "47h"],
  [48 * HOUR, "2d"],
  [52 * HOUR, "2d4h"],
  [8 * DAY - HOUR, "7d23h"],
  [8 * DAY + HOUR, "8d"],
  [2 * YEAR - HOUR, "729d"],
  [2 * YEAR, "2y"],
  [2 * YEAR + 3 * DAY, "2y3d"],
  [8 * YEAR - HOUR, "7y364d"],
  [8 * YEAR + 100 * DAY, "8y"],
])("%d ms are %s", (milliseconds, expected) => {
  expect(humanDuration(milliseconds)).toBe(expected);
});

const NOW = Date.parse("2026-05-01T00:00:00Z");

test.each([
  [undefined, "<unknown>"],
  [null, "<unknown>"],
  ["2026-04-30T23:59:00Z", "60s"],
  ["2026-05-01T01:00:00+02:00", "60m"],
  ["2026-04-29T20:00:00.000000Z", "28h"],
  ["2099-01-01T00:00:00Z", "<invalid>"],
])("the age of %s is %s", (timestamp, expected) => {
  expect(ageOf(timestamp, NOW)).toBe(expected);
});
