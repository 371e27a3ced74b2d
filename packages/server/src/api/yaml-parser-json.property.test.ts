import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseYaml } from "./yaml-parser.ts";
import { readPlainJson } from "./yaml-parser-json.ts";

/** A comment makes the same text YAML and nothing else. */
const asYaml = (text: string): unknown => parseYaml(`${text} #`).value;

describe("JSON in YAML's clothes", () => {
  test("is the value that YAML makes of it, in the same order", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 })),
        (value) => {
          const text = JSON.stringify(value);
          const plain = readPlainJson(text);
          if (plain !== undefined) {
            expect(JSON.stringify(plain)).toBe(JSON.stringify(asYaml(text)));
          }
        },
      ),
    );
  });

  test.each([
    [
      '{"b":1,"a":{"d":[true,null,"x y"],"c":"0x10"}}',
      '{"a":{"c":"0x10","d":[true,null,"x y"]},"b":1}',
    ],
    ['{ "a" : { } }\n', '{"a":{}}'],
    ['{"<<":{"a":"yes"}}', '{"<<":{"a":"yes"}}'],
  ])("%s is read as JSON", (text, value) => {
    expect(JSON.stringify(readPlainJson(text))).toBe(value);
    expect(JSON.stringify(parseYaml(text).value)).toBe(value);
  });

  test.each([
    ["duplicates", '{"a":1,"a":2}'],
    ["large integers", '{"a":12345678901234567890}'],
    ["fractions", '{"a":1.50}'],
    ["escapes", String.raw`{"a":"\u0041"}`],
    ["tabs", '{"a":\t1}'],
    ["several lines", '{\n"a":1}'],
    ["what is no ASCII", '{"a":"\u00e9"}'],
    ["keys that are none in YAML", `{"${"k".repeat(1001)}":1}`],
    ["no JSON", "{a: 1}"],
    ["lists", "[1]"],
  ])("%s are left to YAML", (_name, text) => {
    expect(readPlainJson(text)).toBeUndefined();
  });
});
