import { describe, expect, it } from "vitest";
import { parseStoredJson, parseValidJson } from "./json-long-integers.ts";

const readers = {
  parseStoredJson: (text: string) => parseStoredJson(Buffer.from(text)),
  parseValidJson,
};

describe.each(Object.entries(readers))("%s", (_name, read) => {
  it.each([
    ['{"a":9223372036854775807}', { a: 9223372036854775807n }],
    ['{"a":-9223372036854775808}', { a: -9223372036854775808n }],
    ['{"a":[1,9007199254740993]}', { a: [1, 9007199254740993n] }],
    ['{"a":9007199254740991}', { a: 9007199254740991 }],
    ["9007199254740993", 9007199254740993n],
    ['{"a":"9007199254740993","b":1.5,"c":null}', { a: "9007199254740993", b: 1.5, c: null }],
    ['{"a":1e30,"b":0.12345678901234566}', { a: 1e30, b: 0.12345678901234566 }],
    ['{"":{"x":[]},"ü":"☃"}', { "": { x: [] }, ü: "☃" }],
  ])("reads %s", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it("finds an integer wherever it stands", () => {
    for (let before = 0; before < 40; before++) {
      for (const after of ["", "x".repeat(before)]) {
        const text = `{"p":"${"x".repeat(before)}","n":9007199254740993,"q":"${after}"}`;
        expect(read(text)).toMatchObject({ n: 9007199254740993n });
      }
    }
  });
});
