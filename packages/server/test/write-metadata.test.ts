import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../src/api/object.ts";
import { startTestServer, type TestAnswer, type TestServer } from "../src/testing/test-server.ts";

/** What writers hear about metadata, kind by kind. */
const DEFAULT = "namespaces/default";
const CORE = `/api/v1/${DEFAULT}`;
const BUDGETS = `/apis/policy/v1/${DEFAULT}/poddisruptionbudgets`;
const LEASES = `/apis/coordination.k8s.io/v1/${DEFAULT}/leases`;
const SLICES = `/apis/discovery.k8s.io/v1/${DEFAULT}/endpointslices`;
const REPLICA_SETS = `/apis/apps/v1/${DEFAULT}/replicasets`;
const MERGE = { headers: { "content-type": "application/merge-patch+json" } };
const APPLY = { headers: { "content-type": "application/apply-patch+yaml" } };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const causesOf = (answer: TestAnswer): string[] => {
  expect(answer.status, answer.text).toBe(422);
  const { details } = answer.json<{ details: { causes: { field: string }[] } }>();
  return details.causes.map(({ field }) => field);
};

describe("metadata of a new object", () => {
  it("of kinds without rules of their own has a name that can stand in a path", async () => {
    const metadata = { name: "Any_Name", finalizers: ["plain"] };
    const odd = await server.send("POST", BUDGETS, { metadata });
    expect(odd.status, odd.text).toBe(201);
    expect(causesOf(await server.send("POST", BUDGETS, { metadata: { name: "a%b" } }))).toEqual([
      "metadata.name",
    ]);
  });

  it("of those is looked at when the rest is well", async () => {
    const body = { metadata: { name: "a%b" }, spec: { minAvailable: -1 } };
    expect(causesOf(await server.send("POST", BUDGETS, body))).toEqual(["spec.minAvailable"]);
  });

  it.each([
    [`${CORE}/configmaps`, ["metadata.ownerReferences.uid", "metadata.finalizers[0]"]],
    [LEASES, ["metadata.ownerReferences.uid"]],
  ])("%s: finalizers that are not qualified", async (url, fields) => {
    const owner = { apiVersion: "v1", kind: "Pod", name: "p", uid: "" };
    const metadata = { name: "f", ownerReferences: [owner], finalizers: ["plain"] };
    expect(causesOf(await server.send("POST", url, { metadata }))).toEqual(fields);
  });
});

describe("the version of a new object", () => {
  const create = (resourceVersion: string, query = "") =>
    server.send("POST", `${CORE}/configmaps${query}`, { metadata: { name: "v", resourceVersion } });

  it("is refused when it is one, but not in a dry run, which shows it", async () => {
    const dry = await create("7", "?dryRun=All");
    expect(dry.status, dry.text).toBe(201);
    expect(dry.json<KubeObject>().metadata.resourceVersion).toBe("7");
    expect((await create("7")).status).toBe(500);
  });

  it("means nothing when it is none", async () => {
    expect((await create("99999999999999999999")).status).toBe(201);
    expect((await create("7", "?dryRun=All")).status).toBe(409);
  });
});

