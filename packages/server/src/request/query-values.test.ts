import { describe, expect, test } from "vitest";
import { Query } from "./query.ts";
import { booleanParameter, integerParameter, optionalBoolean } from "./query-values.ts";

describe("integer", () => {
  test.each([
    ["", undefined],
    ["limit=0", 0],
    ["limit=500", 500],
    ["limit=-1", -1],
    ["limit=%2B2", 2],
    ["limit=007", 7],
    ["limit=1&limit=abc", 1],
  ])("%s", (raw, value) => {
    expect(integerParameter(new Query(raw), "limit")).toBe(value);
  });

  test.each([
    ["limit=abc", 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ["limit=", 'strconv.ParseInt: parsing "": invalid syntax'],
    ["limit=1.5", 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ["limit=0x10", 'strconv.ParseInt: parsing "0x10": invalid syntax'],
    ["limit=1_000", 'strconv.ParseInt: parsing "1_000": invalid syntax'],
    ["limit=+1", 'strconv.ParseInt: parsing " 1": invalid syntax'],
    ["limit=abc&limit=1", 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ["limit=%22", 'strconv.ParseInt: parsing "\\"": invalid syntax'],
    [
      "limit=99999999999999999999",
      'strconv.ParseInt: parsing "99999999999999999999": value out of range',
    ],
    [
      "limit=-9223372036854775809",
      'strconv.ParseInt: parsing "-9223372036854775809": value out of range',
    ],
  ])("%s is refused", (raw, message) => {
    expect(() => integerParameter(new Query(raw), "limit")).toThrow(
      expect.objectContaining({ code: 400, reason: "BadRequest", message }),
    );
  });
});

describe("boolean", () => {
  test.each([
    ["", false],
    ["watch", true],
    ["watch=", true],
    ["watch=1", true],
    ["watch=maybe", true],
    ["watch=TRUE", true],
    ["watch=0", false],
    ["watch=false", false],
    ["watch=FALSE", false],
    ["watch=00", true],
    ["watch=false&watch=true", false],
  ])("%s", (raw, value) => {
    expect(booleanParameter(new Query(raw), "watch")).toBe(value);
    expect(optionalBoolean(new Query(raw), "watch")).toBe(raw === "" ? undefined : value);
  });
});
