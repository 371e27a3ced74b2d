import { once } from "node:events";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { EXTERNAL_ADDRESS } from "./external-address.fixture.ts";
import { HttpsClient, textOf } from "./https-client.fixture.ts";
import { type StreamingCluster, startStreamingCluster } from "./pod-streams.fixture.ts";

const EXEC = "/api/v1/namespaces/default/pods/web/exec?container=app&stdout=true";
const PODS = "/api/v1/namespaces/default/pods";
const MERGE = { headers: { "content-type": "application/merge-patch+json" } };
const RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
let cluster: StreamingCluster;
let ca: string;
let adminToken: string;
let readerToken: string;

beforeAll(async () => {
  cluster = await startStreamingCluster();
  cluster.pods.run("app", { log: "2026-01-01T00:00:00Z stdout F hello\n" });
  ca = new HttpsClient(cluster.server).ca;
  adminToken = await tokenOf("admin");
  readerToken = await tokenOf("reader");
  await grant("admin", ["get", "create"]);
  await grant("reader", ["get"]);
});
afterAll(() => cluster[Symbol.asyncDispose]());

async function tokenOf(name: string): Promise<string> {
  const accounts = "/api/v1/namespaces/default/serviceaccounts";
  await cluster.server.send("POST", accounts, { metadata: { name } });
  const answer = await cluster.server.send("POST", `${accounts}/${name}/token`, {});
  return answer.json<{ status: { token: string } }>().status.token;
}

async function grant(name: string, verbs: readonly string[]): Promise<void> {
  const rules = [
    { apiGroups: [""], resources: ["pods/exec"], verbs },
    { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list", "watch"] },
  ];
  await cluster.server.send("POST", `${RBAC}/roles`, { metadata: { name }, rules });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
  const subjects = [{ kind: "ServiceAccount", name, namespace: "default" }];
  await cluster.server.send("POST", `${RBAC}/rolebindings`, {
    metadata: { name },
    roleRef,
    subjects,
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function open(path: string, protocols: string | string[], headers: object = {}): WebSocket {
  const socket = new WebSocket(
    cluster.server.server.url.replace("https", "wss") + path,
    protocols,
    {
      ca,
      headers: headers as Record<string, string>,
    },
  );
  socket.on("error", () => {});
  return socket;
}

/** All messages, once the connection has ended; or the refusal. */
async function converse(socket: WebSocket): Promise<{
  readonly messages: readonly { readonly text: string; readonly isBinary: boolean }[];
  readonly refusal?: { readonly status: number; readonly text: string };
}> {
  const messages: { text: string; isBinary: boolean }[] = [];
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    messages.push({ text: data.toString(), isBinary });
  });
  return await new Promise((resolve) => {
    const end = (): void => resolve({ messages });
    socket.on("close", end);
    socket.on("unexpected-response", (_request, response: IncomingMessage) => {
      socket.off("close", end);
      void textOf(response).then((text) =>
        resolve({ messages, refusal: { status: response.statusCode ?? 0, text } }),
      );
    });
  });
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await sleep(5);
}

describe("an upgrade passes the whole pipeline", () => {
  test("a token in a header, and one in a subprotocol, which the agent does not see", async () => {
    const byHeader = open(`${EXEC}&command=true`, "v5.channel.k8s.io", bearer(adminToken));
    expect((await converse(byHeader)).refusal).toBeUndefined();
    const encoded = Buffer.from(adminToken).toString("base64url");
    const bySubprotocol = open(`${EXEC}&command=true`, [
      `base64url.bearer.authorization.k8s.io.${encoded}`,
      "v4.channel.k8s.io",
    ]);
    const { messages, refusal } = await converse(bySubprotocol);
    expect(refusal).toBeUndefined();
    expect(bySubprotocol.protocol).toBe("v4.channel.k8s.io");
    expect(messages.at(-1)?.text).toBe('\x03{"metadata":{},"status":"Success"}');
  });

  test.each([
    ["no credentials", EXEC, {}, 403, "Forbidden"],
    ["a wrong token", EXEC, bearer("wrong"), 401, "Unauthorized"],
    ["a pod that is not there", EXEC.replace("web", "gone"), undefined, 404, "NotFound"],
    ["another container", EXEC.replace("app", "x"), undefined, 400, "BadRequest"],
    ["a dry run", `${EXEC}&dryRun=All`, undefined, 400, "BadRequest"],
  ])("%s: a Status before the upgrade", async (_name, path, headers, status, reason) => {
    const socket = open(path, "v5.channel.k8s.io", headers ?? bearer(adminToken));
    const { refusal } = await converse(socket);
    expect(refusal?.status).toBe(status);
    expect(JSON.parse(refusal?.text ?? "")).toMatchObject({ kind: "Status", reason, code: status });
  });

  test("who may only read may not open streams by reading", async () => {
    const { refusal } = await converse(open(EXEC, "v5.channel.k8s.io", bearer(readerToken)));
    expect(refusal?.status).toBe(403);
    expect(JSON.parse(refusal?.text ?? "")).toMatchObject({
      kind: "Status",
      message: expect.stringContaining('pods "web" is forbidden'),
    });
  });

  test("no protocol in common is the agent's refusal", async () => {
    const { refusal } = await converse(open(EXEC, "v9.channel.k8s.io", bearer(adminToken)));
    expect(refusal).toEqual({ status: 403, text: "" });
    const spdy = await upgradeTo("SPDY/3.1", { "x-stream-protocol-version": "v9.channel.k8s.io" });
    expect(spdy.statusCode).toBe(403);
    expect(spdy.headers["x-accepted-stream-protocol-versions"]).toContain("v4.channel.k8s.io");
    expect(await textOf(spdy)).toContain("unable to negotiate protocol");
  });

  test("long connections are counted", async () => {
    const count = cluster.runtime.played.length;
    const socket = open(`${EXEC}&command=played`, "v5.channel.k8s.io", bearer(adminToken));
    await until(() => cluster.runtime.played.length > count);
    const metric = /apiserver_longrunning_requests\{.*subresource="exec".*\} (\d+)/;
    const metrics = async () => (await cluster.server.send("GET", "/metrics")).text;
    // The command may run before the server has heard that the agent agrees.
    for (;;) if (metric.exec(await metrics())?.[1] === "1") break;
    cluster.runtime.played.at(-1)?.exit(0);
    await once(socket, "close");
    for (;;) if (metric.exec(await metrics())?.[1] === "0") break;
  });
});

function upgradeTo(protocol: string, headers: OutgoingHttpHeaders): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const url = `${cluster.server.server.url}${EXEC}`;
    const all = { connection: "Upgrade", upgrade: protocol, ...bearer(adminToken), ...headers };
    httpsRequest(url, { method: "POST", ca, headers: all, agent: false })
      .on("response", resolve)
      .on("upgrade", resolve)
      .on("error", reject)
      .end();
  });
}

