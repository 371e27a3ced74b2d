import { describe, expect, test } from "vitest";
import {
  exactFieldValue,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  printFieldSelector,
  printLabelSelector,
  selectorFromApi,
} from "./selectors.ts";
import { StatusError } from "./status-error.ts";

function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError && error.code === 400) return error.message;
    throw error;
  }
  return "";
}

const labels = { tier: "front", n: "2", empty: "" };

describe("label selectors select", () => {
  test.each([
    ["", true],
    ["tier=front", true],
    ["tier==front", true],
    ["tier!=front", false],
    ["absent!=x", true],
    ["tier in (back,front)", true],
    ["tier notin (back)", true],
    ["absent notin (x)", true],
    ["absent in (x)", false],
    ["tier", true],
    ["absent", false],
    ["!absent", true],
    ["!tier", false],
    ["n>1", true],
    ["n>2", false],
    ["n<3,n>0", true],
    ["tier>1", false],
    ["absent>1", false],
    ["empty=", true],
    ["empty in ()", true],
    ["tier in (front,)", true],
    ["  tier  =  front ", true],
    ["tier=front,tier=back", false],
    ["in=x", false],
    ["notin,tier", false],
    ["toString", false],
  ])("%j: %s", (text, selected) => {
    expect(matchesLabels(parseLabelSelector(text), labels)).toBe(selected);
  });
  test("no labels at all", () => {
    expect(matchesLabels(parseLabelSelector("!a,b!=c"), undefined)).toBe(true);
  });
});

const NAME =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe("label selectors that cannot be read", () => {
  test.each([
    [
      "n>two",
      "unable to parse requirement: values[0]: Invalid value: \"two\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      "n>",
      "unable to parse requirement: values[0]: Invalid value: \"\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      "n>9223372036854775808",
      "unable to parse requirement: values[0]: Invalid value: \"9223372036854775808\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ["tier in front", "unable to parse requirement: found 'front' expected: '('"],
    ["tier in", "unable to parse requirement: found '' expected: '('"],
    ["tier in (front", "unable to parse requirement: found '', expected: ',' or ')'"],
    ["tier in (", "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ["tier in (,", "unable to parse requirement: found '', expected: ',', or identifier"],
    ["tier in (a b)", "unable to parse requirement: found 'b', expected: ',' or ')'"],
    ["tier in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
    ["=front", "found '=', expected: !, identifier, or 'end of string'"],
    ["()", "found '(', expected: !, identifier, or 'end of string'"],
    ["tier===front", "unable to parse requirement: found '=', expected: identifier"],
    ["!", "unable to parse requirement: found '', expected: identifier"],
    ["!!a", "unable to parse requirement: found '!', expected: identifier"],
    ["-a=b", `unable to parse requirement: <nil>: Invalid value: "-a": ${NAME}`],
    ["a;b", `unable to parse requirement: <nil>: Invalid value: "a;b": ${NAME}`],
    ["tier=front,", "found '', expected: identifier after ','"],
    ["a=b,,c=d", "found ',', expected: identifier after ','"],
    ["!a=b", "found '=', expected: ',' or 'end of string'"],
    ["tier=front back", "found 'back', expected: ',' or 'end of string'"],
    ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["a !b", "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt"],
    [
      `a=${"v".repeat(64)}`,
      `unable to parse requirement: values[0][a]: Invalid value: "${"v".repeat(64)}": must be no more than 63 bytes`,
    ],
  ])("%j", (text, message) => {
    expect(errorOf(() => parseLabelSelector(text))).toBe(message);
  });
  test("two bad values are listed together", () => {
    expect(errorOf(() => parseLabelSelector("a in ($,&)"))).toMatch(
      /^unable to parse requirement: \[values\[0\]\[a\]: .*, values\[1\]\[a\]: .*\]$/,
    );
  });
});

test("printed label selectors are in the order of their keys", () => {
  const text = "z,!y,b notin (c,a),d>1,c==x,a=,e!=q,f<2,g in (,1)";
  expect(printLabelSelector(parseLabelSelector(text))).toBe(
    "a=,b notin (a,c),c==x,d>1,e!=q,f<2,g in (,1),!y,z",
  );
});

describe("selectors of objects", () => {
  test("absent selects nothing, empty everything", () => {
    expect(selectorFromApi(undefined)).toBeUndefined();
    expect(selectorFromApi({})).toEqual({ requirements: [] });
  });
  test("labels and expressions", () => {
    const selector = selectorFromApi({
      matchLabels: { b: "1" },
      matchExpressions: [
        { key: "a", operator: "In", values: ["x", "y"] },
        { key: "c", operator: "DoesNotExist", values: null },
      ],
    });
    expect(selector && printLabelSelector(selector)).toBe("a in (x,y),b=1,!c");
  });
  test.each([
    [
      { matchExpressions: [{ key: "a", operator: "Near" }] },
      '"Near" is not a valid label selector operator',
    ],
    [
      { matchExpressions: [{ key: "a", operator: "In" }] },
      "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    ],
  ])("%j", (selector, message) => {
    expect(errorOf(() => selectorFromApi(selector))).toBe(message);
  });
});

describe("field selectors", () => {
  const fields = { "metadata.name": "a,b", "spec.nodeName": "" };
  test.each([
    ["", true],
    ["metadata.name=a\\,b", true],
    ["metadata.name==a\\,b,spec.nodeName=", true],
    ["metadata.name!=a", true],
    ["spec.nodeName!=", false],
    ["other=", true],
    ["constructor=", true],
    ["metadata.name=a\\,b,,", true],
    ["!=", true],
  ])("%j: %s", (text, selected) => {
    expect(matchesFields(parseFieldSelector(text), fields)).toBe(selected);
  });
  test.each([
    ["metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ["a=1,b in (c)", "invalid selector: 'a=1,b in (c)'; can't understand 'b in (c)'"],
    ["a=b\\", "invalid field selector: invalid escape sequence: \\"],
    ["a=b\\q", "invalid field selector: invalid escape sequence: \\q"],
    ["a=b=c", "invalid field selector: unescaped character in value: 61"],
    ["a!==b", "invalid field selector: unescaped character in value: 61"],
  ])("%j cannot be read", (text, message) => {
    expect(errorOf(() => parseFieldSelector(text))).toBe(message);
  });
  test("the one value demanded of a field", () => {
    const selector = parseFieldSelector("b!=1,a==x");
    expect(exactFieldValue(selector, "a")).toBe("x");
    expect(exactFieldValue(selector, "b")).toBeUndefined();
    expect(printFieldSelector(selector)).toBe("a=x,b!=1");
  });
});
