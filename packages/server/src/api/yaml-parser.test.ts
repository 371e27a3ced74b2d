import { describe, expect, it } from "vitest";
import { parseYaml, YamlSyntaxError, yamlToJson } from "./yaml-parser.ts";

describe("parseYaml", () => {
  it.each([
    ["yes", true],
    ["y", true],
    ["On", true],
    ["no", false],
    ["OFF", false],
    ["~", null],
    ["null", null],
    ["", null],
    ["0x10", 16],
    ["0b101", 5],
    ["0o17", 15],
    ["017", 15],
    ["-0x10", -16],
    ["1_000", 1000],
    ["+5", 5],
    ["089", 89],
    ["1e3", 1000],
    [".5", 0.5],
    ["5.", 5],
    ["9007199254740993", 9007199254740993n],
    ["1:30", "1:30"],
    ["2026-01-01", "2026-01-01"],
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
    ["1.2.3", "1.2.3"],
    ["yEs", "yEs"],
    ["'yes'", "yes"],
    ['"0x10"', "0x10"],
    ["!!str 5", "5"],
    ["!!binary aGVsbG8=", "hello"],
    ["|\n  yes\n", "yes\n"],
  ])("reads the scalar %j as %s", (text, value) => {
    expect(parseYaml(`a: ${text}`).value).toEqual({ a: value });
  });

  it.each([
    ["y: 1", { true: 1 }],
    ["5: 1", { 5: 1 }],
    ["1.5: 1", { 1.5: 1 }],
    ["0x10: 1", { 16: 1 }],
    ["'y': 1", { y: 1 }],
  ])("makes keys texts: %j", (text, value) => {
    expect(parseYaml(text).value).toEqual(value);
  });

  it.each([
    ["a: 1\n---\na: 2\n", { a: 1 }],
    ["# nothing\n", null],
    ["", null],
    ["---\n", null],
    ["a: &x {b: 1}\nc: *x\n", { a: { b: 1 }, c: { b: 1 } }],
    ["a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n", { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }],
    ["d:\n  c: 3\n  <<: [{b: 1, e: 1}, {b: 2}]\n", { d: { b: 1, c: 3, e: 1 } }],
    ["- a\n- [b, {c: d}]\n", ["a", ["b", { c: "d" }]]],
    ['{"a": "\\u00e9"}', { a: "é" }],
  ])("reads %j", (text, value) => {
    expect(parseYaml(text)).toEqual({ value, duplicates: [] });
  });

  it("lists duplicates with the lines of their values", () => {
    const text = "metadata:\n  name: a\n  name: b\nx: 1\nx: 2\n";
    expect(parseYaml(text)).toEqual({
      value: { metadata: { name: "b" }, x: 2 },
      duplicates: ['line 3: key "name" already set in map', 'line 5: key "x" already set in map'],
    });
    expect(yamlToJson(text)).toEqual({
      json: '{"metadata":{"name":"b"},"x":2}',
      strictErrors: [
        'yaml: unmarshal errors:\n  line 3: key "name" already set in map\n  line 5: key "x" already set in map',
      ],
    });
  });

  it("takes __proto__ for a key like any other", () => {
    const { value } = parseYaml("__proto__: {polluted: 1}");
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(yamlToJson("__proto__: 1").json).toBe('{"__proto__":1}');
  });

  it.each([
    ["metadata: {name: y\n", "yaml: line 1: did not find expected ',' or '}'"],
    ["a: [b\n", "yaml: line 1: did not find expected ',' or ']'"],
    ["metadata:\n\tname: y\n", "yaml: line 2: found character that cannot start any token"],
    ["a: *x\n", "yaml: unknown anchor 'x' referenced"],
    ["a: &x\n  b: *x\n", "yaml: anchor 'x' value contains itself"],
    ["a: .inf\n", "json: unsupported value: +Inf"],
    ["? [a]\n: b\n", 'yaml: invalid map key: ["a"]'],
    ["a: !!binary '%'\n", "yaml: !!binary value contains invalid base64 data"],
    ["<<: 5\n", "yaml: map merge requires map or sequence of maps as the value"],
  ])("refuses %j", (text, message) => {
    expect(() => parseYaml(text)).toThrow(new YamlSyntaxError(message));
  });

  it("is not blown up by aliases or nesting", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 9; level++) {
      const names = Array(10)
        .fill(`*a${level - 1}`)
        .join(", ");
      lines.push(`a${level}: &a${level} [${names}]`);
    }
    expect(() => parseYaml(lines.join("\n"))).toThrow("document contains excessive aliasing");
    expect(() => parseYaml("[".repeat(5000) + "]".repeat(5000))).toThrow(YamlSyntaxError);
  });
});
