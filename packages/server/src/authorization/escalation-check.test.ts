import { describe, expect, test } from "vitest";
import type { KubeObject } from "../api/object.ts";
import { StatusError } from "../api/status-error.ts";
import type { UserInfo } from "../authentication/authenticator.ts";
import type { AuthorizationAttributes, Authorizer } from "./authorizer.ts";
import { checkBindingWrite, checkRoleWrite, type RbacWrite } from "./escalation-check.ts";
import { createRbacPolicy } from "./rbac.ts";

const app: UserInfo = { username: "app", uid: "", groups: ["g1", "g2"], extra: {} };
const ref = (kind: string, name: string): object => ({
  apiGroup: "rbac.authorization.k8s.io",
  kind,
  name,
});
const rule = (verbs: string, groups: string, resources: string, names?: string): object => ({
  verbs: verbs.split(" "),
  apiGroups: groups.split(" ").map((group) => (group === "core" ? "" : group)),
  resources: resources.split(" "),
  ...(names === undefined ? {} : { resourceNames: names.split(" ") }),
});

/** `app` reads pods, two config maps and every scale in `ns`, and may bind `loose` and escalate `mine`. */
const policy = createRbacPolicy();
policy.upsert("roles", {
  metadata: { name: "w", namespace: "ns" },
  rules: [
    rule("get list", "core", "pods"),
    rule("get", "core", "configmaps", "a b"),
    rule("get", "*", "*/scale"),
    rule("bind", "rbac.authorization.k8s.io", "roles", "loose"),
    rule("escalate", "rbac.authorization.k8s.io", "roles", "mine"),
  ],
});
policy.upsert("roles", {
  metadata: { name: "small", namespace: "ns" },
  rules: [rule("get", "core", "pods")],
});
policy.upsert("roles", {
  metadata: { name: "loose", namespace: "ns" },
  rules: [rule("*", "*", "*")],
});
policy.upsert("clusterroles", {
  metadata: { name: "cluster-admin" },
  rules: [rule("*", "*", "*"), { verbs: ["*"], nonResourceURLs: ["*"] }],
});
policy.upsert("rolebindings", {
  metadata: { name: "w", namespace: "ns" },
  roleRef: ref("Role", "w"),
  subjects: [{ kind: "User", name: "app" }],
});
const dependencies = { authorizer: policy, rules: policy };

function write(object: KubeObject, parts: Partial<RbacWrite> = {}): RbacWrite {
  return { user: app, namespace: "ns", name: "", object, old: undefined, ...parts };
}

function role(...rules: object[]): KubeObject {
  return { metadata: { name: "x", namespace: "ns" }, rules };
}

function binding(roleRef: object): KubeObject {
  return { metadata: { name: "b", namespace: "ns" }, roleRef, subjects: [] };
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "";
}

const HEAD =
  'user "app" (groups=["g1" "g2"]) is attempting to grant RBAC permissions not currently held:\n';

describe("roles", () => {
  test.each<[object[], string]>([
    [[rule("get", "core", "pods")], ""],
    [[rule("get", "core", "pods", "p")], ""],
    [[rule("get", "core", "configmaps", "b")], ""],
    [[rule("get", "apps", "deployments/scale")], ""],
    [[], ""],
    [
      [rule("get delete", "core", "pods")],
      '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
    ],
    [[rule("get", "core apps", "pods")], '{APIGroups:["apps"], Resources:["pods"], Verbs:["get"]}'],
    [[rule("get", "core", "pods/log")], '{APIGroups:[""], Resources:["pods/log"], Verbs:["get"]}'],
    [[rule("*", "core", "pods")], '{APIGroups:[""], Resources:["pods"], Verbs:["*"]}'],
    [[rule("get", "core", "*")], '{APIGroups:[""], Resources:["*"], Verbs:["get"]}'],
    [
      [rule("get", "core", "configmaps", "a c")],
      '{APIGroups:[""], Resources:["configmaps"], ResourceNames:["c"], Verbs:["get"]}',
    ],
    [
      [rule("get", "core", "configmaps")],
      '{APIGroups:[""], Resources:["configmaps"], Verbs:["get"]}',
    ],
    [
      [
        rule("get", "core", "secrets"),
        rule("list", "core", "secrets"),
        rule("create", "apps", "deployments"),
        { verbs: ["get"], nonResourceURLs: ["/x"] },
      ],
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}\n{APIGroups:["apps"], Resources:["deployments"], Verbs:["create"]}\n{NonResourceURLs:["/x"], Verbs:["get"]}',
    ],
    [
      [{ verbs: [] }, rule("get", "core", "secrets")],
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
    ],
  ])("%j", (rules, missing) => {
    const text =
      missing === ""
        ? ""
        : `403 roles.rbac.authorization.k8s.io "x" is forbidden: ${HEAD}${missing}`;
    expect(refusal(() => checkRoleWrite("roles", write(role(...rules)), dependencies))).toBe(text);
  });
  test("the right to escalate by name helps once the name is in the URL", () => {
    const object = role(rule("get", "core", "secrets"));
    expect(
      refusal(() => checkRoleWrite("roles", write(object, { name: "mine" }), dependencies)),
    ).toBe("");
    expect(refusal(() => checkRoleWrite("roles", write(object), dependencies))).toMatch(/^403/);
  });
  test("masters need not hold anything", () => {
    const user = { ...app, groups: ["system:masters"] };
    const object = role(rule("*", "*", "*"));
    expect(refusal(() => checkRoleWrite("roles", write(object, { user }), dependencies))).toBe("");
  });
  test("what could not be resolved is told", () => {
    const lame = createRbacPolicy();
    lame.upsert("rolebindings", {
      metadata: { name: "b", namespace: "ns" },
      roleRef: ref("Role", "gone"),
      subjects: [{ kind: "User", name: "app" }],
    });
    const text = refusal(() =>
      checkRoleWrite("roles", write(role(rule("get", "core", "pods"))), {
        authorizer: lame,
        rules: lame,
      }),
    );
    expect(text).toMatch(
      /; resolution errors: \[role\.rbac\.authorization\.k8s\.io "gone" not found\]$/,
    );
  });
});

