import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubeObject } from "../src/api/object.ts";
import type { TrustedUser } from "../src/http/exchange.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";
import { generateKey } from "../src/tls/certificate-authority.ts";
import { createCertificateRequest } from "../src/tls/create-certificate-request.ts";

/** What those hear who ask for identity and rights in odd ways. */
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const NAMESPACED = `${RBAC}/namespaces/default`;
const ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
const ANN: TrustedUser = { username: "ann", groups: ["system:authenticated"] };

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  const rules = [
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["rolebindings"],
      verbs: ["create"],
    },
  ];
  await server.send("POST", `${NAMESPACED}/roles`, { metadata: { name: "binder" }, rules });
  await server.send("POST", `${NAMESPACED}/rolebindings`, {
    metadata: { name: "binder" },
    roleRef: roleRef("Role", "binder"),
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "ann" }],
  });
  await server.send("POST", ACCOUNTS, { metadata: { name: "robot" } });
});
afterAll(() => server[Symbol.asyncDispose]());

function roleRef(kind: string, name: string): unknown {
  return { apiGroup: "rbac.authorization.k8s.io", kind, name };
}

async function failure(
  url: string,
  body: unknown,
  user?: TrustedUser,
): Promise<Record<string, unknown>> {
  const answer = await server.send("POST", url, body, user === undefined ? {} : { user });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  return answer.json();
}

describe("a token request", () => {
  test("for another namespace is refused before anybody asks whether the namespace is there", async () => {
    const url = "/api/v1/namespaces/nowhere/serviceaccounts/robot/token";
    expect(await failure(url, { metadata: { namespace: "default" } })).toMatchObject({
      code: 400,
      message:
        "the namespace of the provided object does not match the namespace sent on the request",
    });
    expect(await failure(url, {})).toMatchObject({ code: 404, details: { kind: "namespaces" } });
  });

  test.each([
    ["Pod", "a/b", `Name parameter invalid: "a/b": may not contain '/'`],
    ["Node", "..", `Name parameter invalid: "..": may not be '..'`],
  ])("bound to a %s of the name %s is no request", async (kind, name, message) => {
    const body = { spec: { boundObjectRef: { kind, apiVersion: "v1", name } } };
    const answer = await failure(`${ACCOUNTS}/robot/token`, body);
    expect(answer).toMatchObject({ code: 400, reason: "BadRequest", message });
  });
});

test("an account is looked at on update as on create", async () => {
  const body = { metadata: { name: "robot", generateName: "Robo_" } };
  const answer = await server.send("PUT", `${ACCOUNTS}/robot`, body);
  expect(answer.json()).toMatchObject({
    code: 422,
    details: { causes: [{ field: "metadata.generateName", reason: "FieldValueInvalid" }] },
  });
});

test.each([
  ["ghost", 'serviceaccount "ghost" not found'],
  ["a/b%c", `invalid resource name "a/b%c": [may not contain '/' may not contain '%']`],
])("a pod of account %s is refused", async (serviceAccountName, why) => {
  const spec = { serviceAccountName, containers: [{ name: "main", image: "none" }] };
  const url = "/api/v1/namespaces/default/pods";
  const answer = await failure(url, { metadata: { name: "lost" }, spec });
  expect(answer.message).toBe(
    `pods "lost" is forbidden: error looking up service account default/${serviceAccountName}: ${why}`,
  );
});

test("a review comes back without what only the server sets", async () => {
  const metadata = {
    name: "of-ann",
    selfLink: "/x",
    uid: "u",
    deletionTimestamp: "2026-01-01T00:00:00Z",
    labels: { a: "b" },
  };
  const body = { metadata, spec: { token: "x" } };
  const url = "/apis/authentication.k8s.io/v1/tokenreviews";
  const answer = (await server.send("POST", url, body)).json<{
    metadata: KubeObject["metadata"];
  }>();
  expect(answer.metadata).toMatchObject({ name: "of-ann", labels: { a: "b" } });
  expect(JSON.stringify(answer.metadata)).not.toMatch(/selfLink|deletionTimestamp|uid/);
});

test("a review of one namespace has no path without a namespace", async () => {
  const url = "/apis/authorization.k8s.io/v1/localsubjectaccessreviews";
  expect(await failure(url, { spec: { user: "ann" } })).toMatchObject({
    code: 404,
    message: "the server could not find the requested resource",
  });
});

describe("a binding by somebody who may not give the role away", () => {
  test("is refused without the name that it would have been given", async () => {
    const body = { metadata: { generateName: "mine-" }, roleRef: roleRef("ClusterRole", "edit") };
    const answer = await failure(`${NAMESPACED}/rolebindings`, body, ANN);
    expect(answer).toMatchObject({ code: 403, details: { kind: "rolebindings" } });
    expect(answer.message).toMatch(
      /^rolebindings\.rbac\.authorization\.k8s\.io is forbidden: user "ann" /,
    );
    expect(answer.details).not.toHaveProperty("name");
  });

  test("to a role of a kind that there is not cannot be judged", async () => {
    const body = { metadata: { name: "mine" }, roleRef: roleRef("Crown", "king") };
    const answer = await failure(`${NAMESPACED}/rolebindings`, body, ANN);
    expect(answer).toMatchObject({
      code: 500,
      message: 'unsupported role reference kind: "Crown"',
    });
    expect(answer).not.toHaveProperty("reason");
  });
});

test("a request for a certificate may have any name that can stand in a path", async () => {
  const url = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  const spec = { usages: ["any"], signerName: "x.example/y" };
  const nothing = await failure(url, { metadata: { name: "of jane/1" }, spec });
  expect(nothing.message).toBe(
    'CertificateSigningRequest.certificates.k8s.io "of jane/1" is invalid: spec.request: Invalid value: null: PEM block type must be CERTIFICATE REQUEST',
  );
  const request = Buffer.from(
    createCertificateRequest({
      key: generateKey(),
      subject: { commonName: "jane", organizations: [] },
    }),
  ).toString("base64");
  const named = await failure(url, { metadata: { name: "of jane/1" }, spec: { ...spec, request } });
  expect(named.message).toBe(
    `CertificateSigningRequest.certificates.k8s.io "of jane/1" is invalid: metadata.name: Invalid value: "of jane/1": may not contain '/'`,
  );
  const good = { metadata: { name: "Of Jane" }, spec: { ...spec, request } };
  expect((await server.send("POST", url, good)).status).toBe(201);
});

test("a path that cannot be read is refused without a word on caching", async () => {
  const answer = await server.send("GET", "/api/v1/watch");
  expect(answer.status).toBe(500);
  expect(answer.headers).not.toHaveProperty("cache-control");
});

describe("what a DELETE answers", () => {
  test.each([
    ["/apis/storage.k8s.io/v1/csinodes", { spec: { drivers: [] } }, "CSINode"],
    ["/apis/storage.k8s.io/v1/storageclasses", { provisioner: "x.example/y" }, "StorageClass"],
    [`${NAMESPACED}/roles`, { rules: [] }, "Status"],
    ["/api/v1/namespaces/default/configmaps", {}, "Status"],
  ])("at %s", async (url, body, kind) => {
    const created = await server.send("POST", url, { metadata: { name: "gone" }, ...body });
    expect(created.status, created.text).toBe(201);
    const answer = await server.send("DELETE", `${url}/gone`);
    expect(answer.json()).toMatchObject({ kind });
  });
});
