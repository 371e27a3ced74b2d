import { expect, it } from "vitest";
import { goDurationMs, isBeyond64Bits, nextInt64 } from "./int64.ts";

it.each([
  [0, 0],
  [30, 30_000],
  [9_223_372_036, 9_223_372_036_000],
  // From here on upstream's nanoseconds wrap round.
  [9_223_372_037, -9_223_372_036_709],
  [9223372036854775807n, -1_000],
])("%s seconds are %s ms", (seconds, ms) => {
  expect(goDurationMs(seconds)).toBe(ms);
});

it.each([
  [1, 2],
  [9007199254740991, 9007199254740992n],
  [9223372036854775806n, 9223372036854775807n],
  [9223372036854775807n, -9223372036854775808n],
])("%s is followed by %s", (value, next) => {
  expect(nextInt64(value)).toBe(next);
});

it.each([
  ["9223372036854775807", false],
  ["-9223372036854775808", false],
  ["18446744073709551615", false],
  // What exact arithmetic is left to say.
  ["18446744073709551616", false],
  ["18446744073709560000", true],
  ["-18446744073709560000", true],
  [`1${"0".repeat(400)}`, true],
])("%s is beyond 64 bits: %s", (text, is) => {
  expect(isBeyond64Bits(Number(text))).toBe(is);
});
