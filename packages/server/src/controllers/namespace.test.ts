import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Namespace } from "../api/types.ts";
import { PODS } from "../client/resource-type.ts";
import {
  type ControlledServer,
  find,
  isGone,
  startControlledServer,
} from "./controlled-server.fixture.ts";
import { waitMs } from "./namespace.ts";

const HOLD = "example.com/hold";
const RELEASE = { metadata: { finalizers: null } };

let server: ControlledServer;
beforeAll(async () => {
  server = await startControlledServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const named = (name: string) => ({ namespace: "", name });
const conditionOf = ({ status }: Namespace, type: string) =>
  status?.conditions?.find((each) => each.type === type);

async function conditions(name: string, type: string, status: string): Promise<Namespace> {
  return await server.until(async () => {
    const namespace = await server.namespaces.get(named(name));
    return conditionOf(namespace, type)?.status === status ? namespace : undefined;
  }, 500);
}

async function gone(name: string): Promise<void> {
  await server.until(() => isGone(server.namespaces, named(name)), 500);
}

describe("a namespace that is deleted", () => {
  it("goes with everything in it, and nobody complains", async () => {
    await server.namespace("full");
    const namespace = "full";
    await server.configMaps.create({ metadata: { namespace, name: "a" } });
    const annotations = { "kubernetes.io/service-account.name": "default" };
    const type = "kubernetes.io/service-account-token";
    await server.secrets.create({ metadata: { namespace, name: "t", annotations }, type });
    const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`;
    await server.server.send("POST", roles, { metadata: { name: "r" }, rules: [] });
    await server.namespaces.delete(named("full"));
    await gone("full");
    for (const resource of [server.configMaps, server.secrets, server.accounts]) {
      expect((await resource.list({ namespace })).items).toEqual([]);
    }
    expect((await server.server.send("GET", roles)).json()).toMatchObject({ items: [] });
    expect(server.complaints).toEqual([]);
  });

  it("is still there for a moment, and takes nothing new", async () => {
    await server.namespace("moment");
    await server.namespaces.delete(named("moment"));
    await server.namespaces.delete(named("moment"));
    await server.clock.advance(1_000);
    expect((await server.namespaces.get(named("moment"))).status?.phase).toBe("Terminating");
    const creating = server.configMaps.create({ metadata: { namespace: "moment", name: "new" } });
    await expect(creating).rejects.toMatchObject({ reason: "Forbidden" });
    await gone("moment");
  });

  it("can be made anew: another uid, another account", async () => {
    const before = await server.namespace("anew");
    const account = await server.accounts.get({ namespace: "anew", name: "default" });
    await server.namespaces.delete(named("anew"));
    await gone("anew");
    const after = await server.namespace("anew");
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    const anew = await server.accounts.get({ namespace: "anew", name: "default" });
    expect(anew.metadata.uid).not.toBe(account.metadata.uid);
  });

  it("with a generated name goes like any other", async () => {
    const { metadata } = await server.namespaces.create({ metadata: { generateName: "gen-" } });
    await server.namespaces.delete(named(metadata.name ?? ""));
    await gone(metadata.name ?? "");
  });

  it("waits for finalizers of its contents, and says for which", async () => {
    await server.namespace("held");
    const key = { namespace: "held", name: "default" };
    await server.accounts.patch(key, "merge-patch", { metadata: { finalizers: [HOLD] } });
    await server.configMaps.create({ metadata: { namespace: "held", name: "free" } });
    await server.namespaces.delete(named("held"));
    const namespace = await conditions("held", "NamespaceFinalizersRemaining", "True");
    expect(namespace.status?.conditions?.map(({ type, status }) => [type, status])).toEqual([
      ["NamespaceDeletionDiscoveryFailure", "False"],
      ["NamespaceDeletionGroupVersionParsingFailure", "False"],
      ["NamespaceDeletionContentFailure", "False"],
      ["NamespaceContentRemaining", "True"],
      ["NamespaceFinalizersRemaining", "True"],
    ]);
    expect(conditionOf(namespace, "NamespaceContentRemaining")?.message).toBe(
      "Some resources are remaining: serviceaccounts. has 1 resource instances",
    );
    expect(conditionOf(namespace, "NamespaceFinalizersRemaining")?.message).toBe(
      `Some content in the namespace has finalizers remaining: ${HOLD} in 1 resource instances`,
    );
    expect(await find(server.configMaps, { namespace: "held", name: "free" })).toBeUndefined();
    await server.accounts.patch(key, "merge-patch", RELEASE);
    await gone("held");
  });

  it("removes pods first, and nothing else while one is left", async () => {
    await server.namespace("pods");
    const namespace = "pods";
    const pods = server.client.resource(PODS);
    await server.configMaps.create({ metadata: { namespace, name: "used" } });
    await pods.create({
      metadata: { namespace, name: "p", finalizers: [HOLD] },
      spec: { containers: [{ name: "c", image: "i" }] },
    });
    await server.namespaces.delete(named("pods"));
    await conditions("pods", "NamespaceContentRemaining", "False");
    await server.clock.advance(20_000);
    expect(await find(server.configMaps, { namespace, name: "used" })).toBeDefined();
    const pod = await pods.get({ namespace, name: "p" });
    expect(pod.metadata.deletionTimestamp).toBeDefined();
    await pods.patch({ namespace, name: "p" }, "merge-patch", RELEASE);
    await gone("pods");
    expect(await find(server.configMaps, { namespace, name: "used" })).toBeUndefined();
  });

  it("that its own finalizer holds is empty, and stays until that is taken off", async () => {
    await server.namespaces.create({ metadata: { name: "own", finalizers: [HOLD] } });
    await server.configMaps.create({ metadata: { namespace: "own", name: "a" } });
    await server.namespaces.delete(named("own"));
    const empty = await server.until(async () => {
      const namespace = await server.namespaces.get(named("own"));
      return (namespace.spec?.finalizers ?? []).length === 0 ? namespace : undefined;
    }, 500);
    expect(empty.metadata.finalizers).toEqual([HOLD]);
    expect((await server.configMaps.list({ namespace: "own" })).items).toEqual([]);
    await server.namespaces.patch(named("own"), "merge-patch", RELEASE);
    await gone("own");
  });

  it("stays when its controller does not run", async () => {
    const options = { controllers: "-namespace-controller,*" };
    await using other = await startControlledServer(options);
    await other.namespace("later");
    await other.namespaces.delete(named("later"));
    await other.clock.advance(60_000);
    expect((await other.namespaces.get(named("later"))).status?.phase).toBe("Terminating");
    expect(await find(other.accounts, { namespace: "later", name: "default" })).toBeDefined();
  });
});

describe("the time until the next look", () => {
  it.each([
    [15, 0, 1_000],
    [15, 8_000, 2_000],
    [15, 600_000, 8_000],
    [30, 600_000, 16_000],
    [0, 600_000, 1_000],
  ])("an estimate of %i s, deleted for %i ms: %i ms", (estimate, deletedFor, wait) => {
    expect(waitMs(estimate, deletedFor)).toBe(wait);
  });
});
