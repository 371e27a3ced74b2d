import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

/** What reads may ask for, and how the forms of their answers end. */

const ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
const TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1";
const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const NOBODY = "labelSelector=nobody%3Dhere";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const get = (path: string, accept = "application/json") =>
  server.send("GET", path, undefined, { headers: { accept } });

describe("fields that select", () => {
  it.each([
    ["/api/v1/nodes?fieldSelector=metadata.namespace%3Da", "not supported: metadata.namespace"],
    ["/api/v1/namespaces?fieldSelector=metadata.namespace%3Da", "not supported: metadata.name"],
    ["/api/v1/persistentvolumes?fieldSelector=metadata.namespace%3Da", "PersistentVolumeList"],
    [
      "/apis/resource.k8s.io/v1/resourceslices?fieldSelector=spec.pool%3Da",
      "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: spec.pool",
    ],
    [
      "/apis/networking.k8s.io/v1/ipaddresses?fieldSelector=spec.parentRef.name%3Da",
      "is not a known field selector",
    ],
    [`${ACCOUNTS}?fieldSelector=%3D`, "ServiceAccountList"],
    [`${ACCOUNTS}?fieldSelector=%3Dx`, "is not a known field selector"],
  ])("%s", async (path, text) => {
    expect((await get(path)).text).toContain(text);
  });

  it("select among the parts of the control plane", async () => {
    const path = "/api/v1/componentstatuses";
    const named = await get(`${path}?fieldSelector=metadata.name%3Detcd-0`);
    expect(named.json<{ items: unknown[] }>().items).toHaveLength(1);
    expect((await get(`${path}?${NOBODY}`)).json<{ items: unknown[] }>().items).toEqual([]);
    expect((await get(`${path}?fieldSelector=type%3Dx`)).status).toBe(400);
    expect((await get(`${path}/none`)).text).toContain('componentstatus \\"none\\" not found');
    expect((await server.send("HEAD", path)).status).toBe(405);
  });
});

describe("nothing", () => {
  it.each([
    [ACCOUNTS, TABLE, { rows: [] }],
    ["/api/v1/namespaces/default/limitranges", TABLE, { rows: null }],
    [ACCOUNTS, METADATA_LIST, { items: null }],
    [ACCOUNTS, "application/json", { items: [] }],
  ])("of %s as %s", async (path, accept, members) => {
    expect((await get(`${path}?${NOBODY}`, accept)).json()).toMatchObject(members);
  });
});

describe("a form that does not suit", () => {
  it("is refused where the answer is made", async () => {
    const missing = await get(`${ACCOUNTS}/none?includeObject=Everything`, TABLE);
    expect(missing.status).toBe(404);
    const bad = await get(`${ACCOUNTS}/default?includeObject=Everything`, TABLE);
    expect(bad.status).toBe(400);
    const maps = "/api/v1/namespaces/default/configmaps";
    await server.send("POST", maps, { metadata: { name: "gone" } });
    const path = `${maps}/gone?dryRun=All&includeObject=Everything`;
    const gone = await server.send("DELETE", path, undefined, { headers: { accept: TABLE } });
    expect(gone.status, gone.text).toBe(400);
    const unknown = await server.send("DELETE", ACCOUNTS, undefined, {
      headers: { accept: "text/plain" },
    });
    expect(unknown.text).not.toContain("stream=watch");
    const collection = `/api/v1/namespaces/default/secrets?${NOBODY}`;
    const deleted = await server.send("DELETE", collection, undefined, {
      headers: { accept: METADATA },
    });
    expect(deleted.status).toBe(406);
    expect(deleted.text).toContain("*core.SecretList");
    const events = "/apis/events.k8s.io/v1/namespaces/default/events";
    expect((await get(events, METADATA)).text).toContain("*core.EventList");
  });

  it("of the status of a claim is a Table", async () => {
    const claims = "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims";
    const requests = [{ name: "r", exactly: { deviceClassName: "x" } }];
    const spec = { devices: { requests } };
    await server.send("POST", claims, { metadata: { name: "c" }, spec });
    expect((await get(`${claims}/c`, TABLE)).status).toBe(200);
    expect((await get(`${claims}/c/status`, TABLE)).status).toBe(406);
  });
});

