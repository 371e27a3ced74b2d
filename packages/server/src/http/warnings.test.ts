import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatWarnings } from "./warnings.ts";

describe("formatWarnings", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["none", [], []],
    ["in order", ["b", "a"], ['299 - "b"', '299 - "a"']],
    ["each once", ["a", "b", "a"], ['299 - "a"', '299 - "b"']],
    ["no empty ones", ["", "a"], ['299 - "a"']],
    ["quotes and backslashes", ['say "\\"'], ['299 - "say \\"\\\\\\""']],
    ["nothing with control characters", ["a\nb", "c\u0085", "d"], ['299 - "d"']],
    ["bytes of UTF-8", ["é"], ['299 - "\u00c3\u00a9"']],
    ["up to 4096 characters whole", ["x".repeat(4096)], [`299 - "${"x".repeat(4096)}"`]],
    ["longer ones cut to 256", ["x".repeat(4097)], [`299 - "${"x".repeat(256)}"`]],
    [
      "all of them when one is too long",
      ["a", "y".repeat(300), "x".repeat(4000)],
      ['299 - "a"', `299 - "${"y".repeat(256)}"`, `299 - "${"x".repeat(256)}"`],
    ],
  ])("%s", (_name, texts, expected) => {
    expect(formatWarnings(texts)).toEqual(expected);
  });

  test("drops what is left over", () => {
    const texts = Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(300, "."));
    expect(formatWarnings(texts)).toHaveLength(16);
  });

  test("never sends more than the bound and one text", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3_000 }), { maxLength: 30 }), (texts) => {
        const headers = formatWarnings(texts);
        const total = headers.reduce((sum, header) => sum + header.length, 0);
        // Escapes at most double, bytes of a character at most triple a length.
        expect(total).toBeLessThanOrEqual((4096 + 256) * 6 + headers.length * 8);
        for (const header of headers) expect(header).toMatch(/^299 - "[\x20-\x7e\x80-\xff]*"$/);
      }),
    );
  });
});
