import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../src/api/object.ts";
import { startTestServer, type TestServer } from "../src/testing/test-server.ts";

/** What runtime and storage classes make of pods, claims and ingresses. */
const PODS = "/api/v1/namespaces/default/pods";
const CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims";
const INGRESSES = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";
const MERGE = { headers: { "content-type": "application/merge-patch+json" } };

let server: TestServer;
let made = 0;
beforeAll(async () => {
  server = await startTestServer();
  await make("/apis/node.k8s.io/v1/runtimeclasses", {
    metadata: { name: "fast" },
    handler: "h",
    overhead: { podFixed: { cpu: "100m" } },
    scheduling: {
      nodeSelector: { disk: "ssd" },
      tolerations: [{ key: "fast", operator: "Exists" }],
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function make(url: string, body: object): Promise<KubeObject> {
  const answer = await server.send("POST", url, body);
  expect(answer.status, answer.text).toBe(201);
  return answer.json<KubeObject>();
}

function pod(spec: object): object {
  const containers = [{ name: "c", image: "i" }];
  return { metadata: { name: `p${++made}` }, spec: { containers, ...spec } };
}

describe("a pod's runtime class", () => {
  it("gives it overhead and nodes", async () => {
    const tolerations = [{ key: "fast", operator: "Equal", value: "x" }];
    const body = pod({ runtimeClassName: "fast", nodeSelector: { a: "b" }, tolerations });
    const { spec } = await make(PODS, body);
    expect(spec).toMatchObject({
      overhead: { cpu: "100m" },
      nodeSelector: { a: "b", disk: "ssd" },
      // The narrower toleration is part of the wider one.
      tolerations: expect.not.arrayContaining([expect.objectContaining({ value: "x" })]),
    });
  });

  it.each([
    [{ runtimeClassName: "none" }, 'pod rejected: RuntimeClass "none" not found'],
    [
      { runtimeClassName: "fast", overhead: { cpu: "1" } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [
      { overhead: { cpu: "1" } },
      "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead",
    ],
    [
      { runtimeClassName: "fast", nodeSelector: { disk: "hdd" } },
      "conflict: runtimeClass.scheduling.nodeSelector[disk] = ssd; pod.spec.nodeSelector[disk] = hdd",
    ],
  ])("refuses %j", async (spec, text) => {
    const answer = await server.send("POST", PODS, pod(spec));
    expect(answer.json()).toMatchObject({ code: 403, message: expect.stringContaining(text) });
  });
});

describe("default classes", () => {
  const marked = (name: string, group: string, more: object = {}) => ({
    metadata: { name, annotations: { [`${group}.kubernetes.io/is-default-class`]: "true" } },
    ...more,
  });
  const claim = (name: string, more: object = {}) => ({
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      ...more,
    },
  });

  it("are taken by claims that name none", async () => {
    expect((await make(CLAIMS, claim("before"))).spec).not.toHaveProperty("storageClassName");
    const storage = "/apis/storage.k8s.io/v1/storageclasses";
    await make(storage, marked("disk", "storageclass", { provisioner: "p" }));
    expect((await make(CLAIMS, claim("after"))).spec).toMatchObject({ storageClassName: "disk" });
    const none = claim("none", { storageClassName: "" });
    expect((await make(CLAIMS, none)).spec).toMatchObject({ storageClassName: "" });
  });

  it("are taken by ingresses that name none", async () => {
    const classes = "/apis/networking.k8s.io/v1/ingressclasses";
    await make(classes, marked("web", "ingressclass", { spec: { controller: "example.com/c" } }));
    const spec = { defaultBackend: { service: { name: "s", port: { number: 80 } } } };
    const made = await make(INGRESSES, { metadata: { name: "i" }, spec });
    expect(made.spec).toMatchObject({ ingressClassName: "web" });
  });

  it("do not let a claim grow that is not bound, or whose class has no say", async () => {
    const grow = (name: string) => {
      const resources = { requests: { storage: "2Gi" } };
      return server.send("PATCH", `${CLAIMS}/${name}`, { spec: { resources } }, MERGE);
    };
    await make(CLAIMS, claim("small", { storageClassName: "tape" }));
    expect((await grow("small")).status).toBe(422);
    const bound = { status: { phase: "Bound", capacity: { storage: "1Gi" } } };
    await server.send("PATCH", `${CLAIMS}/small/status`, bound, MERGE);
    expect((await grow("small")).json()).toMatchObject({ code: 403 });
    await make("/apis/storage.k8s.io/v1/storageclasses", {
      metadata: { name: "tape" },
      provisioner: "p",
      allowVolumeExpansion: true,
    });
    expect((await grow("small")).status).toBe(200);
  });
});
