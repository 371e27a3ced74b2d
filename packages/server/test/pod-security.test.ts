import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../src/api/object.ts";
import { startTestServer, type TestAnswer, type TestServer } from "../src/testing/test-server.ts";

/** What the labels of a namespace mean for the pods in it. */
const LABEL = "pod-security.kubernetes.io/";
const MERGE = { headers: { "content-type": "application/merge-patch+json" } };
const PRIVILEGED = { securityContext: { privileged: true } };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function namespace(name: string, labels: Record<string, string> = {}): Promise<void> {
  const named = Object.entries(labels).map(([key, value]) => [`${LABEL}${key}`, value]);
  const body = { metadata: { name, labels: Object.fromEntries(named) } };
  expect((await server.send("POST", "/api/v1/namespaces", body)).status).toBe(201);
  const account = { metadata: { name: "default" } };
  await server.send("POST", `/api/v1/namespaces/${name}/serviceaccounts`, account);
}

function pod(name: string, more: object = {}): object {
  return { metadata: { name }, spec: { containers: [{ name: "c", image: "i", ...more }] } };
}

const post = (where: string, body: object): Promise<TestAnswer> =>
  server.send("POST", `/api/v1/namespaces/${where}/pods`, body);
const warningsOf = (answer: TestAnswer): string => String(answer.headers.warning ?? "");

describe("a namespace that enforces a level", () => {
  it("refuses pods that break its rules, and no others", async () => {
    await namespace("firm", { enforce: "baseline" });
    expect((await post("firm", pod("plain"))).status).toBe(201);
    const refused = await post("firm", pod("bold", PRIVILEGED));
    expect(refused.json()).toMatchObject({
      code: 403,
      message:
        'pods "bold" is forbidden: violates PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)',
    });
  });

  it("lets pods that are there be, until they run something else", async () => {
    await namespace("later");
    await post("later", pod("old", PRIVILEGED));
    await post("later", pod("older", PRIVILEGED));
    const url = "/api/v1/namespaces/later";
    const labels = { [`${LABEL}enforce`]: "baseline" };
    const labelled = await server.send("PATCH", url, { metadata: { labels } }, MERGE);
    expect(labelled.status).toBe(200);
    expect(warningsOf(labelled)).toContain("existing pods in namespace");
    expect(warningsOf(labelled)).toContain("old (and 1 other pod): privileged");
    const patch = (body: object) => server.send("PATCH", `${url}/pods/old`, body, MERGE);
    expect((await patch({ metadata: { labels: { a: "b" } } })).status).toBe(200);
    const stored = (await server.send("GET", `${url}/pods/old`)).json<KubeObject>();
    const [container] = (stored.spec as { containers: object[] }).containers;
    const changed = await patch({ spec: { containers: [{ ...container, image: "j" }] } });
    expect(changed.status).toBe(403);
  });
});

describe("a namespace that warns", () => {
  it("warns of pods and of templates of pods", async () => {
    await namespace("mild", { warn: "baseline" });
    const made = await post("mild", pod("bold", PRIVILEGED));
    expect(made.status).toBe(201);
    expect(warningsOf(made)).toContain("would violate PodSecurity");
    const selector = { matchLabels: { a: "b" } };
    const template = { metadata: { labels: { a: "b" } }, ...pod("", PRIVILEGED), name: undefined };
    const body = {
      metadata: { name: "d" },
      spec: { replicas: 0, selector, template: { ...template, metadata: { labels: { a: "b" } } } },
    };
    const url = "/apis/apps/v1/namespaces/mild/deployments";
    const deployed = await server.send("POST", url, body);
    expect(deployed.status, deployed.text).toBe(201);
    expect(warningsOf(deployed)).toContain("would violate PodSecurity");
  });
});

it("labels that say nothing are refused", async () => {
  const labels = { [`${LABEL}enforce`]: "strict" };
  const answer = await server.send("POST", "/api/v1/namespaces", {
    metadata: { name: "odd", labels },
  });
  expect(answer.json()).toMatchObject({
    code: 422,
    details: { causes: [{ field: `metadata.labels[${LABEL}enforce]` }] },
  });
});
