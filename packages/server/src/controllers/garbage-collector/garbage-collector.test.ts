import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConfigMap, ObjectMeta, OwnerReference } from "../../api/types.ts";
import type { DeleteOptions } from "../../client/client.ts";
import { CLUSTER_ROLES, EVENTS, NAMESPACES, PODS } from "../../client/resource-type.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import {
  type ControlledServer,
  find,
  isGone,
  startControlledServer,
} from "../controlled-server.fixture.ts";
import { createGarbageCollector } from "./garbage-collector.ts";

const NS = "family";

let server: ControlledServer;
beforeAll(async () => {
  server = await startControlledServer();
  await server.namespace(NS);
  await server.namespace("neighbours");
});
afterAll(() => server[Symbol.asyncDispose]());

async function create(
  name: string,
  owners: readonly OwnerReference[] = [],
  more: ObjectMeta = {},
): Promise<ConfigMap> {
  const metadata = { name, namespace: NS, ownerReferences: [...owners], ...more };
  return await server.configMaps.create({ metadata });
}

function ownedBy({ metadata }: ConfigMap, blockOwnerDeletion = true): OwnerReference {
  const { name = "", uid = "" } = metadata;
  return { apiVersion: "v1", kind: "ConfigMap", name, uid, blockOwnerDeletion };
}

const keyOf = (name: string, namespace = NS) => ({ namespace, name });

async function chain(prefix: string): Promise<readonly [string, string, string]> {
  const top = await create(`${prefix}-top`);
  const mid = await create(`${prefix}-mid`, [ownedBy(top)]);
  await create(`${prefix}-low`, [ownedBy(mid)]);
  // Everybody has heard of everybody.
  await server.clock.advance(0);
  return [`${prefix}-top`, `${prefix}-mid`, `${prefix}-low`];
}

async function remove(name: string, options: DeleteOptions = {}): Promise<void> {
  await server.configMaps.delete(keyOf(name), options);
}

const gone = (name: string, namespace = NS) =>
  server.until(() => isGone(server.configMaps, keyOf(name, namespace)), 10);

/** The owners of an object once it has so many. */
const ownersOf = (name: string, count: number) =>
  server.until(async () => {
    const { ownerReferences = [] } = (await server.configMaps.get(keyOf(name))).metadata;
    return ownerReferences.length === count ? ownerReferences : undefined;
  });

/** Long enough for anything that is wrongly deleted to be gone. */
async function stays(name: string, namespace = NS): Promise<void> {
  await server.clock.advance(5_000);
  expect(await find(server.configMaps, keyOf(name, namespace))).toBeDefined();
}

describe("deletion in the background", () => {
  it("takes everything that depends on an object, after it", async () => {
    const [top, mid, low] = await chain("background");
    await remove(top, { propagationPolicy: "Background" });
    expect(await find(server.configMaps, keyOf(top))).toBeUndefined();
    await gone(mid);
    await gone(low);
  });

  it("is what happens when nobody says anything", async () => {
    const [top, mid, low] = await chain("unsaid");
    await remove(top);
    await gone(mid);
    await gone(low);
  });

  it("takes an object that never had an owner", async () => {
    const absent = ownedBy(await create("short-lived"));
    await remove("short-lived");
    await create("late", [absent]);
    await gone("late");
  });

  it("takes what is owned by one that has the name, but is another", async () => {
    const first = await create("twice");
    await create("of-the-first", [ownedBy(first)]);
    await server.configMaps.delete(keyOf("twice"));
    await create("twice");
    await gone("of-the-first");
    await stays("twice");
  });

  it("leaves an object that has another owner, without the one that is gone", async () => {
    const one = await create("one");
    const two = await create("two");
    await create("both", [ownedBy(one), ownedBy(two)]);
    await remove("one");
    const [left] = await ownersOf("both", 1);
    expect(left?.name).toBe("two");
    await remove("two");
    await gone("both");
  });

  it("lets a finalizer of the dependent have its way", async () => {
    const top = await create("held-top");
    await create("held", [ownedBy(top)], { finalizers: ["example.com/hold"] });
    await remove("held-top");
    await server.until(async () => {
      const { metadata } = await server.configMaps.get(keyOf("held"));
      return metadata.deletionTimestamp;
    });
    await server.configMaps.patch(keyOf("held"), "merge-patch", { metadata: { finalizers: null } });
    await gone("held");
  });

  it("crosses kinds: a pod goes with the account that owns it", async () => {
    const account = await server.accounts.create({ metadata: { name: "app", namespace: NS } });
    const { name = "", uid = "" } = account.metadata;
    const pods = server.client.resource(PODS);
    const ownerReferences = [{ apiVersion: "v1", kind: "ServiceAccount", name, uid }];
    await pods.create({
      metadata: { name: "app", namespace: NS, ownerReferences },
      spec: { containers: [{ name: "c", image: "i" }] },
    });
    await server.accounts.delete(keyOf("app"));
    await server.until(() => isGone(pods, keyOf("app")), 10);
  });
});