describe("what streams over HTTP streams over a WebSocket", () => {
  const WATCH = "/api/v1/namespaces/default/pods?watch=true&timeoutSeconds=1";
  const browser = () => ({ ...bearer(adminToken), origin: "https://example.org" });

  test("a watch: each event a text", async () => {
    const { messages } = await converse(open(WATCH, [], browser()));
    expect(messages.map(({ isBinary }) => isBinary)).toEqual([false]);
    expect(JSON.parse(messages[0]?.text ?? "")).toMatchObject({
      type: "ADDED",
      object: { kind: "Pod", metadata: { name: "web" } },
    });
  });

  test("a watch agrees to the one protocol that is offered beside a token", async () => {
    const encoded = Buffer.from(adminToken).toString("base64url");
    const protocols = [`base64url.bearer.authorization.k8s.io.${encoded}`, "base64.binary.k8s.io"];
    const socket = open(WATCH, protocols, { origin: "https://example.org" });
    expect((await converse(socket)).messages).toHaveLength(1);
    expect(socket.protocol).toBe("base64.binary.k8s.io");
  });

  test("a watch in protobuf: each event a message without its length", async () => {
    const accept = "application/vnd.kubernetes.protobuf;stream=watch";
    const { messages } = await converse(open(WATCH, [], { ...browser(), accept }));
    expect(messages).toHaveLength(1);
    expect(messages[0]?.isBinary).toBe(true);
    expect(messages[0]?.text.startsWith("\n")).toBe(true);
  });

  test("as with Go's library, a watcher has an origin, and at most one protocol", async () => {
    expect((await converse(open(WATCH, [], bearer(adminToken)))).refusal?.status).toBe(403);
    expect((await converse(open(WATCH, ["a", "b"], browser()))).refusal?.status).toBe(400);
    const refused = await converse(open(`${WATCH}&resourceVersion=x`, [], browser()));
    expect(JSON.parse(refused.refusal?.text ?? "")).toMatchObject({ kind: "Status" });
  });

  test.each([
    [[], "hello\n"],
    [["binary.k8s.io"], "hello\n"],
    [["base64.binary.k8s.io"], "aGVsbG8K"],
  ])("a log, by %j", async (protocols, text) => {
    const log = "/api/v1/namespaces/default/pods/web/log?container=app";
    const { messages } = await converse(open(log, protocols, bearer(adminToken)));
    expect(messages.map((each) => each.text)).toEqual(["", text]);
  });

  test("a watch for a client that asks for SPDY is a watch", async () => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { connection: "Upgrade", upgrade: "SPDY/3.1", ...bearer(adminToken) };
      httpsRequest(cluster.server.server.url + WATCH, { ca, headers, agent: false })
        .on("response", resolve)
        .on("error", reject)
        .end();
    });
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(await textOf(answer))).toMatchObject({ type: "ADDED" });
  });
});

