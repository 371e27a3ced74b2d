import { expect, it } from "vitest";
import { scaledValue } from "./int-or-string.ts";

it.each([
  [5, 10, true, 5],
  ["25%", 10, true, 3],
  ["25%", 10, false, 2],
  ["100%", 7, false, 7],
  ["0%", 7, true, 0],
  ["150%", 2, false, 3],
  ["7", 10, true, undefined],
  ["x%", 10, true, undefined],
  ["", 10, true, undefined],
])("%s of %i, rounded up: %s, is %s", (value, total, roundUp, wanted) => {
  expect(scaledValue(value, total, roundUp)).toBe(wanted);
});
