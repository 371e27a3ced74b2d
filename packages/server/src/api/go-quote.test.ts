import { describe, expect, test } from "vitest";
import { quoteGo, quoteGoList } from "./go-quote.ts";

describe("quoteGo", () => {
  test.each([
    ["", '""'],
    ["pods", '"pods"'],
    ["a b~!", '"a b~!"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["back\\slash", '"back\\\\slash"'],
    ["\u0007\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'],
    ["\u0000\u001b\u007f", '"\\x00\\x1b\\x7f"'],
    ["\u0085\u00a0\u2028", '"\\u0085\\u00a0\\u2028"'],
    ["grüße, 日本, 😀", '"grüße, 日本, 😀"'],
    ["\u200b\u{e0001}", '"\\u200b\\U000e0001"'],
    ["<&>", '"<&>"'],
  ])("%j", (text, quoted) => {
    expect(quoteGo(text)).toBe(quoted);
  });
  test("a list", () => {
    expect(quoteGoList([])).toBe("[]");
    expect(quoteGoList(["a", 'b"', "c d"])).toBe('["a" "b\\"" "c d"]');
  });
});
