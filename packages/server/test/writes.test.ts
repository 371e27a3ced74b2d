import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../src/api/object.ts";
import { startTestServer, type TestAnswer, type TestServer } from "../src/testing/test-server.ts";

/** What writers are promised, over HTTP. */
const MAPS = "/api/v1/namespaces/default/configmaps";
const JSON_PATCH = { headers: { "content-type": "application/json-patch+json" } };
const MERGE = { headers: { "content-type": "application/merge-patch+json" } };
const APPLY = { headers: { "content-type": "application/apply-patch+yaml" } };

interface Failure {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}

let server: TestServer;
let made = 0;

beforeAll(async () => {
  // Writes that wait for a disk meet each other; in memory they never do.
  server = await startTestServer({ options: { storage: "sqlite" } });
});
afterAll(() => server[Symbol.asyncDispose]());

const object = (answer: TestAnswer): KubeObject => {
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.json<KubeObject>();
};

/** A new config map with a name of its own. */
async function newMap(body: Partial<KubeObject> = {}): Promise<KubeObject & { url: string }> {
  const name = `map-${++made}`;
  const { metadata, ...rest } = { metadata: {}, data: { k: "v" }, ...body };
  const answer = await server.send("POST", MAPS, { metadata: { name, ...metadata }, ...rest });
  return { ...object(answer), url: `${MAPS}/${name}` };
}

const get = async (url: string): Promise<KubeObject> => object(await server.send("GET", url));

describe("create", () => {
  it("answers the object as it is stored", async () => {
    const { url, ...created } = await newMap();
    expect(created.metadata).toMatchObject({ namespace: "default", uid: expect.any(String) });
    expect(await get(url)).toEqual(created);
  });

  it("of a name that is taken is a conflict", async () => {
    const { metadata } = await newMap();
    const answer = await server.send("POST", MAPS, { metadata: { name: metadata.name } });
    expect(answer.json()).toMatchObject({ code: 409, reason: "AlreadyExists" });
  });

  it.each([
    [[], 422],
    [null, 201],
    [[{ type: "Pods", value: 1, periodSeconds: 15 }], 201],
  ])("tells no policy at all from one that was left open: %j", async (policies, status) => {
    const created = await server.send(
      "POST",
      "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers?dryRun=All",
      {
        metadata: { name: "open" },
        spec: {
          maxReplicas: 3,
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "d" },
          behavior: { scaleUp: { policies } },
        },
      },
    );
    expect(created.status).toBe(status);
    if (status === 422) expect(created.text).toContain("must specify at least one Policy");
  });

  it("is for one of all who want the same name", async () => {
    const body = { metadata: { name: "wanted" } };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.send("POST", MAPS, body)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
  });

  it("makes up a name for everybody who leaves it open", async () => {
    const body = { metadata: { generateName: "made-up-" } };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => server.send("POST", MAPS, body)),
    );
    const names = new Set(answers.map((answer) => object(answer).metadata.name));
    expect(names.size).toBe(50);
    for (const name of names) expect(name).toMatch(/^made-up-[a-z0-9]{5}$/);
  });

  it("does not believe what a body says of the system's own fields", async () => {
    const sent = {
      uid: "mine",
      creationTimestamp: "2001-02-03T04:05:06Z",
      deletionTimestamp: "2001-02-03T04:05:06Z",
      deletionGracePeriodSeconds: 5,
      selfLink: "/x",
    };
    const { metadata } = await newMap({ metadata: sent });
    expect(metadata.uid).not.toBe("mine");
    expect(metadata.creationTimestamp).not.toBe(sent.creationTimestamp);
    expect(Object.keys(metadata)).not.toContain("deletionTimestamp");
    expect(Object.keys(metadata)).not.toContain("selfLink");
    expect(JSON.stringify(metadata.managedFields)).not.toContain("f:metadata");
  });

  it("keeps one of equal owners, and says so", async () => {
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "o", uid: "u" };
    const metadata = { name: "owned", ownerReferences: [owner, owner, { ...owner, uid: "w" }] };
    const answer = await server.send("POST", MAPS, { metadata });
    expect(object(answer).metadata.ownerReferences).toHaveLength(2);
    expect(String(answer.headers.warning)).toContain("duplicate UID(s) observed: u");
  });
});

