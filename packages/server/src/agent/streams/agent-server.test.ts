import { Agent } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import { startTestAgent, type TestAgent } from "./agent-server.fixture.ts";
import { createTestCertificates, type TestCertificates } from "./certificates.fixture.ts";

let certificates: TestCertificates;
let agent: TestAgent;
const anonymous = { key: undefined, cert: undefined };
const bearer = (token: string) => ({ ...anonymous, headers: { authorization: `Bearer ${token}` } });

beforeAll(async () => {
  certificates = createTestCertificates();
  agent = await startTestAgent(certificates);
  agent.pods.run("app");
});
afterAll(() => agent[Symbol.asyncDispose]());

describe("who may", () => {
  test("a client certificate of the cluster's authority names its bearer", async () => {
    agent.reviews.length = 0;
    expect(await agent.send("GET", "/healthz")).toEqual({ status: 200, text: "ok" });
    expect(agent.reviews).toEqual([
      {
        kind: "SubjectAccessReview",
        spec: {
          user: "apiserver",
          groups: ["system:masters", "system:authenticated"],
          uid: "",
          extra: {},
          resourceAttributes: {
            verb: "get",
            version: "v1",
            resource: "nodes",
            subresource: "healthz",
            name: "node-1",
          },
        },
      },
    ]);
  });

  test.each([
    ["nothing", anonymous],
    ["a certificate of somebody else", "stranger"],
    ["a token nobody knows", bearer("wrong")],
    ["a token while the API server is away", bearer("broken")],
    ["basic credentials", { ...anonymous, headers: { authorization: "Basic YTpi" } }],
  ])("%s is nobody", async (_name, credential) => {
    const options = typeof credential === "string" ? certificates.stranger : credential;
    expect(await agent.send("GET", "/pods", options)).toEqual({
      status: 401,
      text: "Unauthorized",
    });
  });

  test("who shows a certificate that has ended is nobody, though the connection is older", async () => {
    const clock = new FakeClock(Date.now());
    await using other = await startTestAgent(certificates, { clock });
    const keepAlive = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = () => other.send("GET", "/healthz", { agent: keepAlive });
    expect((await send()).status).toBe(200);
    await clock.advance(366 * 24 * 3_600_000);
    expect((await send()).status).toBe(401);
    keepAlive.destroy();
  });

  test("connections that wait end when other authorities are believed", async () => {
    await using other = await startTestAgent(certificates);
    const keepAlive = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = () => other.send("GET", "/healthz", { agent: keepAlive });
    expect((await send()).status).toBe(200);
    other.server.setTls({ ...certificates.serving, clientCa: certificates.ca });
    await expect.poll(async () => (await send().catch(() => undefined))?.status).toBe(401);
    keepAlive.destroy();
  });

  test("a token is reviewed, and its verdict kept for a moment", async () => {
    agent.reviews.length = 0;
    for (let turn = 0; turn < 3; turn++) {
      expect(await agent.send("GET", "/pods", bearer("reader"))).toMatchObject({ status: 200 });
    }
    expect(agent.reviews.map(({ kind }) => kind)).toEqual(["TokenReview", "SubjectAccessReview"]);
    expect(agent.reviews[1]?.spec.groups).toEqual(["g", "system:authenticated"]);
  });

  test("finer rights are asked for before the coarse one", async () => {
    agent.reviews.length = 0;
    expect(await agent.send("GET", "/healthz", bearer("nobody"))).toEqual({
      status: 403,
      text: "Forbidden (user=nobody, verb=get, resource=nodes, subresource(s)=[healthz proxy])\n",
    });
    const asked = agent.reviews.flatMap(({ spec }) => spec.resourceAttributes ?? []);
    expect(asked).toMatchObject([{ subresource: "healthz" }, { subresource: "proxy" }]);
  });

  test("an API server that does not answer is an error, and asked again", async () => {
    for (let turn = 0; turn < 2; turn++) {
      agent.reviews.length = 0;
      expect(await agent.send("GET", "/stats/summary", bearer("unlucky"))).toEqual({
        status: 500,
        text: "Authorization error (user=unlucky, verb=get, resource=nodes, subresource=stats)",
      });
      expect(agent.reviews.at(-1)?.kind).toBe("SubjectAccessReview");
    }
  });

  test("what is not served is told only to those who may", async () => {
    expect((await agent.send("GET", "/nothing", bearer("nobody"))).status).toBe(403);
    expect(await agent.send("GET", "/nothing")).toMatchObject({ status: 404 });
    expect(await agent.send("DELETE", "/pods")).toMatchObject({ status: 405 });
  });
});

