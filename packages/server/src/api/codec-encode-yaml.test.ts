import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeYaml } from "./codec-encode-yaml.ts";
import { parseYaml } from "./yaml-parser.ts";

const LONG =
  "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

describe("encodeYaml", () => {
  it.each([
    ["b", "b"],
    ["", '""'],
    ["5", '"5"'],
    ["true", '"true"'],
    ["n", '"n"'],
    ["null", '"null"'],
    ["1:30", '"1:30"'],
    ["2026-01-01T00:00:00Z", '"2026-01-01T00:00:00Z"'],
    ["<<", '"<<"'],
    ["- x: y #", "'- x: y #'"],
    ["a: b", "'a: b'"],
    ["a:b", "a:b"],
    ["a #b", "'a #b'"],
    ["a#b", "a#b"],
    ["#b", "'#b'"],
    ["it's", "it's"],
    ["'x", "'''x'"],
    [" x", "' x'"],
    ["x ", "'x '"],
    ["@x", "'@x'"],
    ["-x", "-x"],
    ["-", "'-'"],
    ["---", "'---'"],
    ["*", "'*'"],
    ["a\tb", '"a\\tb"'],
    ["\u0000", '"\\0"'],
    ["\u00a0", "\u00a0"],
    ["😀", '"\\U0001F600"'],
    ["é", "é"],
    ["one\ntwo\n", "|\n  one\n  two"],
    ["one\ntwo", "|-\n  one\n  two"],
    ["one\n\n", "|+\n  one\n"],
    [" one\n", "|2\n   one"],
    ["one \ntwo", '"one \\ntwo"'],
  ])("writes %j as %s", (text, wanted) => {
    expect(encodeYaml({ k: text })).toBe(`k: ${wanted}\n`);
  });

  it("folds long texts at the first space after eighty columns", () => {
    expect(encodeYaml({ message: LONG })).toBe(
      "message: 'only the following media types are accepted: application/json;stream=watch,\n  application/vnd.kubernetes.protobuf;stream=watch'\n",
    );
    const words = Array(30).fill("word").join(" ");
    expect(encodeYaml({ a: { b: words } })).toBe(
      `a:\n  b: ${Array(16).fill("word").join(" ")}\n    ${Array(14).fill("word").join(" ")}\n`,
    );
  });

  it("does not indent lists below their key, and starts maps on the dash", () => {
    const value = { l: [{ b: 1, a: [] }, ["x", ["z"]], {}, null], m: { k: { o: true } } };
    expect(encodeYaml(value)).toBe(
      "l:\n- a: []\n  b: 1\n- - x\n  - - z\n- {}\n- null\nm:\n  k:\n    o: true\n",
    );
  });

  it("orders keys by number, signs before letters", () => {
    const value = { a10: 1, a9: 1, "a-b": 1, "a.b": 1, aa: 1, A: 1, ".": 1, "f:a": 1 };
    expect(encodeYaml(value)).toBe(".: 1\nA: 1\na-b: 1\na.b: 1\na9: 1\na10: 1\naa: 1\nf:a: 1\n");
  });

  it.each([
    [1.5, "1.5\n"],
    [1e21, "1e+21\n"],
    [1e-7, "1e-07\n"],
    [-3, "-3\n"],
    [9007199254740993n, "9007199254740993\n"],
    [null, "null\n"],
    [[], "[]\n"],
    [{}, "{}\n"],
    ["x", "x\n"],
  ])("writes %s alone", (value, wanted) => {
    expect(encodeYaml(value)).toBe(wanted);
  });

  it("is read again as what was written", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 100 }),
      fc.constantFrom(
        "yes",
        "0x1",
        "a\n b\n",
        "x: y",
        "# c",
        "é",
        "- a",
        "? b",
        "word ".repeat(30),
      ),
    );
    const value = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(text, tie("node"), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).node;
    fc.assert(
      fc.property(value, (each) => {
        expect(parseYaml(encodeYaml(each)).value).toEqual(each);
      }),
      { numRuns: 300 },
    );
  });
});

describe("long texts", () => {
  it("take time by their length, not by its square", () => {
    const item = {
      metadata: { name: "a", note: "z ".repeat(100) },
      data: { a: "x".repeat(3_000) },
    };
    const list = { items: Array.from({ length: 1_000 }, () => item) };
    const start = performance.now();
    // A list of 3.5 MB, which took half a minute when each line looked at all before it.
    expect(encodeYaml(list).length).toBeGreaterThan(3_000_000);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it.each([
    ["plain", "word ".repeat(40).trim()],
    ["in single quotes", `- ${"word ".repeat(40).trim()}`],
    ["in double quotes", `\t${"word ".repeat(40).trim()}`],
    ["of wide letters", "\u{10400}\u{10400} ".repeat(60).trim()],
  ])("%s are folded at 80 and read back", (_style, text) => {
    const yaml = encodeYaml({ key: text });
    expect(yaml.split("\n").length).toBeGreaterThan(2);
    expect(parseYaml(yaml).value).toEqual({ key: text });
  });
});