describe("update", () => {
  it("without a resourceVersion replaces whatever is there", async () => {
    const { url, metadata } = await newMap();
    const body = { metadata: { name: metadata.name }, data: { other: "1" } };
    expect(object(await server.send("PUT", url, body)).data).toEqual({ other: "1" });
  });

  it("with an old resourceVersion is a conflict, and changes nothing", async () => {
    const { url, ...first } = await newMap();
    await server.send("PUT", url, { ...first, data: { k: "2" } });
    const answer = await server.send("PUT", url, { ...first, data: { k: "3" } });
    expect(answer.json<Failure>()).toMatchObject({ code: 409, reason: "Conflict" });
    expect((await get(url)).data).toEqual({ k: "2" });
  });

  it("lets one through of all who change the same version", async () => {
    const { url, ...first } = await newMap();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        server.send("PUT", url, { ...first, data: { k: `new ${at}` } }),
      ),
    );
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect((await get(url)).data).toEqual(winners[0]?.json<KubeObject>().data);
  });

  it("that changes nothing is no new version", async () => {
    const { url, metadata, ...rest } = await newMap();
    const again = object(await server.send("PUT", url, { ...rest, metadata }));
    expect(again.metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  it("of another uid is a conflict, of the same it is not", async () => {
    const { url, metadata } = await newMap();
    const body = (uid: string) => ({ metadata: { name: metadata.name, uid }, data: {} });
    expect((await server.send("PUT", url, body("another"))).status).toBe(409);
    expect((await server.send("PUT", url, body(metadata.uid ?? ""))).status).toBe(200);
  });

  it("of something that is gone is 404, whichever it means", async () => {
    const body = (more: object) => ({ metadata: { name: "gone", ...more } });
    expect((await server.send("PUT", `${MAPS}/gone`, body({}))).status).toBe(404);
    expect((await server.send("PUT", `${MAPS}/gone`, body({ uid: "u" }))).status).toBe(404);
  });

  it.each([
    ["another name", { name: "other" }, "does not match the name on the URL"],
    ["no name", {}, "name must be provided"],
    ["another namespace", { name: "m", namespace: "x" }, "namespace of the provided object"],
    ["both", { name: "other", namespace: "x" }, "namespace of the provided object"],
  ])("of %s is 400", async (_what, metadata, message) => {
    const answer = await server.send("PUT", `${MAPS}/m`, { metadata });
    expect(answer.json<Failure>()).toMatchObject({ code: 400, reason: "BadRequest" });
    expect(answer.json<Failure>().message).toContain(message);
  });

  it("creates kinds that may be, once", async () => {
    const role = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles/by-put";
    const body = { metadata: { name: "by-put" }, rules: [] };
    const answers = await Promise.all([
      server.send("PUT", role, body),
      server.send("PUT", role, body),
      server.send("PUT", role, body),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
  });
});

describe("patch", () => {
  it("loses nothing of what others patch at the same time", async () => {
    const { url } = await newMap();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        server.send("PATCH", url, { data: { [`k${at}`]: "1" } }, MERGE),
      ),
    );
    for (const answer of answers) expect(answer.status, answer.text).toBe(200);
    expect(Object.keys((await get(url)).data as object)).toHaveLength(41);
  });

  it("is a conflict only when it names a version", async () => {
    const { url, metadata } = await newMap();
    const { resourceVersion } = metadata;
    await server.send("PATCH", url, { data: { k: "2" } }, MERGE);
    const named = { metadata: { resourceVersion }, data: { k: "3" } };
    expect((await server.send("PATCH", url, named, MERGE)).status).toBe(409);
    expect((await server.send("PATCH", url, { data: { k: "3" } }, MERGE)).status).toBe(200);
  });

  it("tests and changes in one step", async () => {
    const { url } = await newMap({ data: { count: "0" } });
    const step = [
      { op: "test", path: "/data/count", value: "0" },
      { op: "replace", path: "/data/count", value: "1" },
    ];
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => server.send("PATCH", url, step, JSON_PATCH)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(422)]);
  });

  it("of something that is not there is 404, whatever the patch is", async () => {
    const answer = await server.send("PATCH", `${MAPS}/nothing`, "{", MERGE);
    expect(answer.json<Failure>()).toMatchObject({ code: 404, reason: "NotFound" });
  });

  it("an empty list of managedFields forgets who owns what", async () => {
    const { url, metadata } = await newMap();
    expect(metadata.managedFields).toHaveLength(1);
    const answer = await server.send("PATCH", url, { metadata: { managedFields: [] } }, MERGE);
    expect(object(answer).metadata.managedFields).toBeUndefined();
  });
});

