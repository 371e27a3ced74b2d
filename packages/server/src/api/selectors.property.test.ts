import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type LabelRequirement,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  printFieldSelector,
  printLabelSelector,
} from "./selectors.ts";

const key = fc.constantFrom("a", "b", "in", "example.com/x", "notin");
const value = fc.constantFrom("", "1", "x", "in", "y-1");
const requirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom("=" as const, "==" as const, "!=" as const),
    values: fc.tuple(value),
  }),
  fc.record({
    key,
    operator: fc.constantFrom("in" as const, "notin" as const),
    values: fc.uniqueArray(value, { minLength: 1 }).map((values) => values.sort()),
  }),
  fc.record({
    key,
    operator: fc.constantFrom("exists" as const, "!" as const),
    values: fc.constant([]),
  }),
);

test("a label selector that is printed parses back to an equal one", () => {
  fc.assert(
    fc.property(fc.array(requirement, { maxLength: 4 }), (requirements) => {
      const once = parseLabelSelector(printLabelSelector({ requirements }));
      expect(new Set(once.requirements.map((one) => JSON.stringify(one)))).toEqual(
        new Set(requirements.map((one) => JSON.stringify(one))),
      );
      expect(parseLabelSelector(printLabelSelector(once))).toEqual(once);
    }),
  );
});

test("the parts of a label selector are anded", () => {
  const labels = fc.dictionary(key, value);
  fc.assert(
    fc.property(fc.array(requirement, { maxLength: 3 }), labels, (requirements, map) => {
      const each = requirements.every((one) => matchesLabels({ requirements: [one] }, map));
      expect(matchesLabels({ requirements }, map)).toBe(each);
    }),
  );
});

test("any value of a field survives printing and parsing", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("=" as const, "!=" as const), (text, operator) => {
      const selector = { requirements: [{ key: "f", operator, values: [text] as const }] };
      expect(parseFieldSelector(printFieldSelector(selector))).toEqual(selector);
    }),
  );
});