describe("metadata of an update", () => {
  it.each([
    [`${CORE}/configmaps`, {}, 2],
    [SLICES, { addressType: "IPv4", endpoints: [] }, 1],
  ])("%s: errors are told as often as upstream finds them", async (url, body, times) => {
    await server.send("POST", url, { metadata: { name: "u" }, ...body });
    const patch = { metadata: { deletionTimestamp: "2030-01-01T00:00:00Z" } };
    const answer = await server.send("PATCH", `${url}/u`, patch, MERGE);
    expect(causesOf(answer)).toEqual(Array(times).fill("metadata.deletionTimestamp"));
  });

  it.each([
    [`${CORE}/configmaps`, {}, 4],
    [`${CORE}/resourcequotas`, {}, 3],
    [SLICES, { addressType: "IPv4", endpoints: [] }, 3],
    [BUDGETS, { spec: {} }, 2],
    [`${CORE}/serviceaccounts`, {}, 4],
    [`${CORE}/pods`, { spec: { containers: [{ name: "c", image: "i" }] } }, 4],
    ["/apis/apps/v1/namespaces/default/controllerrevisions", { data: {}, revision: 1 }, 4],
  ])("%s: labels are looked at with the whole, and with the change", async (url, body, times) => {
    await server.send("POST", url, { metadata: { name: "w" }, ...body });
    const patch = { metadata: { labels: { a: "b c" } } };
    const answer = await server.send("PATCH", `${url}/w`, patch, MERGE);
    expect(causesOf(answer)).toEqual(Array(times).fill("metadata.labels"));
  });

  it.each([
    [`${CORE}/configmaps`, 422],
    [`${CORE}/resourcequotas`, 200],
  ])("%s: a generateName is looked at where a new object is", async (url, status) => {
    const patch = { metadata: { generateName: "A_" } };
    expect((await server.send("PATCH", `${url}/w`, patch, MERGE)).status).toBe(status);
  });

  it("of a role comes after its rules", async () => {
    const url = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
    await server.send("POST", url, { metadata: { name: "r" } });
    const patch = { metadata: { finalizers: ["plain"] }, rules: [{ verbs: ["get"] }] };
    const causes = causesOf(await server.send("PATCH", `${url}/r`, patch, MERGE));
    expect(causes).toEqual([
      "metadata.finalizers[0]",
      "rules[0].apiGroups",
      "rules[0].resources",
      "metadata.finalizers[0]",
    ]);
  });

  it("that names a uid, of an object that is not there", async () => {
    const uid = "11111111-2222-3333-4444-555555555555";
    const put = (url: string) =>
      server.send("PUT", `${url}/gone`, { metadata: { name: "gone", uid } });
    expect((await put(LEASES)).status).toBe(409);
    expect((await put(`${CORE}/configmaps`)).status).toBe(404);
  });

  it("by way of a status that is none of it", async () => {
    const url = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/exempt";
    const patch = { metadata: { annotations: { a: "b" } } };
    const answer = await server.send("PATCH", `${url}/status`, patch, MERGE);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json<KubeObject>().metadata.annotations).not.toHaveProperty("a");
  });
});

describe("metadata that is applied", () => {
  const apply = (name: string, metadata: unknown, query = "") =>
    server.send(
      "PATCH",
      `${CORE}/configmaps/${name}?fieldManager=m${query}`,
      { apiVersion: "v1", kind: "ConfigMap", metadata },
      APPLY,
    );

  it("names the object", async () => {
    for (const metadata of [undefined, {}, { name: null }, { generateName: "n-" }]) {
      expect((await apply("named", metadata)).json()).toMatchObject({
        code: 400,
        message:
          "the name of the object (named based on URL) was undeterminable: name must be provided",
      });
    }
    expect((await apply("named", { name: "named" })).status).toBe(201);
  });

  it("need not name one that is there, but must not take its name away", async () => {
    expect((await apply("named", {})).status).toBe(200);
    expect((await apply("named", { name: "" })).status).toBe(400);
  });

  it("shows its selfLink in a dry run, and never keeps it", async () => {
    const metadata = { name: "named", selfLink: "/x" };
    const linkOf = async (query: string) =>
      (await apply("named", metadata, query)).json<KubeObject>().metadata.selfLink;
    expect(await linkOf("&dryRun=All")).toBe("/x");
    expect(await linkOf("")).toBeUndefined();
  });

  it("is of a type that is looked at before the forms of the answer", async () => {
    const headers = { "content-type": "application/json", accept: "application/xml" };
    const answer = await server.send("PATCH", `${CORE}/configmaps/named`, {}, { headers });
    expect(answer.status).toBe(415);
  });
});

describe("owners of a number of pods", () => {
  it("are told by way of its scale", async () => {
    const labels = { app: "s" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } };
    const spec = { replicas: 1, selector: { matchLabels: labels }, template };
    await server.send("POST", `${REPLICA_SETS}?fieldManager=made`, {
      metadata: { name: "s" },
      spec,
    });
    const scale = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "s" } };
    const apply = (query: string, replicas: number) =>
      server.send(
        "PATCH",
        `${REPLICA_SETS}/s/scale?${query}`,
        { ...scale, spec: { replicas } },
        APPLY,
      );
    expect((await apply("fieldManager=a", 1)).status).toBe(200);
    expect((await apply("fieldManager=b", 2)).json()).toMatchObject({
      code: 409,
      message: expect.stringContaining('"a" with subresource "scale"'),
    });
    expect((await apply("fieldManager=b&force=true", 2)).status).toBe(200);
    const { metadata } = (await server.send("GET", `${REPLICA_SETS}/s`)).json<KubeObject>();
    const owners = metadata.managedFields?.filter(({ fieldsV1 }) =>
      JSON.stringify(fieldsV1).includes("f:replicas"),
    );
    expect(owners).toMatchObject([{ manager: "b", operation: "Apply", subresource: "scale" }]);
  });
});