describe("apply", () => {
  const body = (name: string, data: object) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    data,
  });
  const apply = (name: string, data: object, manager: string, more = "") =>
    server.send("PATCH", `${MAPS}/${name}?fieldManager=${manager}${more}`, body(name, data), APPLY);

  it("of many managers at once makes one object with what all of them want", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => apply("shared", { [`k${at}`]: "v" }, `m${at}`)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9);
    const { data, metadata } = await get(`${MAPS}/shared`);
    expect(Object.keys(data as object)).toHaveLength(10);
    expect(metadata.managedFields).toHaveLength(10);
  });

  it("of what another manager owns is a conflict, unless forced", async () => {
    await apply("fought", { k: "a" }, "a");
    const refused = await apply("fought", { k: "b" }, "b");
    expect(refused.json<Failure>()).toMatchObject({ code: 409, reason: "Conflict" });
    expect((await get(`${MAPS}/fought`)).data).toEqual({ k: "a" });
    expect(object(await apply("fought", { k: "b" }, "b", "&force=true")).data).toEqual({ k: "b" });
  });

  it("tells of duplicates only when it goes well otherwise", async () => {
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata: {k: a, k: b}\n";
    const url = `${MAPS}/twice?fieldManager=a`;
    const warned = await server.send("PATCH", url, text, APPLY);
    expect(object(warned).data).toEqual({ k: "b" });
    expect(String(warned.headers.warning)).toContain("already set in map");
    const strict = await server.send("PATCH", `${url}&fieldValidation=Strict`, text, APPLY);
    expect(strict.json<Failure>().message).toContain("error strict decoding YAML");
    const wrong = text.replace("k: b", "k: 1");
    const failed = await server.send("PATCH", `${url}&fieldValidation=Strict`, wrong, APPLY);
    expect(failed.json<Failure>().message).toContain("expected string");
  });
});

