import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuthorizationAttributes } from "./authorizer.ts";
import type { PolicyRule } from "./policy-rule.ts";
import { breakDown, compactRules, uncoveredRules } from "./rule-coverage.ts";
import { ruleAllows } from "./rule-match.ts";

const list = (...values: string[]): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength: 2 });
// A rule is over resources or over paths: validation refuses one that is both.
const none = fc.constant([] as string[]);
const rule: fc.Arbitrary<PolicyRule> = fc.oneof(
  fc.record({
    verbs: list("get", "list", "*"),
    apiGroups: list("", "apps", "*"),
    resources: list("pods", "pods/log", "*/log", "*"),
    resourceNames: list("a", "b"),
    nonResourceURLs: none,
  }),
  fc.record({
    verbs: list("get", "*"),
    apiGroups: none,
    resources: none,
    resourceNames: none,
    nonResourceURLs: list("/x", "/x/*", "*"),
  }),
);
const rules = fc.array(rule, { maxLength: 3 });
const wish: fc.Arbitrary<AuthorizationAttributes> = fc.record({
  user: fc.constant({ username: "u", uid: "", groups: [], extra: {} }),
  verb: fc.constantFrom("get", "list", "delete"),
  resourceRequest: fc.boolean(),
  apiGroup: fc.constantFrom("", "apps", "batch"),
  apiVersion: fc.constant("v1"),
  resource: fc.constantFrom("pods", "nodes"),
  subresource: fc.constantFrom("", "log"),
  name: fc.constantFrom("", "a", "c"),
  namespace: fc.constant(""),
  path: fc.constantFrom("/x", "/x/y", "/z"),
});
const allows = (held: readonly PolicyRule[], one: AuthorizationAttributes): boolean =>
  held.some((each) => ruleAllows(each, one));

test("every set of rules covers itself, and nothing is covered by none", () => {
  fc.assert(
    fc.property(rules, (held) => {
      expect(uncoveredRules(held, held)).toEqual([]);
      expect(uncoveredRules([], held)).toEqual(held.flatMap(breakDown));
    }),
  );
});

test("who may not give away rules may do something the holder may not, and only then", () => {
  fc.assert(
    fc.property(rules, rules, wish, (held, wanted, one) => {
      fc.pre(uncoveredRules(held, wanted).length === 0);
      if (allows(wanted, one)) expect(allows(held, one)).toBe(true);
    }),
  );
});

test("broken down and put together again, rules allow what they allowed", () => {
  fc.assert(
    fc.property(rule, wish, (whole, one) => {
      expect(allows(breakDown(whole), one)).toBe(ruleAllows(whole, one));
      expect(allows(compactRules(breakDown(whole)), one)).toBe(ruleAllows(whole, one));
    }),
  );
});
