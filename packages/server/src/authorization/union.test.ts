import { describe, expect, test } from "vitest";
import type { AuthorizationAttributes, AuthorizationVerdict, Authorizer } from "./authorizer.ts";
import { privilegedGroupAuthorizer } from "./privileged-group.ts";
import { createUnionAuthorizer, createUnionRuleResolver } from "./union.ts";

const user = { username: "u", uid: "", groups: ["system:masters"], extra: {} };
const attributes: AuthorizationAttributes = {
  user,
  verb: "get",
  resourceRequest: false,
  apiGroup: "",
  apiVersion: "",
  resource: "",
  subresource: "",
  name: "",
  namespace: "",
  path: "/x",
};

function saying(
  decision: AuthorizationVerdict["decision"],
  reason = "",
  error?: string,
): Authorizer {
  const verdict = { decision, reason, ...(error === undefined ? {} : { error }) };
  return { authorize: () => verdict };
}

function later(authorizer: Authorizer): Authorizer {
  return { authorize: async (wish) => authorizer.authorize(wish) };
}

const never: Authorizer = {
  authorize: () => {
    throw new Error("asked although somebody had decided");
  },
};

describe("the union of authorizers", () => {
  test.each<[string, Authorizer[], AuthorizationVerdict]>([
    ["none", [], { decision: "no-opinion", reason: "" }],
    [
      "first allow",
      [saying("no-opinion", "a"), saying("allow", "b"), never],
      { decision: "allow", reason: "b" },
    ],
    ["first deny", [saying("deny", "no"), never], { decision: "deny", reason: "no" }],
    [
      "reasons are joined",
      [
        saying("no-opinion", "a"),
        saying("no-opinion"),
        saying("no-opinion", "b", "e"),
        saying("no-opinion", "", "f"),
      ],
      { decision: "no-opinion", reason: "a\nb", error: "[e, f]" },
    ],
    [
      "one reason",
      [saying("no-opinion"), saying("no-opinion", "a", "e")],
      { decision: "no-opinion", reason: "a", error: "e" },
    ],
  ])("%s", async (_title, authorizers, verdict) => {
    expect(createUnionAuthorizer(authorizers).authorize(attributes)).toEqual(verdict);
    const mixed = authorizers.map((one, index) => (index % 2 === 0 ? later(one) : one));
    expect(await createUnionAuthorizer(mixed).authorize(attributes)).toEqual(verdict);
  });
});

test("masters are allowed, without a reason", () => {
  expect(privilegedGroupAuthorizer.authorize(attributes)).toEqual({
    decision: "allow",
    reason: "",
  });
  const other = { ...attributes, user: { ...user, groups: ["system:mast"] } };
  expect(privilegedGroupAuthorizer.authorize(other)).toEqual({
    decision: "no-opinion",
    reason: "",
  });
});

describe("the union of rules", () => {
  const one = {
    resourceRules: [{ verbs: ["get"], apiGroups: [""], resources: ["a"], resourceNames: [] }],
    nonResourceRules: [],
    incomplete: false,
    error: "x",
  };
  const two = {
    ...one,
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/"] }],
    incomplete: true,
  };
  const both = {
    resourceRules: [...one.resourceRules, ...two.resourceRules],
    nonResourceRules: two.nonResourceRules,
    incomplete: true,
    error: "x",
  };
  test("at once", () => {
    const union = createUnionRuleResolver([{ rulesFor: () => one }, { rulesFor: () => two }]);
    expect(union.rulesFor(user, "")).toEqual(both);
  });
  test("later", async () => {
    const union = createUnionRuleResolver([{ rulesFor: async () => one }, { rulesFor: () => two }]);
    expect(await union.rulesFor(user, "")).toEqual(both);
  });
});
