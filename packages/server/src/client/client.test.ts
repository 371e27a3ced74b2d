import { describe, expect, it } from "vitest";
import { StatusError } from "../api/status-error.ts";
import { Client, type ResourceClient } from "./client.ts";
import { isNotFound, isTransient } from "./errors.ts";
import { type ApiObject, CLUSTER_ROLES, CONFIG_MAPS } from "./resource-type.ts";
import { type ScriptedAnswer, ScriptedTransport } from "./scripted-transport.fixture.ts";
import type { TransportRequest } from "./transport.ts";

const KEY = { namespace: "team", name: "settings" };
const MAP = { metadata: { ...KEY } };

function scripted(answers: readonly ScriptedAnswer[]) {
  const transport = new ScriptedTransport(answers);
  const client = new Client(transport.send, { userAgent: "test/1" });
  return { transport, client, maps: client.resource(CONFIG_MAPS) };
}

const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

describe("metadata alone", () => {
  it.each<[string, Call, string]>([
    ["an object", (maps) => maps.get(KEY), METADATA],
    ["a list", (maps) => maps.list(), METADATA_LIST],
    ["a watch", (maps) => maps.watch({ resourceVersion: "1" }).next(), METADATA],
    ["what a patch makes", (maps) => maps.patch(KEY, "merge-patch", {}), METADATA],
  ])("is asked for: %s", async (_name, call, accept) => {
    const { transport, client } = scripted([{ body: {} }]);
    await call(client.metadata(CONFIG_MAPS));
    expect(transport.requests[0]?.headers.accept).toBe(accept);
  });
});

type Call = (maps: ResourceClient<ApiObject>) => Promise<unknown>;

describe("requests", () => {
  it.each<[string, Call]>([
    ["GET /api/v1/namespaces/team/configmaps/settings", (maps) => maps.get(KEY)],
    ["GET /api/v1/configmaps", (maps) => maps.list()],
    [
      "GET /api/v1/namespaces/team/configmaps?labelSelector=a=b,c&fieldSelector=metadata.name=x&limit=5&continue=t/=",
      (maps) =>
        maps.list({
          namespace: "team",
          labelSelector: "a=b,c",
          fieldSelector: "metadata.name=x",
          limit: 5,
          continueToken: "t/=",
        }),
    ],
    ["POST /api/v1/namespaces/team/configmaps", (maps) => maps.create(MAP)],
    [
      "POST /api/v1/namespaces/team/configmaps?dryRun=All&fieldManager=me",
      (maps) => maps.create(MAP, { dryRun: true, fieldManager: "me" }),
    ],
    [
      "POST /api/v1/namespaces/team/configmaps/settings/binding",
      (maps) => maps.create(MAP, { subresource: "binding" }),
    ],
    ["PUT /api/v1/namespaces/team/configmaps/settings", (maps) => maps.update(MAP)],
    [
      "PUT /api/v1/namespaces/team/configmaps/settings/status",
      (maps) => maps.update(MAP, { subresource: "status" }),
    ],
    [
      "PATCH /api/v1/namespaces/team/configmaps/settings",
      (maps) => maps.patch(KEY, "merge-patch", {}),
    ],
    [
      "PATCH /api/v1/namespaces/team/configmaps/settings?fieldManager=me&force=true",
      (maps) => maps.apply(KEY, {}, { fieldManager: "me", force: true }),
    ],
    ["DELETE /api/v1/namespaces/team/configmaps/settings", (maps) => maps.delete(KEY)],
    [
      "DELETE /api/v1/namespaces/team/configmaps?labelSelector=a",
      (maps) => maps.deleteCollection({ namespace: "team", labelSelector: "a" }),
    ],
  ])("%s", async (line, call) => {
    const { transport, maps } = scripted([{ body: { items: [] } }]);
    await call(maps);
    expect(transport.lines).toEqual([line]);
    expect(transport.requests[0]?.headers["user-agent"]).toBe("test/1");
  });

  it("a list of nothing is a list", async () => {
    const { maps } = scripted([{ body: { metadata: { resourceVersion: "7" }, items: null } }]);
    expect(await maps.list()).toEqual({ metadata: { resourceVersion: "7" }, items: [] });
  });

  it("of a group, for an object of the cluster whose name has signs", async () => {
    const { transport, client } = scripted([{ body: {} }]);
    await client.resource(CLUSTER_ROLES).get({ namespace: "", name: "system:node" });
    expect(transport.requests[0]?.url).toBe(
      "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode",
    );
  });

  it.each<[string, string, Call]>([
    ["create", "application/json", (maps) => maps.create(MAP)],
    ["json patch", "application/json-patch+json", (maps) => maps.patch(KEY, "json-patch", [])],
    [
      "strategic merge patch",
      "application/strategic-merge-patch+json",
      (maps) => maps.patch(KEY, "strategic-merge-patch", {}),
    ],
    [
      "apply",
      "application/apply-patch+yaml",
      (maps) => maps.apply(KEY, {}, { fieldManager: "me" }),
    ],
    ["delete", "application/json", (maps) => maps.delete(KEY)],
  ])("the body of %s is %s", async (_verb, contentType, call) => {
    const { transport, maps } = scripted([{ body: {} }]);
    await call(maps);
    expect(transport.requests[0]?.headers["content-type"]).toBe(contentType);
  });

  it("delete options are a body", async () => {
    const { transport, maps } = scripted([{ body: {} }]);
    await maps.delete(KEY, { propagationPolicy: "Background", preconditions: { uid: "u" } });
    expect(bodyOf(transport.requests[0])).toEqual({
      kind: "DeleteOptions",
      apiVersion: "v1",
      propagationPolicy: "Background",
      preconditions: { uid: "u" },
    });
  });
});

