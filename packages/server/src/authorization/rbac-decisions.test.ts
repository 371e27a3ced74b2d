import { describe, expect, test } from "vitest";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { AuthorizationAttributes } from "./authorizer.ts";
import { RbacDecisions } from "./rbac-decisions.ts";
import { RbacIndex } from "./rbac-index.ts";

const jane: UserInfo = { username: "jane", uid: "", groups: [], extra: {} };

function wish(parts: Partial<AuthorizationAttributes>): AuthorizationAttributes {
  return {
    user: jane,
    verb: "get",
    resourceRequest: true,
    apiGroup: "",
    apiVersion: "v1",
    resource: "pods",
    subresource: "",
    name: "p",
    namespace: "",
    path: "",
    ...parts,
  };
}

/** Decisions over one role that names an object, so that names count. */
function decisions(): RbacDecisions {
  const index = new RbacIndex();
  const rule = { verbs: ["get"], apiGroups: [""], resources: ["pods"], resourceNames: ["p"] };
  index.putRole("", "r", [
    { ...rule, nonResourceURLs: [] },
    { ...rule, resources: [], resourceNames: [], nonResourceURLs: ["/long/*"] },
  ]);
  const subject = { kind: "User", apiGroup: "", name: "jane", namespace: "" };
  index.putBinding("", "b", { apiGroup: "", kind: "ClusterRole", name: "r" }, [subject]);
  return new RbacDecisions(index);
}

const LONG = "x".repeat(10_000);

describe("what is remembered", () => {
  test.each<[string, Partial<AuthorizationAttributes>, string]>([
    ["a path", { resourceRequest: false, path: `/long/${LONG}` }, "allow"],
    ["a name", { name: LONG }, "no-opinion"],
    ["a resource", { resource: LONG }, "no-opinion"],
    ["a group", { apiGroup: LONG }, "no-opinion"],
    ["a namespace", { namespace: LONG }, "allow"],
  ])("grows by no %s that is long", (_what, parts, decision) => {
    const cache = decisions();
    cache.authorize(wish({}));
    const before = cache.remembered;
    for (let round = 0; round < 2; round++) {
      expect(cache.authorize(wish(parts)).decision).toBe(decision);
    }
    expect(cache.remembered).toBe(before);
  });

  test("of an identity that is long belongs to its user, and is forgotten with the rest", () => {
    const cache = decisions();
    const user = { ...jane, groups: [LONG] };
    const first = cache.authorize(wish({ user }));
    expect(first.decision).toBe("allow");
    expect(cache.authorize(wish({ user }))).toBe(first);
    cache.forget();
    expect(cache.remembered).toBe(0);
    expect(cache.authorize(wish({ user }))).not.toBe(first);
  });

  test("is what was asked before", () => {
    const cache = decisions();
    expect(cache.authorize(wish({}))).toBe(cache.authorize(wish({})));
    const before = cache.remembered;
    cache.authorize(wish({ name: "q" }));
    expect(cache.remembered).toBe(before + 1);
  });
});
