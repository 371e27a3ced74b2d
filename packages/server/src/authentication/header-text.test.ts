import { expect, test } from "vitest";
import { headerText } from "./header-text.ts";

test.each([
  ["", ""],
  ["jane", "jane"],
  // As Node reads the bytes of "Zoë" and "雪".
  ["Zo\u00c3\u00ab", "Zoë"],
  ["\u00e9\u009b\u00aa", "雪"],
  ["Zo\u00eb", "Zo\ufffd"],
])("%j means %j", (value, text) => {
  expect(headerText(value)).toBe(text);
});
