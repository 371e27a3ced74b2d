import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClientIdentity } from "../src/agent/node/join/client-identity.ts";
import { readKubeconfig } from "../src/client/node/kubeconfig.ts";
import { realClock } from "../src/runtime/clock.ts";
import { silentLogger } from "../src/runtime/logger.ts";
import { systemRandom } from "../src/runtime/random.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";
import { generateKey } from "../src/tls/certificate-authority.ts";
import { createCertificateRequest } from "../src/tls/create-certificate-request.ts";
import { HttpsClient } from "./https-client.fixture.ts";

/**
 * What somebody gets who has broken into a node and holds its certificate: what is that node's anyway,
 * and nothing of another one's. Everything goes over the port, as it would.
 */
const NS = "/api/v1/namespaces/shop";
const PODS = `${NS}/pods`;
const MERGE = { "content-type": "application/merge-patch+json" };

let server: TestServer;
let directory: string;
let admin: HttpsClient;
let node: HttpsClient;

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly body: { readonly metadata?: { readonly uid?: string } };
}

/** As the hostile agent. */
async function attempt(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { status, text } = await node.send(method, path, body, headers);
  const parsed = (text.startsWith("{") ? JSON.parse(text) : {}) as Answer["body"] & {
    message?: string;
  };
  return { status, message: parsed.message ?? "", body: parsed };
}

async function make(path: string, body: object): Promise<string> {
  const { status, text } = await admin.send("POST", path, body);
  expect(status, text).toBe(201);
  return (JSON.parse(text) as { metadata: { uid: string } }).metadata.uid;
}

function pod(name: string, nodeName: string, secret: string): object {
  return {
    metadata: { name },
    spec: {
      nodeName,
      serviceAccountName: "builder",
      containers: [{ name: "c", image: "host" }],
      volumes: [
        { name: "s", secret: { secretName: secret } },
        { name: "m", configMap: { name: secret } },
        {
          name: "t",
          projected: { sources: [{ serviceAccountToken: { path: "t", audience: "vault" } }] },
        },
      ],
    },
  };
}

const uids = { own: "", other: "" };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "countersign-hostile-"));
  server = await startTestServer({ options: { "enable-bootstrap-token-auth": true } });
  admin = new HttpsClient(server);
  const identity = new ClientIdentity({
    access: await readKubeconfig(server.server.kubeconfigPath),
    directory,
    nodeName: "n1",
    userAgent: "kubelet/test",
    clock: realClock,
    random: systemRandom,
    logger: silentLogger,
  });
  await identity.join(new AbortController().signal);
  node = new HttpsClient(server, identity.credential);
  await make("/api/v1/namespaces", { metadata: { name: "shop" } });
  await make(`${NS}/serviceaccounts`, { metadata: { name: "builder" } });
  for (const name of ["own", "other", "unused"]) {
    await make(`${NS}/secrets`, { metadata: { name }, stringData: { password: name } });
    await make(`${NS}/configmaps`, { metadata: { name }, data: { a: name } });
  }
  expect((await attempt("POST", "/api/v1/nodes", { metadata: { name: "n1" } })).status).toBe(201);
  await make("/api/v1/nodes", { metadata: { name: "n2" } });
  uids.own = await make(PODS, pod("own", "n1", "own"));
  uids.other = await make(PODS, pod("other", "n2", "other"));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

describe("secrets and config maps", () => {
  test.each(["secrets", "configmaps"])(
    "%s of pods of the node, one by one, and no others",
    async (kind) => {
      expect((await attempt("GET", `${NS}/${kind}/own`)).status).toBe(200);
      for (const name of ["other", "unused", "missing"]) {
        const refused = await attempt("GET", `${NS}/${kind}/${name}`);
        expect([refused.status, refused.message]).toEqual([
          403,
          `${kind} "${name}" is forbidden: User "system:node:n1" cannot get resource "${kind}" in API group "" in the namespace "shop": no relationship found between node 'n1' and this object`,
        ]);
      }
    },
  );

  test.each([
    `${NS}/secrets`,
    "/api/v1/secrets",
    `${NS}/secrets?fieldSelector=metadata.name%3Dother`,
    `${NS}/secrets?watch=true`,
    `${NS}/configmaps`,
  ])("not by a list: %s", async (path) => {
    expect((await attempt("GET", path)).status).toBe(403);
  });

  test.each(["PUT", "DELETE"])("not to change: %s", async (method) => {
    const body = method === "PUT" ? { metadata: { name: "own" }, data: {} } : undefined;
    expect((await attempt(method, `${NS}/secrets/own`, body)).status).toBe(403);
  });

  test("not through a pod that it would put on itself", async () => {
    const refused = await attempt("POST", PODS, pod("spy", "n1", "unused"));
    expect([refused.status, refused.message]).toEqual([
      403,
      'pods "spy" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
    ]);
    const target = { apiVersion: "v1", kind: "Node", name: "n1" };
    const bound = await attempt("POST", `${PODS}/other/binding`, {
      metadata: { name: "other" },
      target,
    });
    expect(bound.status).toBe(403);
  });
});

