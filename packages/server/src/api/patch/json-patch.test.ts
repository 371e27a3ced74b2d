import { describe, expect, test } from "vitest";
import { StatusError } from "../status-error.ts";
import { applyJsonPatch, type PatchOptions, unknownOperationFields } from "./json-patch.ts";

const original = Object.freeze({
  apiVersion: "v1",
  metadata: Object.freeze({ name: "a", annotations: Object.freeze({ "a/b": "c", "d~e": "f" }) }),
  data: Object.freeze({ k: "v", l: "w" }),
  list: Object.freeze([1, 2, 3]),
  nothing: null,
});

function failureOf(patch: unknown, options?: PatchOptions): string {
  try {
    applyJsonPatch(original, patch, options);
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "applied";
}

const REJECTED = "422 the server rejected our request due to an error in our request";

describe("JSON patch", () => {
  test.each<[string, unknown[], Record<string, unknown>]>([
    ["add", [{ op: "add", path: "/data/m", value: "x" }], { data: { k: "v", l: "w", m: "x" } }],
    ["add over", [{ op: "add", path: "/data/k", value: "x" }], { data: { k: "x", l: "w" } }],
    ["replace", [{ op: "replace", path: "/data/k", value: 1 }], { data: { k: 1, l: "w" } }],
    [
      "replace of a missing member",
      [{ op: "replace", path: "/data/z", value: 1 }],
      { data: { k: "v", l: "w", z: 1 } },
    ],
    ["remove", [{ op: "remove", path: "/data/k" }], { data: { l: "w" } }],
    ["move", [{ op: "move", from: "/data/k", path: "/data/n" }], { data: { l: "w", n: "v" } }],
    ["copy", [{ op: "copy", from: "/data/k", path: "/list/0" }], { list: ["v", 1, 2, 3] }],
    [
      "copy of a missing member",
      [{ op: "copy", from: "/data/z", path: "/data/n" }],
      { data: { k: "v", l: "w", n: null } },
    ],
    [
      "add without a value",
      [{ op: "add", path: "/data/n" }],
      { data: { k: "v", l: "w", n: null } },
    ],
    ["test of a missing member", [{ op: "test", path: "/zzz", value: null }], {}],
    ["test without a value", [{ op: "test", path: "/zzz" }], {}],
    ["test of null", [{ op: "test", path: "/nothing", value: null }], {}],
    ["test of a list", [{ op: "test", path: "/list", value: [1, 2, 3] }], {}],
    ["escaped slash", [{ op: "test", path: "/metadata/annotations/a~1b", value: "c" }], {}],
    ["escaped tilde", [{ op: "test", path: "/metadata/annotations/d~0e", value: "f" }], {}],
    ["append", [{ op: "add", path: "/list/-", value: 4 }], { list: [1, 2, 3, 4] }],
    ["insert", [{ op: "add", path: "/list/1", value: 4 }], { list: [1, 4, 2, 3] }],
    ["insert behind the last", [{ op: "add", path: "/list/3", value: 4 }], { list: [1, 2, 3, 4] }],
    ["negative index of add", [{ op: "add", path: "/list/-1", value: 4 }], { list: [1, 2, 3, 4] }],
    ["negative index", [{ op: "replace", path: "/list/-1", value: 4 }], { list: [1, 2, 4] }],
    ["negative index of remove", [{ op: "remove", path: "/list/-3" }], { list: [2, 3] }],
    ["signed index", [{ op: "remove", path: "/list/+01" }], { list: [1, 3] }],
    ["member with an empty name", [{ op: "add", path: "/", value: 1 }], { "": 1 }],
    ["text before the first slash", [{ op: "add", path: "x/n", value: 1 }], { n: 1 }],
    [
      "a member named like the prototype",
      [{ op: "add", path: "/data/__proto__", value: { polluted: 1 } }],
      { data: JSON.parse('{"k":"v","l":"w","__proto__":{"polluted":1}}') },
    ],
    ["whole object tested", [{ op: "test", path: "", value: original }], {}],
    ["nothing", [], {}],
  ])("%s", (_, patch, changed) => {
    expect(applyJsonPatch(original, patch)).toEqual({ ...original, ...changed });
  });

  test("of null is empty", () => {
    expect(applyJsonPatch(original, null)).toEqual(original);
  });

  test("replaces everything", () => {
    expect(applyJsonPatch(original, [{ op: "replace", path: "", value: {} }])).toEqual({});
    expect(applyJsonPatch(original, [{ op: "replace", path: "", value: [] }])).toEqual([]);
  });

  test.each<[string, unknown[]]>([
    ["test that fails", [{ op: "test", path: "/data/k", value: "x" }]],
    ["test of another type", [{ op: "test", path: "/list/0", value: "1" }]],
    ["test of a missing member", [{ op: "test", path: "/zzz", value: "x" }]],
    ["remove of a missing member", [{ op: "remove", path: "/zzz" }]],
    ["move of a missing member", [{ op: "move", from: "/zzz", path: "/data/k" }]],
    ["add below a missing member", [{ op: "add", path: "/zzz/x", value: 1 }]],
    ["add below a scalar", [{ op: "add", path: "/apiVersion/x", value: 1 }]],
    ["add below null", [{ op: "add", path: "/nothing/x", value: 1 }]],
    ["add to everything", [{ op: "add", path: "", value: {} }]],
    ["remove of everything", [{ op: "remove", path: "" }]],
    ["replace of everything by a scalar", [{ op: "replace", path: "", value: 1 }]],
    ["path without a slash", [{ op: "add", path: "data", value: {} }]],
    ["no path", [{ op: "add", value: 1 }]],
    ["no from", [{ op: "copy", path: "/x" }]],
    ["unknown operation", [{ op: "increment", path: "/x", value: 1 }]],
    ["no operation", [{ path: "/x", value: 1 }]],
    ["null", [null]],
    ["index out of range", [{ op: "replace", path: "/list/3", value: 1 }]],
    ["add out of range", [{ op: "add", path: "/list/4", value: 1 }]],
    ["negative index out of range", [{ op: "remove", path: "/list/-4" }]],
    ["index that is none", [{ op: "add", path: "/list/x", value: 1 }]],
    ["replace behind the last", [{ op: "replace", path: "/list/-", value: 1 }]],
    ["members of the prototype", [{ op: "add", path: "/__proto__/polluted", value: 1 }]],
    ["members of the constructor", [{ op: "add", path: "/constructor/prototype/x", value: 1 }]],
  ])("refuses: %s", (_, patch) => {
    expect(failureOf(patch)).toBe(REJECTED);
  });

  test.each<[unknown, string, string]>([
    [
      { op: "add" },
      "400 error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
      "400 json: cannot unmarshal object into Go value of type jsonpatch.Patch",
    ],
    [
      [1],
      "400 error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp",
      "400 json: cannot unmarshal number into Go value of type jsonpatch.Operation",
    ],
    [
      [{ op: 1, path: "/x" }],
      "400 error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string",
      REJECTED,
    ],
  ])("%j is no patch", (patch, strict, lenient) => {
    expect(failureOf(patch)).toBe(strict);
    expect(failureOf(patch, { ignoreUnknown: true })).toBe(lenient);
  });

  test("has at most 10,000 operations", () => {
    const operations = Array.from({ length: 10_001 }, () => ({
      op: "test",
      path: "/data/k",
      value: "v",
    }));
    expect(failureOf(operations.slice(1))).toBe("applied");
    expect(failureOf(operations)).toBe(
      "413 Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001",
    );
  });

  test("copies at most three mebibytes", () => {
    const double = { op: "copy", from: "/data", path: "/data/again" };
    const fill = { op: "add", path: "/data/k", value: "x".repeat(1000) };
    expect(failureOf([fill, ...Array(8).fill(double)])).toBe("applied");
    expect(failureOf([fill, ...Array(100).fill(double)])).toBe(REJECTED);
  });

  test("does not nest without bound", () => {
    const deep = (depth: number): unknown => (depth === 0 ? 1 : { a: deep(depth - 1) });
    expect(failureOf([{ op: "add", path: "/x", value: deep(600) }])).toBe(REJECTED);
    const nest = { op: "move", from: "/a", path: "/b/a" };
    const wrap = [
      { op: "add", path: "/b", value: {} },
      nest,
      { op: "move", from: "/b", path: "/a" },
    ];
    const start = { op: "add", path: "/a", value: 1 };
    expect(failureOf([start, ...Array(600).fill(wrap).flat()])).toBe(REJECTED);
  });

  test("names what its operations do not know", () => {
    expect(unknownOperationFields([{ op: "x", foo: 1 }, {}, { Op: "x" }, null])).toEqual([
      'json patch unknown field "[0].foo"',
      'json patch unknown field "[2].Op"',
    ]);
    expect(unknownOperationFields({})).toEqual([]);
  });
});
