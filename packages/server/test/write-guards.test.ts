import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TrustedUser } from "../src/http/exchange.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

/** What stands between an authorised writer and the store, besides admission. */
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const NAMESPACED = `${RBAC}/namespaces/default`;
const JOE: TrustedUser = { username: "joe", groups: ["system:authenticated"] };

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await grant("author", [
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["roles", "rolebindings"],
      verbs: ["create", "update", "patch"],
    },
    { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
  ]);
});

afterAll(() => server[Symbol.asyncDispose]());

async function grant(name: string, rules: readonly unknown[]): Promise<void> {
  await server.send("POST", `${NAMESPACED}/roles`, { metadata: { name }, rules });
  await server.send("POST", `${NAMESPACED}/rolebindings`, binding(name, "Role", name));
}

function binding(name: string, kind: string, role: string): unknown {
  return {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: role },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "joe" }],
  };
}

const pods = (verb: string) => ({ apiGroups: [""], resources: ["pods"], verbs: [verb] });
const role = (name: string, verb: string) => ({ metadata: { name }, rules: [pods(verb)] });

describe("rights given away", () => {
  test.each([
    ["a role with rights that its author holds", "roles", role("held", "get"), 201],
    ["a role with more", "roles", role("more", "delete"), 403],
    ["a role with no rule", "roles", { metadata: { name: "empty" }, rules: [] }, 201],
    [
      "a binding of a role that its author holds",
      "rolebindings",
      binding("b", "Role", "author"),
      201,
    ],
    ["a binding of more", "rolebindings", binding("c", "ClusterRole", "cluster-admin"), 403],
    ["a binding of a role that is not there", "rolebindings", binding("d", "Role", "none"), 404],
  ])("%s", async (_name, resource, body, status) => {
    const answer = await server.send("POST", `${NAMESPACED}/${resource}`, body, { user: JOE });
    expect(answer.status, answer.text).toBe(status);
  });

  test("a role does not grow, by PUT, patch or apply", async () => {
    await server.send("POST", `${NAMESPACED}/roles`, role("small", "get"));
    const path = `${NAMESPACED}/roles/small`;
    const body = role("small", "delete");
    const applied = {
      ...body,
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
    };
    const writes = [
      await server.send("PUT", path, body, { user: JOE }),
      await server.send("PATCH", path, body, {
        user: JOE,
        headers: { "content-type": "application/merge-patch+json" },
      }),
      await server.send("PATCH", `${path}?fieldManager=joe&force=true`, applied, {
        user: JOE,
        headers: { "content-type": "application/apply-patch+yaml" },
      }),
    ];
    for (const { status, text } of writes) {
      expect(status, text).toBe(403);
      expect(text).toContain("is attempting to grant RBAC permissions not currently held");
    }
    const stored = await server.send("GET", path);
    expect(stored.json().rules).toEqual([pods("get")]);
  });
});

test("a PUT that finds nothing needs the right to create, by that name", async () => {
  const amy: TrustedUser = { username: "amy", groups: ["system:authenticated"] };
  await server.send("POST", `${NAMESPACED}/roles`, {
    metadata: { name: "amy" },
    rules: [
      { apiGroups: [""], resources: ["services"], verbs: ["update"] },
      { apiGroups: [""], resources: ["services"], verbs: ["create"], resourceNames: ["yes"] },
    ],
  });
  await server.send("POST", `${NAMESPACED}/rolebindings`, {
    ...(binding("amy", "Role", "amy") as object),
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "amy" }],
  });
  const put = (name: string) =>
    server.send(
      "PUT",
      `/api/v1/namespaces/default/services/${name}`,
      { metadata: { name }, spec: { ports: [{ port: 80 }] } },
      { user: amy },
    );
  expect((await put("yes")).status).toBe(201);
  const refused = await put("no");
  expect(refused.status).toBe(403);
  expect(refused.json().message).toBe(
    'services "no" is forbidden: User "amy" cannot create resource "services" in API group "" in the namespace "default"',
  );
});

describe("x-content-type-options", () => {
  test.each([
    ["is sent when the authoriser refuses", "GET", "/api/v1/nodes", { user: JOE }, "nosniff"],
    ["is not sent when admission does", "DELETE", "/api/v1/namespaces/default", {}, undefined],
  ])("%s", async (_name, method, url, more, expected) => {
    const answer = await server.send(method, url, undefined, more);
    expect(answer.status).toBe(403);
    expect(answer.headers["x-content-type-options"]).toBe(expected);
  });
});

test("an empty list of rules reads back as upstream stores it", async () => {
  const created = await server.send("POST", `${NAMESPACED}/roles`, {
    metadata: { name: "nothing" },
    rules: [],
  });
  expect(created.json()).toHaveProperty("rules", null);
});