describe("deletion in the foreground", () => {
  it("takes dependents first, the last of a chain before all others", async () => {
    const [top, mid, low] = await chain("foreground");
    const hold = { metadata: { finalizers: ["example.com/hold"] } };
    await server.configMaps.patch(keyOf(low), "merge-patch", hold);
    await remove(top, { propagationPolicy: "Foreground" });
    await server.until(async () => {
      const { metadata } = await server.configMaps.get(keyOf(low));
      return metadata.deletionTimestamp;
    });
    for (const name of [top, mid]) {
      const { metadata } = await server.configMaps.get(keyOf(name));
      expect(metadata.finalizers).toEqual(["foregroundDeletion"]);
    }
    await server.configMaps.patch(keyOf(low), "merge-patch", { metadata: { finalizers: null } });
    for (const name of [low, mid, top]) await gone(name);
  });

  it("does not wait for dependents that do not block, and still takes them", async () => {
    const top = await create("lax-top");
    await create("lax", [ownedBy(top, false)], { finalizers: ["example.com/hold"] });
    await server.clock.advance(0);
    await remove("lax-top", { propagationPolicy: "Foreground" });
    await gone("lax-top");
    await server.configMaps.patch(keyOf("lax"), "merge-patch", { metadata: { finalizers: null } });
    await gone("lax");
  });

  it("leaves dependents that have another owner, and is not held up by them", async () => {
    const one = await create("fg-one");
    const two = await create("fg-two");
    await create("fg-both", [ownedBy(one), ownedBy(two)]);
    await server.clock.advance(0);
    await remove("fg-one", { propagationPolicy: "Foreground" });
    await gone("fg-one");
    const [left] = await ownersOf("fg-both", 1);
    expect(left?.name).toBe("fg-two");
  });

  it("ends when objects own each other in a circle", async () => {
    const a = await create("circle-a");
    const b = await create("circle-b", [ownedBy(a)]);
    const c = await create("circle-c", [ownedBy(b)]);
    const patch = { metadata: { ownerReferences: [ownedBy(c)] } };
    await server.configMaps.patch(keyOf("circle-a"), "merge-patch", patch);
    await server.clock.advance(0);
    await remove("circle-a", { propagationPolicy: "Foreground" });
    for (const name of ["circle-a", "circle-b", "circle-c"]) await gone(name);
  });
});

