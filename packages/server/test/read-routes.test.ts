import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createInProcessTransport } from "../src/client/in-process.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";
import { openWatch } from "./watch.fixture.ts";

/** Which reads there are, how lists are cut, and what every answer is counted as. */

const MAPS = "/api/v1/namespaces/default/configmaps";
const NOT_SERVED = "the server could not find the requested resource";
const NO_METHOD = "the server does not allow this method on the requested resource";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  for (const [name, tier] of [
    ["a", "front"],
    ["b", "back"],
    ["c", "front"],
    ["d", "back"],
  ]) {
    const metadata = { name, labels: { tier, test: "reads" } };
    expect((await server.send("POST", MAPS, { metadata })).status).toBe(201);
  }
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe("routes", () => {
  it.each([
    ["GET", "//api/v1/namespaces/default/configmaps", 404, "404 page not found\n"],
    ["GET", "/apis/nobody.example.com/v1/things", 404, "404 page not found\n"],
    ["GET", "/apis/apps/v9/deployments", 404, NOT_SERVED],
    ["GET", "/api/v1/namespaces/../nodes", 404, NOT_SERVED],
    ["GET", "/api/v1/namespaces/default/nodes", 404, NOT_SERVED],
    ["GET", "/api/v1/namespaces/default/namespaces/other", 404, NOT_SERVED],
    ["GET", "/api/v1/proxy/nodes/n", 404, NOT_SERVED],
    ["POST", "/api/v1/watch/namespaces/default/configmaps", 405, NO_METHOD],
    ["GET", "/api/v1/watch/namespaces/default/pods/a/log", 404, NOT_SERVED],
    ["GET", "/api/v1/watch/componentstatuses", 404, NOT_SERVED],
    ["GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews?watch=1", 405, NO_METHOD],
    ["POST", "/api/v1", 405, NO_METHOD],
    ["POST", "/api", 405, NO_METHOD],
    ["PUT", "/apis/apps", 200, "APIGroup"],
    ["PUT", "/apis/apps/", 405, NO_METHOD],
    ["PUT", "/apis/", 200, "APIGroupList"],
    ["DELETE", "/apis", 200, "APIGroupList"],
    ["GET", `${MAPS}/a?export=true`, 400, "no longer supported"],
    ["GET", `${MAPS}/a?export=false`, 200, "ConfigMap"],
  ])("%s %s: %i", async (method, path, status, text) => {
    const answer = await server.send(method, path, method === "GET" ? undefined : {});
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  it("the parts of the control plane are well, and cannot be watched", async () => {
    const path = "/api/v1/componentstatuses";
    const list = (await server.send("GET", path)).json<{ items: { metadata: unknown }[] }>();
    expect(list.items.map(({ metadata }) => metadata)).toContainEqual({ name: "etcd-0" });
    expect((await server.send("GET", `${path}/etcd-0`)).json()).toMatchObject({
      kind: "ComponentStatus",
      conditions: [{ type: "Healthy", status: "True" }],
    });
    expect((await server.send("GET", `${path}/none`)).status).toBe(404);
    const watched = await server.send("GET", `${path}?watch=1`);
    expect(watched.status).toBe(405);
    expect(watched.text).toContain("watch is not supported on resources of kind");
  });

  it("a kind that is on its way out says so", async () => {
    const { headers } = await server.send("GET", "/api/v1/namespaces/default/endpoints");
    expect(String(headers.warning)).toMatch(/^299 - "v1 Endpoints is deprecated in v1\.33\+/);
  });
});

describe("pages", () => {
  interface List {
    readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  }
  const page = async (query: string): Promise<readonly [string, List["metadata"]]> => {
    const list = (await server.send("GET", `${MAPS}?${query}`)).json<List>();
    return [list.items.map(({ metadata }) => metadata.name).join(""), list.metadata];
  };

  it("of a selection end where the collection ends, not where the selection does", async () => {
    const front = "labelSelector=tier%3Dfront,test%3Dreads&limit=1";
    const [first, { continue: token = "" }] = await page(front);
    const [second, { continue: last = "" }] = await page(`${front}&continue=${token}`);
    const [third, end] = await page(`${front}&continue=${last}`);
    expect([first, second, third]).toEqual(["a", "c", ""]);
    expect(end.continue).toBeUndefined();
  });

  it("are not made of what has one name", async () => {
    const [names, { continue: token }] = await page("fieldSelector=metadata.name%3Da&limit=1");
    expect([names, token]).toEqual(["a", undefined]);
  });

  it("are not made of revision zero", async () => {
    const [names, { continue: token }] = await page(
      "labelSelector=test%3Dreads&limit=1&resourceVersion=0",
    );
    expect(names).toBe("abcd");
    expect(token).toBeUndefined();
  });
});

describe("answers", () => {
  it("above 128 KiB are compressed for those who take it", async () => {
    const value = "x".repeat(200_000);
    await server.send("POST", MAPS, { metadata: { name: "large" }, data: { value } });
    const send = createInProcessTransport(server.server.handler, {
      username: "admin",
      groups: ["system:masters"],
    });
    for (const url of [MAPS, `${MAPS}/large`]) {
      const answer = await send({ method: "GET", url, headers: { "accept-encoding": "gzip" } });
      expect(answer.headers).toMatchObject({
        "content-encoding": "gzip",
        vary: ["Accept-Encoding"],
      });
      expect(gunzipSync(answer.body as Uint8Array).toString()).toContain(value);
      const plain = await send({ method: "GET", url });
      expect(plain.headers["content-encoding"]).toBeUndefined();
    }
  });

  it("are counted, with their time and size", async () => {
    const count = async (line: string): Promise<number> => {
      const { text } = await server.send("GET", "/metrics");
      const found = text.split("\n").find((each) => each.startsWith(line));
      return Number(found?.split(" ").at(-1) ?? 0);
    };
    const labels = `component="apiserver",group="",resource="configmaps",scope="resource",subresource="",verb="GET",version="v1"`;
    const lines = [
      `apiserver_request_total{code="200",dry_run="",${labels}`,
      `apiserver_request_duration_seconds_count{${labels}`,
      `apiserver_request_sli_duration_seconds_count{${labels}`,
      `apiserver_response_sizes_count{${labels}`,
      `authorization_attempts_total{result="allowed"}`,
    ];
    const before = await Promise.all(lines.map(count));
    for (let time = 0; time < 3; time++) await server.send("GET", `${MAPS}/a`);
    const after = await Promise.all(lines.map(count));
    for (const [index, line] of lines.entries()) {
      expect((after[index] ?? 0) - (before[index] ?? 0), line).toBeGreaterThanOrEqual(3);
    }
    expect(after[0]).toBe((before[0] ?? 0) + 3);
  });

  it("a watch counts as under way while it lasts", async () => {
    const underWay = async (): Promise<number> => {
      const { text } = await server.send("GET", "/metrics");
      // Controllers watch many things all the time, but not these.
      const mine = /^apiserver_longrunning_requests\{.*resource="ingresses",scope="namespace"/;
      const found = text.split("\n").find((line) => mine.test(line));
      return Number(found?.split(" ").at(-1) ?? 0);
    };
    const client = await openWatch(
      server,
      "/apis/networking.k8s.io/v1/namespaces/default/ingresses?watch=1",
    );
    expect(await underWay()).toBe(1);
    client.close();
    expect(await underWay()).toBe(0);
  });
});
