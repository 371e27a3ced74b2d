import { expect, it } from "vitest";
import { equalEntries, semanticEqual } from "./equality.ts";

it.each<[unknown, unknown, boolean]>([
  [{ a: [] }, {}, true],
  [{ a: { b: null } }, {}, true],
  [{ resources: { limits: {} } }, { resources: {} }, true],
  [{ a: { b: 1 } }, {}, false],
  [{ value: "" }, {}, true],
  [{ automountServiceAccountToken: false }, {}, false],
  [{ storageClassName: "" }, {}, false],
  [{ readOnly: false }, {}, true],
  [{ nodeSelector: { a: "" } }, { nodeSelector: {} }, false],
  [{ n: 5 }, { n: 5n }, true],
  [[1, 2], [2, 1], false],
])("case %#", (left, right, equal) => {
  expect(semanticEqual(left, right)).toBe(equal);
  expect(semanticEqual(right, left)).toBe(equal);
});

it("compares maps of strings by key", () => {
  expect(equalEntries({ a: "" }, undefined)).toBe(false);
  expect(equalEntries({}, null)).toBe(true);
});