describe("deletion that leaves dependents behind", () => {
  it("takes the owner off them, and then takes the owner", async () => {
    const [top, mid, low] = await chain("orphan");
    await remove(top, { propagationPolicy: "Orphan" });
    await gone(top);
    expect(await ownersOf(mid, 0)).toEqual([]);
    expect(await ownersOf(low, 1)).toHaveLength(1);
    await stays(mid);
    await stays(low);
  });

  it("goes on when a dependent has gone meanwhile", async () => {
    const top = await create("few-top");
    for (const name of ["few-a", "few-b"]) await create(name, [ownedBy(top)]);
    await server.clock.advance(0);
    await Promise.all([remove("few-a"), remove("few-top", { propagationPolicy: "Orphan" })]);
    await gone("few-top");
    expect(await ownersOf("few-b", 0)).toEqual([]);
  });

  it("leaves many behind at once", async () => {
    const top = await create("many-top");
    const names = Array.from({ length: 50 }, (_, index) => `many-${index}`);
    await Promise.all(names.map((name) => create(name, [ownedBy(top)])));
    await server.clock.advance(0);
    await remove("many-top", { propagationPolicy: "Orphan" });
    await gone("many-top");
    for (const name of names) expect(await ownersOf(name, 0)).toEqual([]);
  });
});

describe("owners that cannot be", () => {
  it("an owner of another namespace is none: the object goes, and an event says why", async () => {
    const top = await create("far-top");
    const { name = "", uid = "" } = top.metadata;
    const ownerReferences = [ownedBy(top)];
    const namespace = "neighbours";
    await server.configMaps.create({ metadata: { name: "far", namespace, ownerReferences } });
    await gone("far", namespace);
    const [event] = await server.until(async () => {
      const { items } = await server.client.resource(EVENTS).list({ namespace });
      const found = items.filter(({ reason }) => reason === "OwnerRefInvalidNamespace");
      return found.length > 0 ? found : undefined;
    });
    expect(event).toMatchObject({
      type: "Warning",
      message: `ownerRef [v1/ConfigMap, namespace: neighbours, name: ${name}, uid: ${uid}] does not exist in namespace "neighbours"`,
      involvedObject: { kind: "ConfigMap", name: "far", namespace },
      source: { component: "garbage-collector-controller" },
    });
    await stays("far-top");
  });

  it("an owner of the cluster keeps objects in every namespace", async () => {
    const roles = server.client.resource(CLUSTER_ROLES);
    const { metadata } = await roles.create({ metadata: { name: "owner" }, rules: [] });
    const { name = "", uid = "" } = metadata;
    const kind = "ClusterRole";
    const reference = { apiVersion: "rbac.authorization.k8s.io/v1", kind, name, uid };
    await create("of-the-cluster", [reference]);
    await stays("of-the-cluster");
    await roles.delete({ namespace: "", name });
    await gone("of-the-cluster");
  });

  it("an object of the cluster is never deleted for an owner in a namespace", async () => {
    const top = await create("small-top");
    await server.client.resource(NAMESPACES).create({
      metadata: { name: "unresolvable", ownerReferences: [ownedBy(top)] },
    });
    await remove("small-top");
    await server.clock.advance(60_000);
    const { status } = await server.namespaces.get({ namespace: "", name: "unresolvable" });
    expect(status?.phase).toBe("Active");
  });

  it("an owner of an unknown kind is waited for, without complaints", async () => {
    const owner = { apiVersion: "example.com/v1", kind: "Widget", name: "w", uid: "w" };
    await create("of-a-widget", [owner]);
    await stays("of-a-widget");
    expect(server.complaints).toEqual([]);
  });
});

describe("what a collector finds when it starts", () => {
  it("goes, if its owner went while nobody looked", async () => {
    const controllers = "*,-garbage-collector-controller";
    await using blind = await startControlledServer({ controllers });
    const { client, clock, configMaps } = blind;
    const key = keyOf("left", "default");
    const top = await configMaps.create({ metadata: { name: "top", namespace: "default" } });
    await configMaps.create({ metadata: { ...key, ownerReferences: [ownedBy(top)] } });
    await configMaps.delete(keyOf("top", "default"));
    await clock.advance(60_000);
    expect(await find(configMaps, key)).toBeDefined();
    const common = { clock, random: systemRandom, logger: silentLogger };
    const collector = createGarbageCollector({ ...common, client });
    const abort = new AbortController();
    const running = collector.run({ signal: abort.signal });
    await blind.until(() => isGone(configMaps, key), 10);
    abort.abort();
    await running;
  });
});