describe("what is known of pods", () => {
  test("/pods and /runningpods", async () => {
    const all = JSON.parse((await agent.send("GET", "/pods")).text) as { items: object[] };
    expect(all).toMatchObject({ kind: "PodList", apiVersion: "v1" });
    expect(all.items).toEqual([agent.pods.pod]);
    const running = JSON.parse((await agent.send("GET", "/runningpods/")).text) as object;
    expect(running).toMatchObject({
      items: [{ metadata: { name: "web" }, spec: { containers: [{ name: "app" }] } }],
    });
  });

  test("/stats/summary", async () => {
    const { text } = await agent.send("GET", "/stats/summary");
    expect(JSON.parse(text)).toMatchObject({
      node: { nodeName: "node-1", memory: { usageBytes: expect.any(Number) } },
      pods: [{ podRef: { name: "web", namespace: "default" }, containers: [{ name: "app" }] }],
    });
  });

  test("/metrics", async () => {
    await agent.send("GET", "/nonsense/of/a/stranger");
    const { text } = await agent.send("GET", "/metrics");
    expect(text).toContain('kubelet_running_containers{container_state="running"} 1\n');
    expect(text).toContain('kubelet_http_requests_total{code="404",method="GET",path="other"}');
    expect(text).not.toContain("nonsense");
  });
});

describe("run", () => {
  const run = (cmd: string) => agent.send("POST", `/run/default/web/app?cmd=${cmd}`);

  test("gives what a command wrote", async () => {
    expect(await run("echo+hello")).toEqual({ status: 200, text: "hello\n" });
  });

  test.each([
    ["false", "command 'false' exited with 1: "],
    ["no-such-program", 'exec: "no-such-program": executable file not found in $PATH'],
  ])("tells how %s ended", async (cmd, text) => {
    expect(await run(cmd)).toEqual({ status: 500, text });
  });

  test("needs a pod and a container that runs", async () => {
    expect(await agent.send("POST", "/run/default/other/app?cmd=true")).toMatchObject({
      status: 404,
    });
    expect(await agent.send("POST", "/run/default/web/side?cmd=true")).toEqual({
      status: 500,
      text: 'container not found ("side")',
    });
  });
});

test("exec, attach and port-forward are upgrades, and nothing else", async () => {
  for (const path of ["/exec/default/web/app?output=1", "/attach/default/web/app?output=1"]) {
    const answer = await agent.send("POST", path);
    expect(answer).toEqual({ status: 500, text: "Upgrade request required\n" });
  }
  expect(await agent.send("GET", "/portForward/default/web")).toMatchObject({ status: 500 });
  const upgrade = { headers: { connection: "Upgrade", upgrade: "websocket" } };
  expect(await agent.send("GET", "/pods", upgrade)).toMatchObject({ status: 400 });
});

test("the certificate can be changed while it serves", async () => {
  await using other = await startTestAgent(certificates);
  const next = createTestCertificates();
  other.server.setTls({ ...next.serving, clientCa: next.clientCa });
  const answer = await other.send("GET", "/healthz", { ca: next.ca, ...next.apiServer });
  expect(answer).toEqual({ status: 200, text: "ok" });
  await expect(other.send("GET", "/healthz")).rejects.toThrow();
});