describe("delete", () => {
  it("answers who is gone", async () => {
    const { url, metadata } = await newMap();
    const answer = await server.send("DELETE", url);
    expect(answer.json()).toMatchObject({ status: "Success", details: { uid: metadata.uid } });
    expect((await server.send("GET", url)).status).toBe(404);
  });

  it("is for one of all who want it", async () => {
    const { url } = await newMap();
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.send("DELETE", url)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(404)]);
  });

  it("of a changed version is a conflict", async () => {
    const { url, metadata } = await newMap();
    await server.send("PATCH", url, { data: { k: "2" } }, MERGE);
    const preconditions = { resourceVersion: metadata.resourceVersion };
    expect((await server.send("DELETE", url, { preconditions })).status).toBe(409);
    expect((await server.send("GET", url)).status).toBe(200);
  });

  it("waits for finalizers, and for nothing more", async () => {
    const { url, metadata } = await newMap({
      metadata: { finalizers: ["example.com/a", "example.com/b"] },
    });
    const marked = object(await server.send("DELETE", url));
    expect(marked.metadata).toMatchObject({ uid: metadata.uid, deletionGracePeriodSeconds: 0 });
    const taken = await server.send("POST", MAPS, { metadata: { name: metadata.name } });
    expect(taken.json<Failure>().message).toContain("object is being deleted: ");
    const more = { metadata: { finalizers: ["example.com/a", "example.com/c"] } };
    expect((await server.send("PATCH", url, more, MERGE)).status).toBe(422);
    const fewer = { metadata: { finalizers: ["example.com/b"] } };
    expect((await server.send("PATCH", url, fewer, MERGE)).status).toBe(200);
    const none = object(await server.send("PATCH", url, { metadata: { finalizers: null } }, MERGE));
    expect(none.metadata.finalizers).toBeUndefined();
    expect((await server.send("GET", url)).status).toBe(404);
  });

  it("ends when several take off their finalizers at once", async () => {
    const finalizers = Array.from({ length: 8 }, (_, at) => `example.com/f${at}`);
    const { url } = await newMap({ metadata: { finalizers } });
    await server.send("DELETE", url);
    const takeOff = async (name: string): Promise<void> => {
      for (;;) {
        const current = await server.send("GET", url);
        if (current.status === 404) return;
        const { metadata, ...rest } = current.json<KubeObject>();
        const left = (metadata.finalizers ?? []).filter((each) => each !== name);
        const body = { ...rest, metadata: { ...metadata, finalizers: left } };
        const answer = await server.send("PUT", url, body);
        if (answer.status !== 409) return;
      }
    };
    await Promise.all(finalizers.map(takeOff));
    expect((await server.send("GET", url)).status).toBe(404);
  });

  it("of a job says what becomes of its pods, unless it is told", async () => {
    const url = "/apis/batch/v1/namespaces/default/jobs";
    const containers = [{ name: "c", image: "i" }];
    const spec = { template: { spec: { restartPolicy: "Never", containers } } };
    object(await server.send("POST", url, { metadata: { name: "j" }, spec }));
    const told = await server.send("DELETE", `${url}/j?propagationPolicy=Background&dryRun=All`);
    expect(told.headers.warning).toBeUndefined();
    const answer = await server.send("DELETE", `${url}/j`);
    expect(String(answer.headers.warning)).toContain("child pods are preserved by default");
    expect(object(answer).metadata.finalizers).toContain("orphan");
  });

  it("answers an object that goes at once with the finalizers that it had", async () => {
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    const metadata = { name: "held", finalizers: ["foregroundDeletion"] };
    object(await server.send("POST", accounts, { metadata }));
    const gone = await server.send("DELETE", `${accounts}/held?propagationPolicy=Background`);
    expect(object(gone).metadata.finalizers).toEqual(["foregroundDeletion"]);
    expect((await server.send("GET", `${accounts}/held`)).status).toBe(404);
  });
});

describe("delete of a collection", () => {
  const fill = async (label: string, count: number): Promise<readonly KubeObject[]> =>
    Promise.all(
      Array.from({ length: count }, () => newMap({ metadata: { labels: { set: label } } })),
    );
  const left = async (label: string): Promise<number> => {
    const list = await server.send("GET", `${MAPS}?labelSelector=set=${label}`);
    return list.json<{ items: unknown[] }>().items.length;
  };

  it("takes what is selected, and answers it as it was", async () => {
    await fill("gone", 300);
    await fill("stays", 2);
    const answer = await server.send("DELETE", `${MAPS}?labelSelector=set=gone`);
    expect(answer.json<{ items: unknown[] }>().items).toHaveLength(300);
    expect([await left("gone"), await left("stays")]).toEqual([0, 2]);
  });

  it("stops where a precondition fails", async () => {
    const objects = await fill("some", 3);
    const names = objects.map(({ metadata }) => metadata.name ?? "").sort();
    const last = objects.find(({ metadata }) => metadata.name === names[2]);
    const preconditions = { uid: last?.metadata.uid };
    const url = `${MAPS}?labelSelector=set=some`;
    expect((await server.send("DELETE", url, { preconditions })).status).toBe(409);
    expect(await left("some")).toBe(3);
  });

  it("takes no more than a page that is asked for", async () => {
    await fill("paged", 3);
    const answer = await server.send("DELETE", `${MAPS}?labelSelector=set=paged&limit=2`);
    const { items, metadata } = answer.json<{ items: unknown[]; metadata: { continue: string } }>();
    expect(items).toHaveLength(2);
    expect(metadata.continue).toEqual(expect.any(String));
    expect(await left("paged")).toBe(1);
  });
});