describe("updates", () => {
  const old: KubeObject = {
    ...role(rule("get", "core", "secrets")),
    metadata: { name: "x", namespace: "ns", resourceVersion: "5" },
  };
  const changed = (metadata: object): RbacWrite =>
    write({ ...old, metadata: { ...old.metadata, ...metadata } }, { name: "x", old });
  test.each([
    [{ finalizers: ["a/b"] }, true],
    [{ ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "1" }] }, true],
    [{ managedFields: [{ manager: "m" }] }, true],
    [{ labels: { a: "b" } }, false],
    [{ annotations: { a: "b" }, finalizers: ["a/b"] }, false],
  ])("%j of a role not held: %s", (metadata, allowed) => {
    expect(refusal(() => checkRoleWrite("roles", changed(metadata), dependencies)) === "").toBe(
      allowed,
    );
  });
});

describe("aggregation", () => {
  const aggregate = { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] };
  const object: KubeObject = { metadata: { name: "agg" }, rules: [], aggregationRule: aggregate };
  const plain: KubeObject = { metadata: { name: "agg" }, rules: [] };
  const text =
    '403 clusterroles.rbac.authorization.k8s.io "agg" is forbidden: must have cluster-admin privileges to use the aggregationRule';
  test.each([
    ["to begin", write(object, { namespace: "" }), text],
    ["to end", write(plain, { namespace: "", old: object }), text],
    ["neither", write(plain, { namespace: "" }), ""],
  ])("%s", (_title, one, refused) => {
    expect(refusal(() => checkRoleWrite("clusterroles", one, dependencies))).toBe(refused);
  });
});

describe("bindings", () => {
  test.each([
    [ref("Role", "small"), ""],
    [ref("Role", "loose"), ""],
    [ref("Role", "ghost"), '404 rolebindings.rbac.authorization.k8s.io "ghost" not found'],
    [ref("ClusterRole", "ghost"), '404 rolebindings.rbac.authorization.k8s.io "ghost" not found'],
    [
      ref("ClusterRole", "cluster-admin"),
      `403 rolebindings.rbac.authorization.k8s.io "b" is forbidden: ${HEAD}{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}`,
    ],
  ])("%j", (roleRef, refused) => {
    expect(
      refusal(() => checkBindingWrite("rolebindings", write(binding(roleRef)), dependencies)),
    ).toBe(refused);
  });
  test("the right to bind is asked in the namespace of the binding", async () => {
    const asked: AuthorizationAttributes[] = [];
    const authorizer: Authorizer = {
      authorize: async (wish) => {
        asked.push(wish);
        return { decision: "allow", reason: "" };
      },
    };
    await checkBindingWrite("rolebindings", write(binding(ref("ClusterRole", "view"))), {
      authorizer,
      rules: policy,
    });
    expect(asked).toMatchObject([
      { verb: "bind", resource: "clusterroles", name: "view", namespace: "ns", apiVersion: "*" },
    ]);
  });
});
