import { describe, expect, test } from "vitest";
import { applyMergePatch } from "./merge-patch.ts";

describe("merge patch", () => {
  test.each<[Record<string, unknown>, unknown, unknown]>([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null, z: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ a: null }, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    [{ a: "x" }, { a: { b: null } }, { a: {} }],
    // Nulls in lists go from the maps inside, unless the list replaces a map.
    [{ a: [] }, { a: [{ b: null }, null] }, { a: [{}, null] }],
    [{ a: {} }, { a: [{ b: null }] }, { a: [{ b: null }] }],
    [{}, JSON.parse('{"__proto__":{"polluted":1}}'), JSON.parse('{"__proto__":{"polluted":1}}')],
    [{}, { constructor: { prototype: { x: 1 } } }, { constructor: { prototype: { x: 1 } } }],
  ])("%j and %j", (original, patch, result) => {
    const before = JSON.stringify([original, patch]);
    expect(applyMergePatch(original, patch)).toEqual(result);
    expect(JSON.stringify([original, patch])).toBe(before);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test.each<[unknown, string, string | unknown[]]>([
    [null, "Invalid JSON Patch", "Invalid JSON Patch"],
    [
      [{ a: null }],
      "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
      [{}],
    ],
    [
      "x",
      "error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}",
      "Invalid JSON Patch",
    ],
    [
      true,
      "error decoding patch: json: cannot unmarshal bool into Go value of type map[string]interface {}",
      "Invalid JSON Patch",
    ],
  ])("%j is no patch", (patch, strict, lenient) => {
    expect(() => applyMergePatch({}, patch)).toThrow(strict);
    const leniently = (): unknown => applyMergePatch({}, patch, { ignoreUnknown: true });
    if (typeof lenient === "string") expect(leniently).toThrow(lenient);
    else expect(leniently()).toEqual(lenient);
  });

  test("does not nest without bound", () => {
    let patch: unknown = 1;
    for (let depth = 0; depth < 100_000; depth++) patch = { a: patch };
    expect(() => applyMergePatch({}, patch)).toThrow("exceeded max depth");
  });
});