describe("a dry run", () => {
  const dry = (url: string): string => `${url}?dryRun=All`;

  it("answers what would be, and leaves everything as it is", async () => {
    const { url, metadata } = await newMap();
    const before = await get(url);
    const created = object(await server.send("POST", dry(MAPS), { metadata: { name: "dry" } }));
    expect(created.metadata).toMatchObject({ uid: expect.any(String) });
    expect(created.metadata.resourceVersion).toBeUndefined();
    const { name } = metadata;
    const replaced = await server.send("PUT", dry(url), { metadata: { name }, data: { k: "2" } });
    expect(object(replaced).data).toEqual({ k: "2" });
    const patched = await server.send("PATCH", dry(url), { data: { k: "3" } }, MERGE);
    expect(object(patched).data).toEqual({ k: "3" });
    expect((await server.send("DELETE", dry(url))).json()).toMatchObject({ status: "Success" });
    expect((await server.send("GET", `${MAPS}/dry`)).status).toBe(404);
    expect(await get(url)).toEqual(before);
  });

  it("finds what the real one would", async () => {
    const { url, metadata } = await newMap();
    const { name, resourceVersion } = metadata;
    await server.send("PATCH", url, { data: { k: "2" } }, MERGE);
    expect((await server.send("POST", dry(MAPS), { metadata: { name } })).status).toBe(409);
    const old = { metadata: { name, resourceVersion } };
    expect((await server.send("PUT", dry(url), old)).status).toBe(409);
    const invalid = { metadata: { name }, data: { "not a key": "" } };
    expect((await server.send("PUT", dry(url), invalid)).status).toBe(422);
    expect((await server.send("DELETE", dry(`${MAPS}/nothing`))).status).toBe(404);
  });

  it("of the last finalizer keeps the object", async () => {
    const { url } = await newMap({ metadata: { finalizers: ["example.com/a"] } });
    await server.send("DELETE", url);
    const none = { metadata: { finalizers: null } };
    expect(object(await server.send("PATCH", dry(url), none, MERGE)).metadata.finalizers).toBe(
      undefined,
    );
    expect((await get(url)).metadata.finalizers).toEqual(["example.com/a"]);
  });
});

describe("one object in two versions", () => {
  it("keeps the owners that wrote either of them", async () => {
    const url = (group: string) => `${group}/namespaces/default/events`;
    const regarding = { kind: "Pod", namespace: "default", name: "p" };
    const event = {
      metadata: { name: "e" },
      regarding,
      eventTime: "2026-01-02T03:04:05.000000Z",
      action: "a",
      reason: "r",
      type: "Normal",
      note: "one",
      reportingController: "example.com/c",
      reportingInstance: "c-1",
    };
    const events = url("/apis/events.k8s.io/v1");
    object(await server.send("POST", `${events}?fieldManager=new`, event));
    const core = `${url("/api/v1")}/e?fieldManager=old`;
    const { metadata } = object(await server.send("PATCH", core, { message: "two" }, MERGE));
    const owned = metadata.managedFields?.map(({ manager, apiVersion, fieldsV1 }) => [
      manager,
      apiVersion,
      Object.keys(fieldsV1 ?? {}).filter((key) => key === "f:note" || key === "f:message"),
    ]);
    expect(owned).toEqual(
      expect.arrayContaining([
        ["new", "events.k8s.io/v1", []],
        ["old", "v1", ["f:message"]],
      ]),
    );
  });
});
