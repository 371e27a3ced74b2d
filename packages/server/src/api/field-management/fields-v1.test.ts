import { describe, expect, test } from "vitest";
import { difference, setOfPaths } from "./field-set.ts";
import { decodeFieldsV1, encodeFieldsV1 } from "./fields-v1.ts";
import { fieldElement, keyElement, valueElement } from "./path-element.ts";

const f = fieldElement;

describe("fieldsV1", () => {
  test("lists members by kind and order of Go", () => {
    const set = setOfPaths([
      [f("l"), valueElement("b")],
      [f("l"), valueElement(true)],
      [f("l"), valueElement(10)],
      [f("l"), valueElement(9)],
      [f("l"), keyElement([{ name: "name", value: "a-b" }])],
      [f("l"), keyElement([{ name: "name", value: "a" }]), f("x")],
      [f("l"), keyElement([{ name: "name", value: "a" }])],
      [f("l"), f("z")],
      [f("l")],
    ]);
    expect(JSON.stringify(encodeFieldsV1(set))).toBe(
      JSON.stringify({
        "f:l": {
          ".": {},
          "f:z": {},
          'k:{"name":"a"}': { ".": {}, "f:x": {} },
          'k:{"name":"a-b"}': {},
          "v:9": {},
          "v:10": {},
          'v:"b"': {},
          "v:true": {},
        },
      }),
    );
  });

  test("escapes values as Go's encoder does, names not at all", () => {
    const set = setOfPaths([[valueElement('<&>\u2028\b\n"')], [f("<")]]);
    expect(Object.keys(encodeFieldsV1(set))).toEqual([
      "f:<",
      'v:"\\u003c\\u0026\\u003e\\u2028\\u0008\\n\\""',
    ]);
  });

  test.each<[unknown, unknown]>([
    [{}, {}],
    [undefined, {}],
    [{ "f:a": { ".": {} } }, { "f:a": {} }],
    [{ "f:a": null }, { "f:a": {} }],
    [{ "q:data": {} }, {}],
    [{ "f:a": { "q:data": {} } }, { "f:a": {} }],
    [{ 'k:{"b": 1.0, "a": "x"}': {} }, { 'k:{"a":"x","b":1}': {} }],
    [
      { 'k:{"a":1}': { "f:x": {} }, 'k:{"a": 1}': { "f:y": {} } },
      { 'k:{"a":1}': { "f:x": {}, "f:y": {} } },
    ],
  ])("reads %j", (wire, canonical) => {
    expect(encodeFieldsV1(decodeFieldsV1(wire))).toEqual(canonical);
  });

  test.each<[unknown]>([
    [{ x: {} }],
    [{ "": {} }],
    [{ fdata: {} }],
    [{ "v:{": {} }],
    [{ "k:[1]": {} }],
    [{ "i:x": {} }],
    [{ "f:a": 1 }],
    [{ "f:a": [] }],
    [[]],
    ["f:a"],
  ])("refuses %j", (wire) => {
    expect(() => decodeFieldsV1(wire)).toThrow();
  });

  test("bounds how deep clients may nest", () => {
    let wire: unknown = {};
    for (let depth = 0; depth < 100_000; depth++) wire = { "f:a": wire };
    expect(() => decodeFieldsV1(wire)).toThrow("exceeded max depth");
  });

  test("keeps what is below a path that is taken away", () => {
    const all = decodeFieldsV1({ "f:a": { ".": {}, "f:b": {} } });
    expect(encodeFieldsV1(difference(all, decodeFieldsV1({ "f:a": {} })))).toEqual({
      "f:a": { "f:b": {} },
    });
  });
});
