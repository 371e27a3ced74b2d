import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

/** Endpoints around pods, on a server without nodes. */
const PODS = "/api/v1/namespaces/default/pods";
const MERGE = { headers: { "content-type": "application/merge-patch+json" } };

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function createPod(name: string, more: object = {}, metadata: object = {}): Promise<void> {
  const containers = [{ name: "c", image: "img" }];
  const answer = await server.send("POST", PODS, {
    metadata: { name, ...metadata },
    spec: { containers, automountServiceAccountToken: false, ...more },
  });
  expect(answer.status, answer.text).toBe(201);
}

interface StoredPod {
  readonly metadata: Record<string, unknown>;
  readonly spec: Record<string, unknown>;
  readonly status: { readonly conditions?: readonly { readonly type: string }[] };
}

async function getPod(name: string): Promise<StoredPod> {
  return (await server.send("GET", `${PODS}/${name}`)).json<StoredPod>();
}

describe("binding", () => {
  const bind = (pod: string, node: string, query = "") =>
    server.send("POST", `${PODS}/${pod}/binding${query}`, {
      metadata: { name: pod, labels: { bound: "yes" } },
      target: { kind: "Node", name: node },
    });

  test.each([
    [{ uid: "earlier" }, "UID in precondition: earlier, UID in object meta: "],
    [
      { resourceVersion: "1" },
      "ResourceVersion in precondition: 1, ResourceVersion in object meta: ",
    ],
  ])("of %j, which the pod is not", async (metadata, text) => {
    const name = `not-${Object.keys(metadata).join().toLowerCase()}`;
    await createPod(name);
    const body = { metadata: { name, ...metadata }, target: { name: "n" } };
    const answer = await server.send("POST", `${PODS}/${name}/binding`, body);
    expect(answer.json()).toMatchObject({
      code: 409,
      message: expect.stringContaining(`Precondition failed: ${text}`),
      details: { name, kind: "pods" },
    });
    const dry = await server.send("POST", `${PODS}/${name}/binding?dryRun=All`, body);
    expect(dry.json().message).toContain(`Key: /pods/default/${name}, `);
  });

  test("has to name the pod", async () => {
    const bindings = "/api/v1/namespaces/default/bindings";
    const answer = await server.send("POST", bindings, { target: { name: "n" } });
    expect(answer.json()).toMatchObject({ code: 400, message: "Name parameter required." });
    const nowhere = await server.send("POST", bindings, { target: {} });
    expect(nowhere.json()).toMatchObject({ code: 500, message: "target.name: Required value" });
  });

  test("assigns the pod, once", async () => {
    await createPod("bound");
    expect((await bind("bound", "n", "?dryRun=All")).status).toBe(201);
    expect((await getPod("bound")).spec).not.toHaveProperty("nodeName");
    const answer = await bind("bound", "n");
    expect([answer.status, answer.json()]).toEqual([
      201,
      { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 },
    ]);
    const pod = await getPod("bound");
    expect(pod.spec).toMatchObject({ nodeName: "n" });
    expect(pod.metadata).toMatchObject({ labels: { bound: "yes" }, generation: 1 });
    expect(pod.status.conditions).toMatchObject([{ type: "PodScheduled", status: "True" }]);
    const again = await bind("bound", "m");
    expect([again.status, again.json().message]).toEqual([
      409,
      'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "n"',
    ]);
  });

  test("of an earlier pod of that name is a conflict, except at the older endpoint", async () => {
    await createPod("reborn");
    const body = { metadata: { name: "reborn", uid: "earlier" }, target: { name: "n" } };
    const answer = await server.send("POST", `${PODS}/reborn/binding`, body);
    expect(answer.status).toBe(409);
    expect((await getPod("reborn")).spec).not.toHaveProperty("nodeName");
    const older = await server.send("POST", "/api/v1/namespaces/default/bindings", body);
    expect(older.status).toBe(201);
    expect((await getPod("reborn")).spec).toMatchObject({ nodeName: "n" });
  });
});