function bodyOf(request: TransportRequest | undefined): unknown {
  return JSON.parse(new TextDecoder().decode(request?.body));
}

describe("pages", () => {
  it("follow continue tokens and end with the last", async () => {
    const { transport, maps } = scripted([
      { body: { metadata: { resourceVersion: "7", continue: "t" }, items: [MAP] } },
      { body: { metadata: { resourceVersion: "7" }, items: [MAP, MAP] } },
    ]);
    const sizes: number[] = [];
    for await (const { items } of maps.pages({ limit: 2 })) sizes.push(items.length);
    expect(sizes).toEqual([1, 2]);
    expect(transport.lines).toEqual([
      "GET /api/v1/configmaps?limit=2",
      "GET /api/v1/configmaps?limit=2&continue=t",
    ]);
  });
});

describe("errors", () => {
  const status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: 'configmaps "settings" not found',
    reason: "NotFound",
    details: { name: "settings", kind: "configmaps" },
    code: 404,
  };

  it("a Status is thrown whole", async () => {
    const { maps } = scripted([{ status: 404, body: status }]);
    const error = await maps.get(KEY).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StatusError);
    expect(error).toMatchObject({ status, message: status.message });
    expect(isNotFound(error)).toBe(true);
    expect(isTransient(error)).toBe(false);
  });

  it.each([
    [429, "Too many requests, please try again later.\n", "TooManyRequests", true],
    [503, "", "ServiceUnavailable", true],
    [404, "404 page not found\n", "NotFound", false],
    [502, "<html>", "", true],
    [403, '{"kind":"Other"}', "Forbidden", false],
    [410, "{broken", "Gone", false],
  ])("%i with a body that is no Status", async (code, body, reason, transient) => {
    const { maps } = scripted([{ status: code, body }]);
    const error = await maps.get(KEY).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, reason });
    expect(isTransient(error)).toBe(transient);
  });

  it("no answer at all passes through", async () => {
    const { maps } = scripted([]);
    const error = await maps.get(KEY).catch((thrown: unknown) => thrown);
    expect(error).toHaveProperty("message", "nobody expected this request");
    expect(isTransient(error)).toBe(true);
  });
});

it("integers that a number would round survive who writes back what was read", async () => {
  const text = '{"metadata":{"name":"settings","generation":9223372036854775807}}';
  const exact = { userAgent: "test/1", exactIntegers: true };
  for (const [options, written] of [
    [exact, "9223372036854775807"],
    [{ userAgent: "test/1" }, "9223372036854776000"],
  ] as const) {
    const transport = new ScriptedTransport([{ body: text }, { body: text }]);
    const maps = new Client(transport.send, options).resource(CONFIG_MAPS);
    await maps.update(await maps.get(KEY));
    const body = new TextDecoder().decode(transport.requests[1]?.body);
    expect(body).toBe(`{"metadata":{"name":"settings","generation":${written}}}`);
  }
});