describe("revisions", () => {
  const MANY = "18446744073709551616";
  it.each([
    [`${ACCOUNTS}?resourceVersion=${MANY}`, 400, "value out of range"],
    [`${ACCOUNTS}/default?resourceVersion=${MANY}`, 500, "value out of range"],
    [
      `${ACCOUNTS}?resourceVersion=9223372036854775809&limit=1`,
      504,
      "9223372036854775809, current",
    ],
    ["/apis/apps/v1/namespaces/default/deployments/x/scale?resourceVersion=a", 500, "ParseUint"],
  ])("%s: %i", async (path, status, text) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  it("are preconditions of what is deleted", async () => {
    const secrets = "/api/v1/namespaces/default/secrets";
    const created = await server.send("POST", secrets, { metadata: { name: "kept" } });
    const { uid } = created.json<{ metadata: { uid: string } }>().metadata;
    expect((await server.send("DELETE", `${secrets}/kept?resourceVersion=1`)).status).toBe(409);
    expect((await server.send("DELETE", `${secrets}/kept?uid=other`)).status).toBe(409);
    expect((await server.send("DELETE", `${secrets}/kept?uid=${uid}`)).status).toBe(200);
  });
});

describe("options that contradict each other", () => {
  it.each([
    [`${ACCOUNTS}?resourceVersionMatch=x`, 422, "resourceVersionMatch"],
    [`${ACCOUNTS}?resourceVersionMatch=x&labelSelector=a%20b`, 400, "found 'b'"],
    [`${ACCOUNTS}?resourceVersionMatch=x&fieldSelector=a`, 400, "invalid selector"],
    [`${ACCOUNTS}?resourceVersionMatch=x&fieldSelector=a%3Db`, 422, "resourceVersionMatch"],
  ])("are told of behind selectors that cannot be read: %s", async (path, status, text) => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await server.send(method, path);
      expect([method, answer.status]).toEqual([method, status]);
      expect(answer.text).toContain(text);
    }
  });

  it("are told of before a form that no watch has", async () => {
    const yaml = (query: string) => get(`${ACCOUNTS}?watch=1&${query}`, "application/yaml");
    expect((await yaml("resourceVersionMatch=x")).status).toBe(422);
    expect((await yaml("fieldSelector=a%3Db")).status).toBe(400);
    expect((await yaml("timeoutSeconds=1")).status).toBe(406);
    expect((await get(`${ACCOUNTS}?watch=1&resourceVersion=x`, METADATA_LIST)).status).toBe(500);
  });
});

describe("events, of which there is no cache", () => {
  const events = "/api/v1/namespaces/default/events";
  it("wait for no revision, and name bad ones", async () => {
    const early = await get(`${events}?resourceVersion=999999999`);
    expect([early.status, early.headers["retry-after"]]).toEqual([504, undefined]);
    expect((await get(`${events}/x?resourceVersion=999999999`)).status).toBe(504);
    const bad = await get(`${events}/x?resourceVersion=abc`);
    expect(bad.status).toBe(400);
    expect(bad.text).toContain("invalid resource version: ");
  });

  it("are core events to whoever deletes them with a precondition", async () => {
    const event = { metadata: { name: "e" }, involvedObject: { namespace: "default" } };
    expect((await server.send("POST", events, event)).status).toBe(201);
    const path = "/apis/events.k8s.io/v1/namespaces/default/events/e?uid=other";
    expect((await server.send("DELETE", path)).text).toContain('fulfilled on Event \\"e\\":');
  });
});

describe("what a conversion adds to the annotations", () => {
  const sets = "/apis/apps/v1/namespaces/default/daemonsets";
  const annotationsIn = async (path: string, accept: string) =>
    (await get(path, accept)).text.includes('"deprecated.daemonset.template.generation":');

  it("is there in objects, and not in metadata alone", async () => {
    const labels = { app: "d" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } };
    const spec = { selector: { matchLabels: labels }, template };
    const created = await server.send("POST", sets, { metadata: { name: "d" }, spec });
    expect(created.status, created.text).toBe(201);
    expect(await annotationsIn(`${sets}/d`, "application/json")).toBe(true);
    expect(await annotationsIn(`${sets}/d`, METADATA)).toBe(false);
    expect(await annotationsIn(sets, METADATA_LIST)).toBe(false);
    expect(await annotationsIn(sets, TABLE)).toBe(false);
    expect(await annotationsIn(`${sets}?includeObject=Object`, TABLE)).toBe(true);
  });
});

describe("watches", () => {
  const maps = "/api/v1/watch/namespaces/default/configmaps";
  it.each([
    [`${maps}/a?fieldSelector=metadata.name%21%3Da`, 400, "doesn't match requested name"],
    [`${maps}/a?fieldSelector=metadata.namespace%3Ddefault`, 400, "doesn't match requested name"],
    [`${maps}/a?fieldSelector=data%3Dx`, 400, "is not a known field selector"],
  ])("%s: %i", async (path, status, text) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });
});

it("who misses a kind that is on its way out does not hear of it", async () => {
  const path = "/api/v1/namespaces/default/endpoints";
  expect((await server.send("PUT", path, {})).headers.warning).toBeUndefined();
  expect((await get(`${path}/x/nothing`)).headers.warning).toBeUndefined();
  expect((await get(`${path}/x`, "text/plain")).headers.warning).toBeUndefined();
  expect((await server.send("PATCH", `${path}/x`, {})).headers.warning).toBeUndefined();
  expect(String((await get(`${path}/x`)).headers.warning)).toContain("Endpoints is deprecated");
});