describe("what is passed on to a pod", () => {
  const seen: IncomingMessage[] = [];
  let backend: WebSocketServer;
  beforeAll(async () => {
    const host = EXTERNAL_ADDRESS ?? "127.0.0.1";
    backend = new WebSocketServer({ host, port: 0 });
    backend.on("connection", (socket, message) => {
      seen.push(message);
      socket.on("message", (data: Buffer) => socket.send(`you said ${data.toString()}`));
    });
    await once(backend, "listening");
    const metadata = { name: "echo" };
    const spec = { nodeName: "node-1", containers: [{ name: "c", image: "i" }] };
    await cluster.server.send("POST", PODS, { metadata, spec });
    const status = { podIP: host, podIPs: [{ ip: host }] };
    await cluster.server.send("PATCH", `${PODS}/echo/status`, { status }, MERGE);
    const rules = [{ apiGroups: [""], resources: ["pods/proxy"], verbs: ["*"] }];
    await cluster.server.send("POST", `${RBAC}/roles`, { metadata: { name: "proxy" }, rules });
    await cluster.server.send("POST", `${RBAC}/rolebindings`, {
      metadata: { name: "proxy" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "proxy" },
      subjects: [{ kind: "ServiceAccount", name: "admin", namespace: "default" }],
    });
  });
  afterAll(() => {
    for (const each of backend.clients) each.terminate();
    backend.close();
  });
  const path = (port: number) => `${PODS}/echo:${port}/proxy/deep/path?x=1`;

  test.skipIf(EXTERNAL_ADDRESS === undefined)(
    "may be a WebSocket, and bears no token",
    async () => {
      const { port } = backend.address() as AddressInfo;
      const encoded = Buffer.from(adminToken).toString("base64url");
      const bySubprotocol = [`base64url.bearer.authorization.k8s.io.${encoded}`, "chat"];
      for (const [protocols, headers] of [
        ["chat", bearer(adminToken)],
        [bySubprotocol, {}],
      ] as const) {
        const socket = open(path(port), [protocols].flat(), headers);
        await once(socket, "open");
        socket.send("hello");
        const [data] = (await once(socket, "message")) as [Buffer];
        expect(data.toString()).toBe("you said hello");
        socket.close();
        await once(socket, "close");
      }
      expect(seen.map(({ url }) => url)).toEqual(["/deep/path?x=1", "/deep/path?x=1"]);
      expect(seen.map(({ headers }) => headers["sec-websocket-protocol"])).toEqual([
        "chat",
        "chat",
      ]);
      expect(seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    },
  );

  test.skipIf(EXTERNAL_ADDRESS === undefined)("is a Status when nobody is there", async () => {
    const { refusal } = await converse(open(path(1), "chat", bearer(adminToken)));
    expect(JSON.parse(refusal?.text ?? "")).toMatchObject({
      code: 500,
      message: `error dialing backend: dial tcp ${EXTERNAL_ADDRESS}:1: connect: connection refused`,
    });
  });
});

test("an agent that cannot be reached is a Status", async () => {
  const server = cluster.server;
  await server.send("POST", "/api/v1/nodes", { metadata: { name: "away" } });
  const status = {
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: 1 } },
  };
  await server.send("PATCH", "/api/v1/nodes/away/status", { status }, MERGE);
  await server.send("POST", "/api/v1/namespaces/default/pods", {
    metadata: { name: "lost" },
    spec: { nodeName: "away", containers: [{ name: "c", image: "i" }] },
  });
  const path = "/api/v1/namespaces/default/pods/lost/portforward";
  const { refusal } = await converse(open(path, "v4.channel.k8s.io", adminHeaders()));
  expect(refusal?.status).toBe(403);
  const lost = EXEC.replace("/web/", "/lost/").replace("container=app", "container=c");
  const answer = await converse(open(lost, "v5.channel.k8s.io", adminHeaders()));
  expect(JSON.parse(answer.refusal?.text ?? "")).toMatchObject({
    code: 500,
    message: "error dialing backend: dial tcp 127.0.0.1:1: connect: connection refused",
  });
});

const adminHeaders = () => bearer(adminToken);

test("a server that stops ends streams, and what they run", async () => {
  const other = await startStreamingCluster();
  other.pods.run("app");
  const client = new HttpsClient(other.server);
  const token = await client.send("POST", "/api/v1/namespaces/kube-system/serviceaccounts", {
    metadata: { name: "admin" },
  });
  expect(token.status).toBe(201);
  await client.send("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
    metadata: { name: "admin" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: "admin", namespace: "kube-system" }],
  });
  const path = "/api/v1/namespaces/kube-system/serviceaccounts/admin/token";
  const made = JSON.parse((await client.send("POST", path, {})).text) as {
    status: { token: string };
  };
  const url = other.server.server.url.replace("https", "wss") + EXEC;
  const socket = new WebSocket(`${url}&command=played`, "v5.channel.k8s.io", {
    ca: client.ca,
    headers: bearer(made.status.token),
  });
  socket.on("error", () => {});
  await until(() => other.runtime.played.length > 0);
  const closed = once(socket, "close");
  const start = performance.now();
  await other.server[Symbol.asyncDispose]();
  await closed;
  expect(performance.now() - start).toBeLessThan(5_000);
  await until(() => other.runtime.played[0]?.killed === true);
  // Ends the agent; the server has ended already.
  await other[Symbol.asyncDispose]();
});
