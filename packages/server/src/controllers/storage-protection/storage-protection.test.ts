import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PersistentVolumeClaim, Pod } from "../../api/types.ts";
import {
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  PODS,
  VOLUME_ATTRIBUTES_CLASSES,
} from "../../client/resource-type.ts";
import {
  type ControlledServer,
  isGone,
  startControlledServer,
} from "../controlled-server.fixture.ts";
import { claimNamesOf } from "../volume-claims-of-pods.ts";
import { usesClaim } from "./claim-users.ts";

const CONTROLLERS =
  "serviceaccount-controller,root-ca-certificate-publisher-controller,persistentvolumeclaim-protection-controller,persistentvolume-protection-controller,volumeattributesclass-protection-controller,namespace-controller";

describe("a pod uses a claim", () => {
  const claim = (more: object = {}): PersistentVolumeClaim => ({
    metadata: { namespace: "n", name: "data", ...more },
  });
  const pod = (volume: object, more: { metadata?: object; nodeName?: string } = {}): Pod => ({
    metadata: { namespace: "n", name: "p", uid: "1", ...more.metadata },
    spec: {
      containers: [],
      nodeName: more.nodeName ?? "here",
      volumes: [{ name: "v", ...volume }],
    },
  });
  const named = { persistentVolumeClaim: { claimName: "data" } };
  const ephemeral = { ephemeral: {} };
  const owned = (uid: string) => ({
    name: "p-v",
    ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid, controller: true }],
  });
  const going = { deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 0 };
  it.each<[string, Pod, PersistentVolumeClaim, boolean]>([
    ["that it names", pod(named), claim(), true],
    ["not before it has a node", pod(named, { nodeName: "" }), claim(), false],
    ["even when it is going", pod(named, { metadata: going }), claim(), true],
    ["not of another name", pod(named), claim({ name: "other" }), false],
    ["that was made for it", pod(ephemeral), claim(owned("1")), true],
    ["not one that was made for another", pod(ephemeral), claim(owned("2")), false],
    [
      "not one of its own when its node is done",
      pod(ephemeral, { metadata: going }),
      claim(owned("1")),
      false,
    ],
  ])("%s", (_case, it, of, expected) => {
    expect(usesClaim(it, of)).toBe(expected);
  });

  it("under the name of its volume, where that is ephemeral", () => {
    expect(claimNamesOf(pod(ephemeral))).toEqual(["p-v"]);
    expect(claimNamesOf(pod(named))).toEqual(["data"]);
    expect(claimNamesOf(pod({ emptyDir: {} }))).toEqual([]);
  });
});

describe("what is in use stays until it is free", () => {
  let server: ControlledServer;
  beforeAll(async () => {
    server = await startControlledServer({ controllers: CONTROLLERS });
    await server.namespace("n");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const claimSpec = (more: object = {}) => ({
    accessModes: ["ReadWriteOnce" as const],
    resources: { requests: { storage: "1Gi" } },
    storageClassName: "none",
    ...more,
  });

  function makeClaim(name: string, more: object = {}, namespace = "n") {
    const claims = server.client.resource(PERSISTENT_VOLUME_CLAIMS);
    return claims.create({ metadata: { namespace, name }, spec: claimSpec(more) });
  }

  function makePod(name: string, claimName: string) {
    const spec = {
      nodeName: "here",
      containers: [{ name: "c", image: "i" }],
      volumes: [{ name: "v", persistentVolumeClaim: { claimName } }],
    };
    return server.client.resource(PODS).create({ metadata: { namespace: "n", name }, spec });
  }

  it("a claim that nobody uses goes at once", async () => {
    const claims = server.client.resource(PERSISTENT_VOLUME_CLAIMS);
    const key = { namespace: "n", name: "free" };
    const made = await makeClaim("free");
    expect(made.metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
    await claims.delete(key);
    await server.until(() => isGone(claims, key));
  });

  it.each(["ends", "goes"])("a claim waits until its pod %s", async (how) => {
    const claims = server.client.resource(PERSISTENT_VOLUME_CLAIMS);
    const pods = server.client.resource(PODS);
    await server.client
      .resource(NODES)
      .create({ metadata: { name: "here" } })
      .catch(() => {});
    const key = { namespace: "n", name: `used-${how}` };
    await makeClaim(key.name);
    const pod = await makePod(key.name, key.name);
    await claims.delete(key);
    await server.clock.advance(1_000);
    expect((await claims.get(key)).metadata.deletionTimestamp).toBeDefined();
    if (how === "ends") {
      await pods.update({ ...pod, status: { phase: "Succeeded" } }, { subresource: "status" });
      await server.clock.advance(1_000);
      // It still names the claim, so only its end frees that.
      expect(await isGone(claims, key)).toBeUndefined();
    }
    await pods.delete(key, { gracePeriodSeconds: 0 });
    await server.until(() => isGone(claims, key));
  });

  it("a claim without its finalizer gets it", async () => {
    const claims = server.client.resource(PERSISTENT_VOLUME_CLAIMS);
    const key = { namespace: "n", name: "old" };
    await makeClaim("old");
    await claims.patch(key, "merge-patch", { metadata: { finalizers: null } });
    await server.until(async () => {
      const { finalizers } = (await claims.get(key)).metadata;
      return finalizers?.includes("kubernetes.io/pvc-protection") || undefined;
    });
  });

  it("a volume waits until it is bound no longer", async () => {
    const volumes = server.client.resource(PERSISTENT_VOLUMES);
    const key = { namespace: "", name: "v" };
    const made = await volumes.create({
      metadata: { name: "v" },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        hostPath: { path: "/x" },
      },
    });
    expect(made.metadata.finalizers).toEqual(["kubernetes.io/pv-protection"]);
    await volumes.patch(
      key,
      "merge-patch",
      { status: { phase: "Bound" } },
      { subresource: "status" },
    );
    await volumes.delete(key);
    await server.clock.advance(1_000);
    expect((await volumes.get(key)).metadata.deletionTimestamp).toBeDefined();
    await volumes.patch(
      key,
      "merge-patch",
      { status: { phase: "Released" } },
      { subresource: "status" },
    );
    await server.until(() => isGone(volumes, key));
  });

  it("a class of attributes waits until neither claim nor volume names it", async () => {
    const classes = server.client.resource(VOLUME_ATTRIBUTES_CLASSES);
    const claims = server.client.resource(PERSISTENT_VOLUME_CLAIMS);
    const key = { namespace: "", name: "fast" };
    const fast = {
      metadata: { name: "fast" },
      driverName: "d.example.com",
      parameters: { a: "b" },
    };
    const made = await classes.create(fast);
    expect(made.metadata.finalizers).toEqual(["kubernetes.io/vac-protection"]);
    await makeClaim("fast", { volumeAttributesClassName: "fast" });
    await classes.delete(key);
    await server.clock.advance(1_000);
    expect((await classes.get(key)).metadata.deletionTimestamp).toBeDefined();
    await claims.delete({ namespace: "n", name: "fast" });
    await server.until(() => isGone(classes, key));
  });

  it("a namespace goes with its claims", async () => {
    await server.namespace("gone");
    await makeClaim("a", {}, "gone");
    await server.namespaces.delete({ namespace: "", name: "gone" });
    await server.until(() => isGone(server.namespaces, { namespace: "", name: "gone" }), 1_000);
  });
});