describe("eviction", () => {
  const BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
  const evict = (pod: string, more: object = {}) =>
    server.send("POST", `${PODS}/${pod}/eviction`, { metadata: { name: pod }, ...more });

  test("takes the older version of its body, and no other", async () => {
    await createPod("older");
    const versioned = (apiVersion: string) => evict("older", { apiVersion, kind: "Eviction" });
    expect((await versioned("policy/v1beta2")).status).toBe(400);
    expect((await versioned("policy/v1beta1")).status).toBe(201);
    expect((await server.send("GET", `${PODS}/older`)).status).toBe(404);
  });

  test.each([
    [{ dryRun: ["Some"] }, "dryRun"],
    [{ propagationPolicy: "Sideways" }, "propagationPolicy"],
    [{ propagationPolicy: "Orphan", orphanDependents: true }, "propagationPolicy"],
  ])("with options %j is refused", async (deleteOptions, field) => {
    const name = `odd-${Object.values(deleteOptions).join("-").toLowerCase()}`;
    await createPod(name);
    const answer = await evict(name, { deleteOptions });
    expect(answer.json()).toMatchObject({
      code: 422,
      details: { group: "meta.k8s.io", kind: "DeleteOptions", causes: [{ field }] },
    });
    expect((await getPod(name)).metadata).not.toHaveProperty("deletionTimestamp");
  });

  async function run(name: string, app: string, ready = true): Promise<void> {
    await createPod(name, { nodeName: "n" }, { labels: { app } });
    const status = {
      phase: "Running",
      conditions: ready ? [{ type: "Ready", status: "True" }] : [],
    };
    const answer = await server.send("PATCH", `${PODS}/${name}/status`, { status }, MERGE);
    expect(answer.status, answer.text).toBe(200);
  }

  async function budget(name: string, app: string, status: object): Promise<void> {
    const created = await server.send("POST", BUDGETS, {
      metadata: { name },
      spec: { minAvailable: 1, selector: { matchLabels: { app } } },
    });
    expect(created.status, created.text).toBe(201);
    const patched = await server.send(
      "PATCH",
      `${BUDGETS}/${name}/status`,
      { status: { observedGeneration: 1, expectedPods: 1, ...status } },
      MERGE,
    );
    expect(patched.status, patched.text).toBe(200);
  }

  test("marks the pod and begins its deletion", async () => {
    await run("plain", "plain");
    const answer = await evict("plain", { deleteOptions: { gracePeriodSeconds: 7 } });
    expect(answer.status, answer.text).toBe(201);
    const pod = await getPod("plain");
    expect(pod.metadata).toMatchObject({ deletionGracePeriodSeconds: 7 });
    expect(pod.status.conditions).toContainEqual(
      expect.objectContaining({ type: "DisruptionTarget", reason: "EvictionByEvictionAPI" }),
    );
  });

  test("a dry run, in the query or in the options, changes nothing", async () => {
    await run("dry", "dry");
    const before = await getPod("dry");
    const answers = [
      await evict("dry", { deleteOptions: { dryRun: ["All"] } }),
      await server.send("POST", `${PODS}/dry/eviction?dryRun=All`, { metadata: { name: "dry" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(await getPod("dry")).toEqual(before);
  });

  test.each([
    [
      { deleteOptions: { dryRun: ["All", "All"] } },
      "Non-matching dry-run options in request and content: [All] and [All All]",
    ],
    [
      { deleteOptions: { ignoreStoreReadErrorWithClusterBreakingPotential: true } },
      'Eviction.policy "none" is invalid: deleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential: Invalid value: true: can not be set for pod eviction, try after removing the option',
    ],
    [
      { apiVersion: "policy/v1beta1", kind: "Eviction", x: 1 },
      'Eviction in version "v1beta1" cannot be handled as a Eviction: strict decoding error: unknown field "x"',
    ],
  ])("%j is refused before the pod is looked for", async (more, message) => {
    const path = `${PODS}/none/eviction?dryRun=All&fieldValidation=Strict`;
    const answer = await server.send("POST", path, { metadata: { name: "none" }, ...more });
    expect(answer.json().message).toBe(message);
  });

  test("is charged to the budget, until that has nothing left", async () => {
    await run("first", "charged");
    await run("second", "charged");
    await budget("b", "charged", { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 });
    expect((await evict("first")).status).toBe(201);
    const charged = await server.send("GET", `${BUDGETS}/b`);
    expect(charged.json().status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { first: expect.any(String) },
    });
    const refused = await evict("second");
    expect([refused.status, refused.json()]).toMatchObject([
      429,
      {
        reason: "TooManyRequests",
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        details: { causes: [{ reason: "DisruptionBudget" }] },
      },
    ]);
    expect((await getPod("second")).metadata).not.toHaveProperty("deletionTimestamp");
  });

  test("of an unready pod may go by a budget that is kept", async () => {
    await run("unready", "unready", false);
    await budget("u", "unready", { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 });
    expect((await evict("unready")).status).toBe(201);
    expect((await server.send("GET", `${BUDGETS}/u`)).json().status).not.toHaveProperty(
      "disruptedPods",
    );
  });

  test("of a pod with two budgets fails", async () => {
    await run("twice", "twice");
    await budget("t1", "twice", { disruptionsAllowed: 1, currentHealthy: 1, desiredHealthy: 0 });
    await budget("t2", "twice", { disruptionsAllowed: 1, currentHealthy: 1, desiredHealthy: 0 });
    const answer = await evict("twice");
    expect([answer.status, answer.json()]).toMatchObject([500, { status: "Failure", code: 500 }]);
    expect((await getPod("twice")).metadata).not.toHaveProperty("deletionTimestamp");
  });

  test("with a precondition that fails is a conflict", async () => {
    await run("other", "other");
    const answer = await evict("other", { deleteOptions: { preconditions: { uid: "earlier" } } });
    expect(answer.status).toBe(409);
    expect((await getPod("other")).status.conditions).toHaveLength(1);
  });
});

describe("scale", () => {
  const RCS = "/api/v1/namespaces/default/replicationcontrollers";
  const template = {
    metadata: { labels: { a: "b" } },
    spec: { containers: [{ name: "c", image: "i" }] },
  };

  test("is read, replaced, patched and applied; the controller keeps the rest", async () => {
    const spec = { replicas: 1, selector: { a: "b" }, template };
    await server.send("POST", RCS, { metadata: { name: "rc" }, spec });
    const read = await server.send("GET", `${RCS}/rc/scale`);
    expect(read.json()).toMatchObject({
      kind: "Scale",
      apiVersion: "autoscaling/v1",
      spec: { replicas: 1 },
      status: { selector: "a=b" },
    });
    const scale = { ...read.json(), spec: { replicas: 3 } };
    const put = await server.send("PUT", `${RCS}/rc/scale`, scale);
    expect([put.status, put.json().spec]).toEqual([200, { replicas: 3 }]);
    expect((await server.send("PUT", `${RCS}/rc/scale`, scale)).status).toBe(409);
    const patched = await server.send("PATCH", `${RCS}/rc/scale`, { spec: { replicas: 4 } }, MERGE);
    expect(patched.json().spec).toEqual({ replicas: 4 });
    const applied = await server.send(
      "PATCH",
      `${RCS}/rc/scale?fieldManager=me&force=true`,
      {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { name: "rc" },
        spec: { replicas: 5 },
      },
      { headers: { "content-type": "application/apply-patch+yaml" } },
    );
    expect([applied.status, applied.json().spec]).toEqual([200, { replicas: 5 }]);
    const stored = (await server.send("GET", `${RCS}/rc`)).json<StoredPod>();
    expect(stored.spec).toMatchObject({ replicas: 5, selector: { a: "b" } });
    expect(stored.metadata.managedFields).toContainEqual(
      expect.objectContaining({
        manager: "me",
        operation: "Apply",
        apiVersion: "v1",
        subresource: "scale",
        fieldsV1: { "f:spec": { "f:replicas": {} } },
      }),
    );
    const table = await server.send("GET", `${RCS}/rc/scale?includeObject=None`, undefined, {
      headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" },
    });
    expect(table.json()).toMatchObject({
      kind: "Table",
      columnDefinitions: [
        { name: "Name" },
        { name: "Desired" },
        { name: "Available" },
        { name: "Age" },
      ],
      rows: [{ cells: ["rc", 5, expect.any(Number), expect.any(String)] }],
    });
  });

  test.each([
    [
      { name: "other" },
      "the name of the object (other) does not match the name on the URL (named)",
    ],
    [{ name: "" }, "the name of the object (named based on URL) was undeterminable"],
    [{ namespace: "other" }, "the namespace of the provided object does not match"],
  ])("is not applied to %j", async (metadata, message) => {
    const spec = { replicas: 1, selector: { a: "b" }, template };
    await server.send("POST", RCS, { metadata: { name: "named" }, spec });
    const scale = { apiVersion: "autoscaling/v1", kind: "Scale", metadata, spec: { replicas: -1 } };
    const path = `${RCS}/named/scale?fieldManager=me&force=true`;
    const headers = { "content-type": "application/apply-patch+yaml" };
    const answer = await server.send("PATCH", path, scale, { headers });
    expect(answer.json()).toMatchObject({ code: 400, message: expect.stringContaining(message) });
  });
});

describe("what only a node could answer", () => {
  beforeAll(async () => {
    await server.send("POST", "/api/v1/nodes", { metadata: { name: "mute" } });
    await server.send("POST", "/api/v1/nodes", {
      metadata: { name: "far" },
      status: { addresses: [{ type: "InternalIP", address: "192.0.2.1" }] },
    });
    await createPod("floating");
    await createPod("lost", { nodeName: "nobody" });
    await createPod("silent", { nodeName: "mute" });
    await createPod("remote", { nodeName: "far" });
  });

  test.each([
    ["log of a pod that runs nowhere", "GET", "floating/log", 204, ""],
    ["log of an unknown node", "GET", "lost/log", 404, 'pods "nobody" not found'],
    [
      "log of a node without address",
      "GET",
      "silent/log",
      500,
      "no preferred addresses found; known addresses: []",
    ],
    [
      "log since no time",
      "GET",
      "floating/log?sinceTime=x",
      400,
      'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
    ],
    ["exec nowhere", "POST", "floating/exec", 400, "pod floating does not have a host assigned"],
    [
      "port forward to no port",
      "POST",
      "none/portforward?ports=x",
      400,
      'cannot convert to []int32: strconv.ParseUint: parsing "x": invalid syntax',
    ],
    [
      "exec in no container",
      "POST",
      "remote/exec?container=x",
      400,
      "container x is not valid for pod remote",
    ],
    ["exec without an upgrade", "POST", "remote/exec", 400, "Upgrade request required"],
    [
      "port forward without an upgrade",
      "POST",
      "remote/portforward",
      400,
      "Upgrade request required",
    ],
    ["exec in a dry run", "POST", "remote/exec?dryRun=All", 400, "dryRun is not supported"],
    [
      "proxy of a scheme",
      "GET",
      "ftp:remote:21/proxy/",
      400,
      'invalid pod request "ftp:remote:21"',
    ],
    ["proxy of a pod without address", "GET", "remote:80/proxy/", 400, "address not allowed"],
  ])("%s", async (_name, method, path, status, message) => {
    const answer = await server.send(method, `${PODS}/${path}`);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.text === "" ? "" : answer.json().message).toBe(message);
  });

  test("whoever may only get exec may not open it", async () => {
    const user = { username: "eve", groups: ["system:authenticated"] };
    const group = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
    await server.send("POST", `${group}/roles`, {
      metadata: { name: "reader" },
      rules: [{ apiGroups: [""], resources: ["pods/exec"], verbs: ["get"] }],
    });
    await server.send("POST", `${group}/rolebindings`, {
      metadata: { name: "reader" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "eve" }],
    });
    const answer = await server.send("GET", `${PODS}/remote/exec`, undefined, { user });
    expect([answer.status, answer.json().reason]).toEqual([403, "Forbidden"]);
  });

  test.each([
    ["127.0.0.1", "address not allowed"],
    ["::ffff:127.0.0.1", "address not allowed"],
    ["169.254.169.254", "address not allowed"],
    ["fe80::1", "address not allowed"],
  ])("proxy of a pod that says it is at %s", async (ip, message) => {
    const status = { podIP: ip, podIPs: [{ ip }] };
    await server.send("PATCH", `${PODS}/remote/status`, { status }, MERGE);
    const answer = await server.send("GET", `${PODS}/remote/proxy/x`);
    expect(answer.json().message).toBe(message);
  });

  test("resize needs the node, and room on it", async () => {
    const resize = (name: string, cpu: string) =>
      server.send(
        "PATCH",
        `${PODS}/${name}/resize`,
        { spec: { containers: [{ name: "c", image: "img", resources: { requests: { cpu } } }] } },
        { headers: { "content-type": "application/strategic-merge-patch+json" } },
      );
    const requests = { resources: { requests: { cpu: "1" } } };
    const containers = [{ name: "c", image: "img", ...requests }];
    await createPod("sized", { nodeName: "roomy", containers });
    const missing = await resize("sized", "2");
    expect(missing.json().message).toBe('pods "sized" is forbidden: node "roomy" not found');
    await server.send("POST", "/api/v1/nodes", {
      metadata: { name: "roomy" },
      status: { allocatable: { cpu: "2500m", memory: "1Gi" } },
    });
    const refused = await resize("sized", "3");
    expect(refused.json()).toMatchObject({
      code: 403,
      message:
        'pods "sized" is forbidden: node didn\'t have enough allocatable resources: cpu, requested: 3000, allocatable: 2500',
      details: { causes: [{ reason: "NodeCapacity" }] },
    });
    const accepted = await resize("sized", "2");
    expect(accepted.status, accepted.text).toBe(200);
  });
});
