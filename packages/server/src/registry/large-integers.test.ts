import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const MAX = "9223372036854775807";
const LESS = "9223372036854775806";
const PODS = "/api/v1/namespaces/default/pods";
const JSON_TYPE = "application/json";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const accounts = "/api/v1/namespaces/default/serviceaccounts";
  await server.send("POST", accounts, { metadata: { name: "default" } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Sends a text, since no JavaScript number is that large. */
async function send(method: string, url: string, text?: string, type = JSON_TYPE) {
  return await server.send(method, url, text, { headers: { "content-type": type } });
}

async function createPod(name: string): Promise<string> {
  const text = `{"metadata":{"name":"${name}","finalizers":["x.y/z"]},"spec":{"nodeName":"n",
    "terminationGracePeriodSeconds":${MAX},"containers":[{"name":"c","image":"i"}]}}`;
  const { status } = await send("POST", PODS, text);
  expect(status).toBe(201);
  return `${PODS}/${name}`;
}

const APPLIED = '"apiVersion":"v1","kind":"Pod"';

it.each([
  ["merge-patch+json", '{"metadata":{"labels":{"a":"b"}}}'],
  ["strategic-merge-patch+json", '{"metadata":{"labels":{"a":"b"}}}'],
  [
    "json-patch+json",
    `[{"op":"test","path":"/spec/terminationGracePeriodSeconds","value":${MAX}},{"op":"add","path":"/metadata/labels","value":{"a":"b"}}]`,
  ],
  [
    "apply-patch+yaml",
    `{${APPLIED},"metadata":{"labels":{"a":"b"}},"spec":{"terminationGracePeriodSeconds":${MAX}}}`,
  ],
])("%s leaves a large integer as it is", async (type, patch) => {
  const url = await createPod(type.replace(/\W.*/, ""));
  const { status, text } = await send(
    "PATCH",
    `${url}?fieldManager=m`,
    patch,
    `application/${type}`,
  );
  expect([status, text]).toEqual([200, expect.stringContaining('"labels":{"a":"b"}')]);
  expect(text).toContain(`"terminationGracePeriodSeconds":${MAX}`);
});

it("integers that a number cannot tell apart are not the same", async () => {
  const url = await createPod("near");
  const change = `{"spec":{"terminationGracePeriodSeconds":${LESS}}}`;
  for (const type of ["merge-patch+json", "strategic-merge-patch+json"]) {
    const { status, text } = await send("PATCH", url, change, `application/${type}`);
    expect([status, text]).toEqual([422, expect.stringContaining(`${MAX},\\n+ `)]);
  }
  const test = `[{"op":"test","path":"/spec/terminationGracePeriodSeconds","value":${LESS}}]`;
  expect((await send("PATCH", url, test, "application/json-patch+json")).status).toBe(422);
  const applied = `{${APPLIED},"spec":{"terminationGracePeriodSeconds":${LESS}}}`;
  const answer = await send(
    "PATCH",
    `${url}?fieldManager=m`,
    applied,
    "application/apply-patch+yaml",
  );
  expect(answer.status).toBe(409);
});

it("a patch that is refused shows its digits", async () => {
  const url = await createPod("strict");
  for (const type of ["merge-patch+json", "strategic-merge-patch+json"]) {
    const patch = `{"spec":{"bogus":${LESS}}}`;
    const strict = `${url}?fieldValidation=Strict`;
    const { status, text } = await send("PATCH", strict, patch, `application/${type}`);
    expect([status, text]).toEqual([422, expect.stringContaining(LESS)]);
  }
});

it("a delete stores the grace period as it is, and ends when upstream's clock says", async () => {
  const url = await createPod("deleted");
  const { status, text } = await send("DELETE", url);
  expect([status, text]).toEqual([200, expect.stringContaining(`Seconds":${MAX}`)]);
  const after = await send("GET", url);
  expect(after.text).toContain(`"deletionGracePeriodSeconds":${MAX}`);
  expect(after.text).toContain(`"terminationGracePeriodSeconds":${MAX}`);
  const shown = await server.send("GET", PODS, undefined, {
    headers: { accept: "application/json;as=Table;g=meta.k8s.io;v=v1;includeObject=Object" },
  });
  expect([shown.status, shown.text]).toEqual([200, expect.stringContaining(MAX)]);
  const patch = '{"metadata":{"finalizers":null}}';
  expect((await send("PATCH", url, patch, "application/merge-patch+json")).status).toBe(200);
});

it("options of a delete keep their digits, in the query and in the body", async () => {
  const options = `{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":${LESS}}`;
  const inBody = await send("DELETE", await createPod("body"), options);
  expect(inBody.text).toContain(`"deletionGracePeriodSeconds":${LESS}`);
  const url = await createPod("query");
  const inQuery = await send("DELETE", `${url}?gracePeriodSeconds=${LESS}`);
  expect(inQuery.text).toContain(`"deletionGracePeriodSeconds":${LESS}`);
  const shorter = await send("DELETE", `${url}?gracePeriodSeconds=5`);
  expect(shorter.text).toContain('"deletionGracePeriodSeconds":5,');
});

it("a generation that cannot grow starts from the smallest, as in Go", async () => {
  const url = "/api/v1/namespaces/default/configmaps";
  const text = `{"metadata":{"name":"g","generation":${MAX},"finalizers":["x.y/z"]}}`;
  expect((await send("POST", url, text)).status).toBe(201);
  expect((await send("DELETE", `${url}/g`)).text).toContain('"generation":-9223372036854775808,');
});