describe("tokens", () => {
  const request = (spec: object) =>
    attempt("POST", `${NS}/serviceaccounts/builder/token`, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec,
    });
  const bound = (name: string, uid: string) => ({ kind: "Pod", apiVersion: "v1", name, uid });

  test("of a pod of the node", async () => {
    expect((await request({ boundObjectRef: bound("own", uids.own) })).status).toBe(201);
    const vault = { audiences: ["vault"], boundObjectRef: bound("own", uids.own) };
    expect((await request(vault)).status).toBe(201);
  });

  test.each<[string, () => object, string]>([
    [
      "of a pod of another node",
      () => ({ boundObjectRef: bound("other", uids.other) }),
      "node requested token bound to a pod scheduled on a different node",
    ],
    ["bound to nothing", () => ({}), "node requested token not bound to a pod"],
    [
      "of a pod without saying which",
      () => ({ boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "own" } }),
      "node requested token with a pod binding without a uid",
    ],
    [
      "of an earlier pod",
      () => ({ boundObjectRef: bound("own", uids.other) }),
      "does not match the UID in record",
    ],
    [
      "for somebody the pod does not talk to",
      () => ({ audiences: ["bank"], boundObjectRef: bound("own", uids.own) }),
      'audience "bank" not found in pod spec volume',
    ],
  ])("not %s", async (_what, spec, message) => {
    const refused = await request(spec());
    expect(refused.status).toBe(403);
    expect(refused.message).toContain(message);
  });

  test("not of an account that no pod of the node has", async () => {
    const refused = await attempt(
      "POST",
      "/api/v1/namespaces/kube-system/serviceaccounts/namespace-controller/token",
      {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { boundObjectRef: bound("own", uids.own) },
      },
    );
    expect(refused.status).toBe(403);
  });
});

describe("pods", () => {
  const mirror = (name: string, nodeName: string, more: object = {}) => ({
    metadata: { name, annotations: { "kubernetes.io/config.mirror": "x" }, ...ownedBy() },
    spec: {
      nodeName,
      containers: [{ name: "c", image: "host" }],
      automountServiceAccountToken: false,
      ...more,
    },
  });
  let nodeUid = "";
  const ownedBy = () => ({
    ownerReferences: [
      { apiVersion: "v1", kind: "Node", name: "n1", uid: nodeUid, controller: true },
    ],
  });
  beforeAll(async () => {
    nodeUid = (await attempt("GET", "/api/v1/nodes/n1")).body.metadata?.uid ?? "";
  });

  test("are mirrored for the node itself", async () => {
    const { status, message } = await attempt("POST", PODS, mirror("static", "n1"));
    expect(status, message).toBe(201);
  });

  test.each<[string, () => object, string]>([
    [
      "for another node",
      () => mirror("m1", "n2"),
      "can only create pods with spec.nodeName set to itself",
    ],
    [
      "with an account",
      () => mirror("m2", "n1", { serviceAccountName: "builder" }),
      "a mirror pod may not reference service accounts",
    ],
    [
      "with a secret",
      () => mirror("m3", "n1", { volumes: [{ name: "s", secret: { secretName: "unused" } }] }),
      "a mirror pod may not reference secrets",
    ],
  ])("are not mirrored %s", async (_what, body, message) => {
    const refused = await attempt("POST", PODS, body());
    expect(refused.status, refused.message).toBe(403);
    expect(refused.message).toContain(message);
  });

  test("of another node are neither seen, changed nor deleted", async () => {
    const status = { status: { phase: "Failed" } };
    expect((await attempt("PATCH", `${PODS}/other/status`, status, MERGE)).status).toBe(403);
    expect((await attempt("DELETE", `${PODS}/other`)).status).toBe(403);
    expect((await attempt("GET", `${PODS}/other`)).status).toBe(403);
    expect((await attempt("GET", PODS)).status).toBe(403);
    expect((await attempt("GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Dn2")).status).toBe(
      403,
    );
  });

  test("of the node are seen, and told of", async () => {
    const status = { status: { phase: "Running" } };
    expect((await attempt("PATCH", `${PODS}/own/status`, status, MERGE)).status).toBe(200);
    expect((await attempt("GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1")).status).toBe(
      200,
    );
    const spec = { spec: { containers: [{ name: "c", image: "other" }] } };
    expect((await attempt("PATCH", `${PODS}/own`, spec, MERGE)).status).toBe(403);
  });

  test.each(["exec?command=id", "attach", "portforward", "proxy/"])(
    "are not entered: %s",
    async (path) => {
      expect((await attempt("POST", `${PODS}/other/${path}`)).status).toBe(403);
    },
  );
});

