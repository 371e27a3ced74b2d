import { describe, expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { AuthorizationAttributes } from "./authorizer.ts";
import type { PolicyRule } from "./policy-rule.ts";
import { createRbacPolicy, type RbacPolicy } from "./rbac.ts";

function user(username: string, ...groups: string[]): UserInfo {
  return { username, uid: "", groups, extra: {} };
}

function wish(who: UserInfo, verb: string, namespace: string, name = ""): AuthorizationAttributes {
  return {
    user: who,
    verb,
    resourceRequest: true,
    apiGroup: "",
    apiVersion: "v1",
    resource: "pods",
    subresource: "",
    name,
    namespace,
    path: "",
  };
}

function role(name: string, namespace: string, ...rules: Partial<PolicyRule>[]): KubeObject {
  return { metadata: { name, ...(namespace === "" ? {} : { namespace }) }, rules };
}

function binding(name: string, namespace: string, ref: string, ...subjects: string[]): KubeObject {
  const [kind = "", roleName = ""] = ref.split(" ");
  return {
    metadata: { name, ...(namespace === "" ? {} : { namespace }) },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: roleName },
    subjects: subjects.map((text) => {
      const [subjectKind = "", subjectName = "", home] = text.split(" ");
      return {
        kind: subjectKind,
        name: subjectName,
        ...(home === undefined ? {} : { namespace: home }),
      };
    }),
  };
}

const PODS = { verbs: ["get"], apiGroups: [""], resources: ["pods"] };

function policyWith(...subjects: string[]): RbacPolicy {
  const policy = createRbacPolicy();
  policy.upsert("roles", role("r", "ns", PODS));
  policy.upsert("rolebindings", binding("b", "ns", "Role r", ...subjects));
  return policy;
}

describe("subjects", () => {
  test.each([
    ["User jane", user("jane"), 'User "jane"'],
    ["Group devs", user("x", "y", "devs"), 'Group "devs"'],
    ["ServiceAccount app", user("system:serviceaccount:ns:app"), 'ServiceAccount "app/ns"'],
    [
      "ServiceAccount app other",
      user("system:serviceaccount:other:app"),
      'ServiceAccount "app/other"',
    ],
  ])("%s", (subject, who, described) => {
    const policy = policyWith("User nobody", subject);
    expect(policy.authorize(wish(who, "get", "ns"))).toEqual({
      decision: "allow",
      reason: `RBAC: allowed by RoleBinding "b/ns" of Role "r" to ${described}`,
    });
    const verdict = policy.authorize(wish(who, "get", "elsewhere"));
    expect(verdict).toEqual({ decision: "no-opinion", reason: "" });
  });
  test.each([
    ["User devs", user("x", "devs")],
    ["Group jane", user("jane")],
    ["User *", user("jane")],
    ["Robot jane", user("jane")],
    ["ServiceAccount app", user("system:serviceaccount:other:app")],
  ])("%s is somebody else", (subject, who) => {
    expect(policyWith(subject).authorize(wish(who, "get", "ns")).decision).toBe("no-opinion");
  });
  test("an account without a namespace is nobody cluster wide", () => {
    const policy = createRbacPolicy();
    policy.upsert("clusterroles", role("c", "", PODS));
    policy.upsert("clusterrolebindings", binding("b", "", "ClusterRole c", "ServiceAccount app"));
    const who = user("system:serviceaccount::app");
    expect(policy.authorize(wish(who, "get", "ns")).decision).toBe("no-opinion");
  });
});

