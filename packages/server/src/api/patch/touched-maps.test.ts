import { describe, expect, it } from "vitest";
import { applyJsonPatch } from "./json-patch.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { printTouched, type TouchedMaps } from "./touched-maps.ts";

const LIVE = { z: { b: 1, a: 2 }, y: { d: [{ n: 1, m: 2 }], c: "<" } };

describe("what a merge patch has made", () => {
  it.each([
    [{ z: { c: 3 } }, '{"y":{"d":[{"n":1,"m":2}],"c":"\\u003c"},"z":{"a":2,"b":1,"c":3}}'],
    [{ y: { d: [{ q: 1, p: 2 }] } }, '{"y":{"c":"\\u003c","d":[{"p":2,"q":1}]},"z":{"b":1,"a":2}}'],
    [{ y: [{ q: 1, p: 2 }] }, '{"y":[{"q":1,"p":2}],"z":{"b":1,"a":2}}'],
    [{ x: { h: 1, g: { f: 1, e: 2 } }, y: null, z: 1 }, '{"x":{"g":{"e":2,"f":1},"h":1},"z":1}'],
  ])("shows the maps that %j looks into sorted, others as they were", (patch, shown) => {
    const touched: TouchedMaps = new Set();
    expect(printTouched(applyMergePatch(LIVE, patch, { touched }), touched)).toBe(shown);
  });
});

describe("what a JSON patch has made", () => {
  it.each([
    [[{ op: "remove", path: "/y" }], '{"z":{"b":1,"a":2}}'],
    [
      [
        { op: "test", path: "/y/d/0/n", value: 1 },
        { op: "add", path: "/x", value: { h: 1, g: 2 } },
      ],
      '{"x":{"h":1,"g":2},"y":{"c":"\\u003c","d":[{"m":2,"n":1}]},"z":{"b":1,"a":2}}',
    ],
    [
      [
        { op: "replace", path: "/y/c", value: 1 },
        { op: "copy", from: "/y", path: "/x" },
        { op: "copy", from: "/z", path: "/w" },
      ],
      '{"w":{"b":1,"a":2},"x":{"c":1,"d":[{"n":1,"m":2}]},"y":{"c":1,"d":[{"n":1,"m":2}]},"z":{"b":1,"a":2}}',
    ],
  ])("shows the maps on the way of %j sorted, others as they were", (patch, shown) => {
    const touched: TouchedMaps = new Set();
    expect(printTouched(applyJsonPatch(LIVE, patch, { touched }), touched)).toBe(shown);
  });
});
