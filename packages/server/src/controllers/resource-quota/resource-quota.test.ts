import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ResourceQuota } from "../../api/types.ts";
import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  PODS,
  RESOURCE_QUOTAS,
  SERVICES,
} from "../../client/resource-type.ts";
import {
  type ControlledServer,
  find,
  startControlledServer,
} from "../controlled-server.fixture.ts";

const CONTROLLERS =
  "serviceaccount-controller,root-ca-certificate-publisher-controller,resourcequota-controller";

describe("quotas", () => {
  let server: ControlledServer;
  beforeAll(async () => {
    server = await startControlledServer({ controllers: CONTROLLERS });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** A namespace of its own, with a quota that has been counted. */
  async function withQuota(namespace: string, hard: Record<string, string>, spec: object = {}) {
    await server.namespace(namespace);
    const quotas = server.client.resource(RESOURCE_QUOTAS);
    await quotas.create({ metadata: { namespace, name: "q" }, spec: { hard, ...spec } });
    await usedToBe(namespace, () => true);
  }

  /** Waits until what is used is like that. */
  async function usedToBe(
    namespace: string,
    isSo: (used: Record<string, string>) => boolean,
  ): Promise<ResourceQuota> {
    const quotas = server.client.resource(RESOURCE_QUOTAS);
    return await server.until(async () => {
      const quota = await find(quotas, { namespace, name: "q" });
      const used = quota?.status?.used;
      return used !== undefined && isSo(used) ? quota : undefined;
    }, 10);
  }

  const makePod = (namespace: string, name: string) =>
    server.client.resource(PODS).create({
      metadata: { namespace, name },
      spec: { containers: [{ name: "c", image: "i" }] },
    });

  it("are counted when they are made, of what is there already", async () => {
    await withQuota("made", {
      configmaps: "9",
      "count/roles.rbac.authorization.k8s.io": "1",
      pods: "2",
    });
    const { status } = await usedToBe("made", () => true);
    expect(status).toEqual({
      hard: { configmaps: "9", "count/roles.rbac.authorization.k8s.io": "1", pods: "2" },
      used: { configmaps: "1", "count/roles.rbac.authorization.k8s.io": "0", pods: "0" },
    });
  });

  it("let exactly as many in as they say, however many come at once", async () => {
    await withQuota("many", { pods: "10", "count/pods": "12" });
    const results = await Promise.allSettled(
      Array.from({ length: 64 }, (_none, index) => makePod("many", `p${index}`)),
    );
    const { items } = await server.client.resource(PODS).list({ namespace: "many" });
    expect(items).toHaveLength(10);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    const refused = results.find((each) => each.status === "rejected");
    expect(String(refused?.reason.message)).toMatch(
      /^pods "p\d+" is forbidden: exceeded quota: q, requested: pods=1, used: pods=10, limited: pods=10$/,
    );
    const { status, metadata } = await usedToBe("many", () => true);
    expect(status?.used).toEqual({ pods: "10", "count/pods": "10" });
    const managers = metadata.managedFields?.map((each) => [each.manager, each.subresource]);
    expect(managers).toContainEqual(["kube-apiserver", "status"]);
    expect(managers).toContainEqual(["kube-controller-manager", "status"]);
  });

  it("have room again when something goes, or ends", async () => {
    await withQuota("room", { pods: "2", "count/pods": "9", services: "1" });
    await makePod("room", "a");
    const b = await makePod("room", "b");
    const pods = server.client.resource(PODS);
    await pods.delete({ namespace: "room", name: "a" }, { gracePeriodSeconds: 0 });
    await usedToBe("room", (used) => used.pods === "1" && used["count/pods"] === "1");
    await pods.update({ ...b, status: { phase: "Succeeded" } }, { subresource: "status" });
    await usedToBe("room", (used) => used.pods === "0" && used["count/pods"] === "1");
  });

  it("have the balancer back of a service that is none any more", async () => {
    await withQuota("type", { "services.loadbalancers": "1", "services.nodeports": "2" });
    const services = server.client.resource(SERVICES);
    const key = { namespace: "type", name: "s" };
    await services.create({
      metadata: key,
      spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
    });
    await usedToBe("type", (used) => used["services.nodeports"] === "1");
    await services.patch(key, "merge-patch", { spec: { type: "ClusterIP" } });
    await usedToBe("type", (used) => used["services.loadbalancers"] === "0");
  });

  it("are counted anew when their bounds change", async () => {
    await withQuota("bounds", { pods: "1" });
    const quotas = server.client.resource(RESOURCE_QUOTAS);
    const hard = { pods: null, "count/configmaps": "5" };
    await quotas.patch({ namespace: "bounds", name: "q" }, "merge-patch", { spec: { hard } });
    const { status } = await usedToBe("bounds", (used) => "count/configmaps" in used);
    expect(status).toEqual({
      hard: { "count/configmaps": "5" },
      used: { "count/configmaps": "1" },
    });
  });

  it("are counted every five minutes, whatever happens", async () => {
    await withQuota("resync", { configmaps: "9" });
    const quotas = server.client.resource(RESOURCE_QUOTAS);
    const quota = await usedToBe("resync", () => true);
    const status = { ...quota.status, used: { configmaps: "7" } };
    await quotas.update({ ...quota, status }, { subresource: "status" });
    await server.clock.advance(299_000);
    expect((await usedToBe("resync", () => true)).status?.used).toEqual({ configmaps: "7" });
    await server.clock.advance(2_000);
    await usedToBe("resync", (used) => used.configmaps === "1");
  });

  it("have room again only when what was let in a moment ago must be there", async () => {
    await withQuota("settle", { configmaps: "9" });
    const configMaps = server.client.resource(CONFIG_MAPS);
    const quotas = server.client.resource(RESOURCE_QUOTAS);
    await configMaps.create({ metadata: { namespace: "settle", name: "m" } });
    await configMaps.delete({ namespace: "settle", name: "m" });
    for (let round = 0; round < 4; round++) {
      await server.clock.advance(10);
      const { status } = await quotas.get({ namespace: "settle", name: "q" });
      expect(status?.used).toEqual({ configmaps: "2" });
    }
    await usedToBe("settle", (used) => used.configmaps === "1");
  });

  it("are looked at once more when they have room again", async () => {
    await withQuota("twice", { configmaps: "9" });
    const configMaps = server.client.resource(CONFIG_MAPS);
    await configMaps.create({ metadata: { namespace: "twice", name: "m" } });
    await configMaps.delete({ namespace: "twice", name: "m" });
    const quota = await usedToBe("twice", (used) => used.configmaps === "1");
    const status = { ...quota.status, used: { configmaps: "0" } };
    const quotas = server.client.resource(RESOURCE_QUOTAS);
    await quotas.update({ ...quota, status }, { subresource: "status" });
    await server.clock.advance(900);
    expect((await usedToBe("twice", () => true)).status?.used).toEqual({ configmaps: "0" });
    await server.clock.advance(200);
    await usedToBe("twice", (used) => used.configmaps === "1");
  });

  it("say nothing of what is not served", async () => {
    await withQuota("unknown", {
      "count/widgets.example.com": "1",
      "count/events": "1",
      pods: "1",
    });
    expect((await usedToBe("unknown", () => true)).status?.used).toEqual({ pods: "0" });
  });

  it("count what others make of their own accord", async () => {
    await withQuota("kinds", { "count/deployments.apps": "1", "count/configmaps": "2" });
    const spec = {
      selector: { matchLabels: { a: "b" } },
      template: {
        metadata: { labels: { a: "b" } },
        spec: { containers: [{ name: "c", image: "i" }] },
      },
    };
    const deployments = server.client.resource(DEPLOYMENTS);
    await deployments.create({ metadata: { namespace: "kinds", name: "a" }, spec });
    await expect(
      deployments.create({ metadata: { namespace: "kinds", name: "b" }, spec }),
    ).rejects.toMatchObject({
      message:
        'deployments.apps "b" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1',
    });
    const configMaps = server.client.resource(CONFIG_MAPS);
    await configMaps.create({ metadata: { namespace: "kinds", name: "m" } });
    await configMaps.delete({ namespace: "kinds", name: "m" });
    await usedToBe("kinds", (used) => used["count/configmaps"] === "1");
  });
});