describe("roles", () => {
  test("a cluster role in a role binding counts in that namespace", () => {
    const policy = createRbacPolicy();
    policy.upsert("clusterroles", role("c", "", PODS));
    policy.upsert("rolebindings", binding("b", "ns", "ClusterRole c", "User u"));
    expect(policy.authorize(wish(user("u"), "get", "ns")).reason).toBe(
      'RBAC: allowed by RoleBinding "b/ns" of ClusterRole "c" to User "u"',
    );
    expect(policy.authorize(wish(user("u"), "get", "")).decision).toBe("no-opinion");
  });
  test("cluster wide bindings come first, then by name", () => {
    const policy = policyWith("User u");
    policy.upsert("clusterroles", role("c", "", PODS));
    policy.upsert("clusterrolebindings", binding("z", "", "ClusterRole c", "User u"));
    policy.upsert("clusterrolebindings", binding("y", "", "ClusterRole c", "User u"));
    expect(policy.authorize(wish(user("u"), "get", "ns")).reason).toContain(
      'ClusterRoleBinding "y"',
    );
  });
  test("missing ones are named in refusals only", () => {
    const policy = policyWith("User u");
    policy.upsert("rolebindings", binding("a", "ns", "Role gone", "User u"));
    policy.upsert("clusterrolebindings", binding("c", "", "ClusterRole lost", "User u"));
    expect(policy.authorize(wish(user("u"), "get", "ns")).decision).toBe("allow");
    expect(policy.authorize(wish(user("u"), "list", "ns"))).toEqual({
      decision: "no-opinion",
      reason:
        'RBAC: [clusterrole.rbac.authorization.k8s.io "lost" not found, role.rbac.authorization.k8s.io "gone" not found]',
    });
    expect(policy.authorize(wish(user("u"), "list", "")).reason).toBe(
      'RBAC: clusterrole.rbac.authorization.k8s.io "lost" not found',
    );
    expect(policy.rulesFor(user("u"), "").error).toBe(
      'clusterrole.rbac.authorization.k8s.io "lost" not found',
    );
  });
  test("a ClusterRoleBinding cannot reach a ClusterRole by calling it Role", () => {
    const policy = createRbacPolicy();
    policy.upsert("clusterroles", role("c", "", PODS));
    policy.upsert("clusterrolebindings", binding("b", "", "Role c", "User u"));
    expect(policy.authorize(wish(user("u"), "get", "")).decision).toBe("no-opinion");
  });
});

describe("changes count at once", () => {
  const who = user("u", "g");
  const decision = (policy: RbacPolicy): string =>
    policy.authorize(wish(who, "get", "ns")).decision;
  test.each<[string, (policy: RbacPolicy) => void]>([
    ["the binding goes", (policy) => policy.remove("rolebindings", "ns", "b")],
    ["the role goes", (policy) => policy.remove("roles", "ns", "r")],
    ["the role loses its rules", (policy) => policy.upsert("roles", role("r", "ns"))],
    [
      "the subject changes",
      (policy) => policy.upsert("rolebindings", binding("b", "ns", "Role r", "User v")),
    ],
    ["all bindings are replaced", (policy) => policy.replaceAll("rolebindings", [])],
    ["all roles are replaced", (policy) => policy.replaceAll("roles", [role("q", "ns", PODS)])],
  ])("%s", (_title, change) => {
    const policy = policyWith("User u", "Group g");
    expect(decision(policy)).toBe("allow");
    change(policy);
    expect(decision(policy)).toBe("no-opinion");
    policy.replaceAll("roles", [role("r", "ns", PODS)]);
    policy.replaceAll("rolebindings", [binding("b", "ns", "Role r", "Group g")]);
    expect(decision(policy)).toBe("allow");
  });
  test("removing or clearing one resource leaves the others", () => {
    const policy = policyWith("User u");
    policy.remove("clusterrolebindings", "", "b");
    policy.remove("clusterroles", "", "r");
    policy.replaceAll("clusterroles", []);
    policy.replaceAll("clusterrolebindings", []);
    expect(decision(policy)).toBe("allow");
  });
});

test("names are told apart where rules name objects", () => {
  const policy = createRbacPolicy();
  policy.upsert("roles", role("r", "ns", { ...PODS, resourceNames: ["a"] }));
  policy.upsert("rolebindings", binding("b", "ns", "Role r", "User u"));
  const decide = (name: string): string =>
    policy.authorize(wish(user("u"), "get", "ns", name)).decision;
  expect([decide("a"), decide("b"), decide(""), decide("a")]).toEqual([
    "allow",
    "no-opinion",
    "no-opinion",
    "allow",
  ]);
});

test("rules of a user, those over resources and over paths apart", () => {
  const policy = policyWith("User u");
  policy.upsert("clusterroles", role("c", "", { verbs: ["get"], nonResourceURLs: ["/x"] }));
  policy.upsert("clusterrolebindings", binding("c", "", "ClusterRole c", "User u"));
  expect(policy.rulesFor(user("u"), "ns")).toEqual({
    resourceRules: [{ ...PODS, resourceNames: [] }],
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/x"] }],
    incomplete: false,
  });
  expect(policy.rulesFor(user("u"), "").resourceRules).toEqual([]);
});

test("what is remembered is bounded, and right after it was dropped", () => {
  const policy = createRbacPolicy();
  policy.upsert("roles", role("r", "ns", { ...PODS, resourceNames: ["n7"] }));
  policy.upsert("rolebindings", binding("b", "ns", "Role r", "User u"));
  for (let index = 0; index < 45_000; index++) {
    const verdict = policy.authorize(wish(user("u"), "get", "ns", `n${index}`));
    if ((verdict.decision === "allow") !== (index === 7)) throw new Error(`n${index}`);
  }
  expect(policy.authorize(wish(user("u"), "get", "ns", "n7")).decision).toBe("allow");
});
