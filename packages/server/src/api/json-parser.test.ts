import { describe, expect, it } from "vitest";
import { JsonMembers, JsonNumber, JsonSyntaxError, readJson } from "./json-parser.ts";
import { countMembers, NOT_PLAIN } from "./json-parser-census.ts";
import { decodeText, parseJson } from "./json-parser-plain.ts";

const BEGIN = "looking for beginning of value";

describe("readJson", () => {
  it.each([
    ["", "unexpected end of JSON input"],
    ["  ", "unexpected end of JSON input"],
    ['{"a": "x"', "unexpected end of JSON input"],
    ['"abc', "unexpected end of JSON input"],
    ["tru", "unexpected end of JSON input"],
    ["-", "unexpected end of JSON input"],
    ["1.", "unexpected end of JSON input"],
    ["hello", `invalid character 'h' ${BEGIN}`],
    ["{} x", "invalid character 'x' after top-level value"],
    ["{}{", "invalid character '{' after top-level value"],
    ["01", "invalid character '1' after top-level value"],
    ["[1 2]", "invalid character '2' after array element"],
    ["[1,]", `invalid character ']' ${BEGIN}`],
    ['{"a":1 "b"', "invalid character '\"' after object key:value pair"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ["{a:1}", "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ["nul!", "invalid character '!' in literal null (expecting 'l')"],
    ["trie", "invalid character 'i' in literal true (expecting 'u')"],
    ["-x", "invalid character 'x' in numeric literal"],
    ["1.x", "invalid character 'x' after decimal point in numeric literal"],
    ["1e+x", "invalid character 'x' in exponent of numeric literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\u0001"', "invalid character '\\x01' in string literal"],
    ["'a'", `invalid character '\\'' ${BEGIN}`],
    ["\u00e9", `invalid character 'Ã' ${BEGIN}`],
    ["\ufeff{}", `invalid character 'ï' ${BEGIN}`],
  ])("refuses %j as Go does", (text, message) => {
    expect(() => readJson(text)).toThrow(new JsonSyntaxError(message));
  });

  it("keeps the order of members, duplicates, and literals", () => {
    const node = readJson('{"b":2.0,"1":null,"b":[1e1,-0]}');
    expect(node).toBeInstanceOf(JsonMembers);
    if (!(node instanceof JsonMembers)) return;
    expect(node.names).toEqual(["b", "1", "b"]);
    expect(node.values).toEqual([
      new JsonNumber("2.0"),
      null,
      [new JsonNumber("1e1"), new JsonNumber("-0")],
    ]);
  });

  it("stops at Go's depth, without a stack of its own", () => {
    expect(readJson("[".repeat(10_000) + "]".repeat(10_000))).toHaveLength(1);
    expect(() => readJson("[".repeat(10_001) + "]".repeat(10_001))).toThrow("exceeded max depth");
  });

  it("reads escapes, and replaces lone surrogates", () => {
    expect(readJson('"\\u00e9\\n\\/\\ud83d\\ude00"')).toBe("é\n/😀");
    expect(readJson('"\\ud800x\\udc00"')).toBe("\ufffdx\ufffd");
  });
});

describe("parseJson", () => {
  it("reports duplicates by their paths, each once, and takes the last", () => {
    const text = '{"a":1,"b":{"c":1,"c":2,"c":3},"l":[{"d":1,"d":2}],"a":4}';
    expect(parseJson(text)).toEqual({
      value: { a: 4, b: { c: 3 }, l: [{ d: 2 }] },
      duplicates: ["b.c", "l[0].d", "a"],
    });
  });

  it("finds a duplicate behind an escape", () => {
    expect(parseJson('{"a":1,"\\u0061":2}').duplicates).toEqual(["a"]);
  });

  it("reads or refuses what is nested almost without end, and never runs out of stack", () => {
    const deep = `{"a":${"[".repeat(9_990)}2.0${"]".repeat(9_990)}}`;
    let outcome: unknown;
    try {
      outcome = parseJson(deep).duplicates;
    } catch (error) {
      outcome = error;
    }
    expect([[], new JsonSyntaxError("exceeded max depth")]).toContainEqual(outcome);
  });

  it("keeps integers of 64 bits", () => {
    const text = "[9007199254740993,-9223372036854775808,9223372036854775808,2.0,1e1,-0]";
    expect(parseJson(text).value).toEqual([
      9007199254740993n,
      -9223372036854775808n,
      2 ** 63,
      2,
      10,
      0,
    ]);
  });

  it.each(['{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":2.0}}'])(
    "takes %s for a member like any other",
    (text) => {
      const { value } = parseJson(text);
      expect(Object.keys(value as object)).toEqual(["__proto__"]);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect("polluted" in (value as object)).toBe(false);
    },
  );

  it.each([
    [[0x22, 0xff, 0x22], "\ufffd"],
    [[0x22, 0xe2, 0x82, 0x22], "\ufffd\ufffd"],
    [[0x22, 0xc3, 0xa9, 0xc3, 0x22], "é\ufffd"],
    [[0x22, 0xed, 0xa0, 0x80, 0x22], "\ufffd\ufffd\ufffd"],
    [[0x22, 0xf0, 0x9f, 0x98, 0x80, 0x22], "😀"],
  ])("replaces what is no UTF-8 byte by byte: %j", (bytes, wanted) => {
    expect(parseJson(Uint8Array.from(bytes)).value).toBe(wanted);
  });

  it("keeps a byte order mark, which is no JSON", () => {
    expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b))).toBe("\ufeff{");
  });
});

describe("countMembers", () => {
  it.each([
    ['{"a":{"b":1,"c":"x:y"},"d":["e:\\"f\\":"]}', 4],
    ['{"a\\\\":1}', 1],
    ["[]", 0],
    ['{"a":2.0}', NOT_PLAIN],
    ['{"a":1e1}', NOT_PLAIN],
    ['{"a":1E1}', NOT_PLAIN],
    ['{"a":1234567890123456}', NOT_PLAIN],
    ['{"a":"\\ud800"}', NOT_PLAIN],
    ['{"a":"\\u003c"}', 1],
    ['{"a', NOT_PLAIN],
    ["[".repeat(300), NOT_PLAIN],
  ])("%j: %i", (text, members) => {
    expect(countMembers(text)).toBe(members);
  });
});
