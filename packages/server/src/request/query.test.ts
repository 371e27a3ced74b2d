import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeQueryComponent, emptyQuery, Query } from "./query.ts";

describe("Query", () => {
  test.each<[string, string, readonly string[]]>([
    ["limit=1", "limit", ["1"]],
    ["limit=1&limit=abc", "limit", ["1", "abc"]],
    ["limit", "limit", [""]],
    ["limit=", "limit", [""]],
    ["=", "", [""]],
    ["a=b=c", "a", ["b=c"]],
    ["a=%zz", "a", []],
    ["a=%4", "a", []],
    ["%zz=a&b=1", "b", ["1"]],
    ["limit=1;x=2", "limit", []],
    ["a=1&b=2;c=3&a=4", "a", ["1", "4"]],
    ["a=x+y%2Bz", "a", ["x y+z"]],
    ["a=x+y", "a", ["x y"]],
    ["fieldSelector=metadata.name%3Da", "fieldSelector", ["metadata.name=a"]],
    ["LIMIT=1", "limit", []],
    ["a%20b=1", "a b", ["1"]],
    ["a=%C3%A9", "a", ["é"]],
    ["a=é%20", "a", ["é "]],
    ["a=%FF", "a", ["\ufffd"]],
    ["&&a=1&&", "a", ["1"]],
    ["__proto__=1", "__proto__", ["1"]],
  ])("%s: %s", (raw, name, values) => {
    const query = new Query(raw);
    expect(query.all(name)).toEqual(values);
    expect(query.get(name)).toBe(values[0]);
    expect(query.has(name)).toBe(values.length > 0);
  });

  test("without a query nothing is there", () => {
    expect([emptyQuery.get("a"), emptyQuery.all("a"), emptyQuery.has("a")]).toEqual([
      undefined,
      [],
      false,
    ]);
  });

  test("reads back what encodeURIComponent wrote", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeQueryComponent(encodeURIComponent(text))).toBe(text);
      }),
    );
  });

  test("agrees with URLSearchParams where Go and the URL standard agree", () => {
    const component = fc.string({ unit: fc.constantFrom("a", "=", "+", "%20", "%C3%A9", "é") });
    fc.assert(
      fc.property(fc.array(component), (pairs) => {
        const raw = pairs.join("&");
        const query = new Query(raw);
        for (const [name] of new URLSearchParams(raw)) {
          expect(query.all(name)).toEqual(new URLSearchParams(raw).getAll(name));
        }
      }),
    );
  });
});