describe("nodes", () => {
  const patch = (path: string, body: object) =>
    attempt("PATCH", `/api/v1/nodes/${path}`, body, MERGE);

  test.each<[string, string, object]>([
    [
      "labels that place pods",
      "n1",
      { metadata: { labels: { "node-restriction.kubernetes.io/safe": "yes" } } },
    ],
    ["taints", "n1", { spec: { taints: [{ key: "a", effect: "NoSchedule" }] } }],
    ["another node", "n2", { metadata: { labels: { a: "b" } } }],
    ["another node's status", "n2/status", { status: { phase: "Running" } }],
  ])("do not set %s", async (_what, path, body) => {
    expect((await patch(path, body)).status).toBe(403);
  });

  test("set their own status, and do not go", async () => {
    expect((await patch("n1/status", { status: { phase: "Running" } })).status).toBe(200);
    expect((await attempt("DELETE", "/api/v1/nodes/n1")).status).toBe(403);
    expect((await attempt("GET", "/api/v1/nodes/n2")).status).toBe(403);
    expect((await attempt("POST", "/api/v1/nodes", { metadata: { name: "n3" } })).status).toBe(403);
  });

  test("have a lease of their own, and no other", async () => {
    const leases = "/apis/coordination.k8s.io/v1/namespaces";
    const lease = (name: string) => ({ metadata: { name }, spec: { holderIdentity: name } });
    const own = `${leases}/kube-node-lease/leases`;
    expect((await attempt("POST", own, lease("n1"))).status).toBe(201);
    expect((await attempt("POST", own, lease("n2"))).status).toBe(403);
    expect((await attempt("POST", `${leases}/kube-system/leases`, lease("n1"))).status).toBe(403);
  });
});

describe("certificates", () => {
  const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  const ask = (commonName: string, organizations: readonly string[], signerName: string) => {
    const pem = createCertificateRequest({
      subject: { commonName, organizations },
      key: generateKey(),
    });
    const spec = {
      request: Buffer.from(pem).toString("base64"),
      signerName,
      usages: ["digital signature", "client auth"],
    };
    return attempt("POST", requests, {
      metadata: { name: `ask-${commonName.replaceAll(":", "-")}` },
      spec,
    });
  };

  test("for itself, and for no other node", async () => {
    const signer = "kubernetes.io/kube-apiserver-client-kubelet";
    expect((await ask("system:node:n1", ["system:nodes"], signer)).status).toBe(201);
    const refused = await ask("system:node:n2", ["system:nodes"], signer);
    expect(refused.message).toContain("can only create a node CSR with CN=system:node:n1");
  });

  test("for a person are not granted", async () => {
    const signer = "kubernetes.io/kube-apiserver-client";
    expect((await ask("jane", ["system:masters"], signer)).status).toBe(403);
    expect((await ask("joe", ["crew"], signer)).status).toBe(201);
    const condition = { type: "Approved", status: "True", reason: "Mine" };
    const status = { status: { conditions: [condition] } };
    expect((await attempt("PATCH", `${requests}/ask-joe/approval`, status, MERGE)).status).toBe(
      403,
    );
    const certificate = { status: { certificate: "eA==" } };
    expect((await attempt("PATCH", `${requests}/ask-joe/status`, certificate, MERGE)).status).toBe(
      403,
    );
  });
});

describe("what is nobody's but the admin's", () => {
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  test.each<[string, string, unknown, Record<string, string>]>([
    ["GET", "/api/v1/namespaces/kube-system/secrets/any", undefined, {}],
    ["GET", "/metrics", undefined, {}],
    ["GET", "/api/v1/nodes/n2/proxy/pods", undefined, {}],
    [
      "GET",
      "/api/v1/namespaces",
      undefined,
      { "impersonate-user": "admin", "impersonate-group": "system:masters" },
    ],
    ["POST", `${rbac}/clusterrolebindings`, { metadata: { name: "mine" } }, {}],
    ["POST", `${NS}/serviceaccounts`, { metadata: { name: "mine" } }, {}],
    ["POST", `${NS}/secrets`, { metadata: { name: "mine" } }, {}],
    ["DELETE", "/api/v1/namespaces/shop", undefined, {}],
  ])("%s %s", async (method, path, body, headers) => {
    expect((await attempt(method, path, body, headers)).status).toBe(403);
  });
});

test("what a pod brought goes with it", async () => {
  expect((await attempt("GET", `${NS}/secrets/own`)).status).toBe(200);
  await admin.send("DELETE", `${PODS}/own?gracePeriodSeconds=0`);
  expect((await attempt("GET", `${NS}/secrets/own`)).status).toBe(403);
});
