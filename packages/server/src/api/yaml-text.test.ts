import { describe, expect, it } from "vitest";
import { parseYaml } from "./yaml-parser.ts";
import { checkYamlCharacters, decodeYamlText } from "./yaml-text.ts";

describe("bytes that are no UTF-8", () => {
  it.each([
    [[0x61, 0xff], "invalid leading UTF-8 octet"],
    [[0x61, 0x80], "invalid leading UTF-8 octet"],
    [[0x61, 0xe2, 0x82], "incomplete UTF-8 octet sequence"],
    [[0xc3, 0x28], "invalid trailing UTF-8 octet"],
    [[0xc0, 0x80], "invalid length of a UTF-8 sequence"],
    [[0xe0, 0x80, 0x80], "invalid length of a UTF-8 sequence"],
    [[0xed, 0xa0, 0x80], "invalid Unicode character"],
    [[0xf4, 0x90, 0x80, 0x80], "invalid Unicode character"],
    [[0xff, 0xfe, 0x61], "incomplete UTF-16 character"],
    [[0xfe, 0xff, 0xdc, 0x00], "unexpected low surrogate area"],
  ])("%j: %s", (bytes, why) => {
    expect(() => parseYaml(Uint8Array.from(bytes))).toThrow(`yaml: ${why}`);
  });
});

describe("text", () => {
  it.each([
    ["UTF-8", Buffer.from("a: \u{1f600}")],
    ["UTF-8 with its mark", Buffer.from("\ufeffa: \u{1f600}")],
    ["UTF-16, low bytes first", Buffer.from("\ufeffa: \u{1f600}", "utf16le")],
    ["UTF-16, high bytes first", Buffer.from("\ufeffa: \u{1f600}", "utf16le").swap16()],
  ])("of %s is read", (_name, bytes) => {
    expect(decodeYamlText(bytes)).toBe("a: \u{1f600}");
    expect(parseYaml(bytes).value).toEqual({ a: "\u{1f600}" });
  });
});

describe("characters", () => {
  it.each(["\0", "\x01", "\x08", "\x0b", "\x1f", "\x7f", "\x80", "\x9f", "\ufffe", "\uffff"])(
    "%j is not allowed",
    (character) => {
      expect(() => parseYaml(`a: "b${character}"`)).toThrow(
        "yaml: control characters are not allowed",
      );
    },
  );

  it.each(["\t", "\n", "\r", "\x85", "\xa0", "\u2028", "\ud7ff", "\ue000", "\ufffd", "\u{10ffff}"])(
    "%j is",
    (character) => {
      expect(() => checkYamlCharacters(`a${character}`)).not.toThrow();
    },
  );
});

describe("nesting that no stack has room for", () => {
  it.each([
    ["lists", "[".repeat(50_000)],
    ["maps", `${"{a: ".repeat(20_000)}1${"}".repeat(20_000)}`],
    ["items", `a:\n ${"- ".repeat(50_000)}x`],
    ["keys", "? ".repeat(50_000)],
    [
      "lines",
      Array.from({ length: 12_000 }, (_, depth) => `${" ".repeat(depth % 1200)}a:`).join("\n"),
    ],
  ])("of %s is refused", (_what, text) => {
    expect(() => parseYaml(text)).toThrow(/^yaml: /);
  });

  it("is named as upstream does", () => {
    expect(() => parseYaml("[".repeat(50_000))).toThrow("yaml: exceeded max depth of 10000");
  });
});
