import { describe, expect, it } from "vitest";
import { readJson } from "../api/json-parser.ts";
import { duplicateFields } from "./duplicate-fields.ts";

describe("members that a patch has twice", () => {
  it.each([
    ['{"a":1}', []],
    ['{"a":1,"a":2,"a":3}', ['duplicate field "a"', 'duplicate field "a"']],
    ['{"data":{"k":"v","k":"w"}}', ['duplicate field "data.k"']],
    ['[{"op":"add","value":1,"value":2}]', ['duplicate field "[0].value"']],
    ['{"l":[{"x":1},{"x":1,"x":1}]}', ['duplicate field "l[1].x"']],
    ["7", []],
  ])("%s", (text, wanted) => {
    expect(duplicateFields(readJson(text))).toEqual(wanted);
  });
});
