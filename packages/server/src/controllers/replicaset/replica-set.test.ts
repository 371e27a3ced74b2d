import { describe, expect, it } from "vitest";
import type { Pod, ReplicaSet } from "../../api/types.ts";
import { EVENTS, keyOf, PODS, REPLICA_SETS } from "../../client/resource-type.ts";
import { isGone } from "../controlled-server.fixture.ts";
import { controllerOf } from "../controller-ref.ts";
import { kubelet, namespace, runWorkloads, server } from "../workload.fixture.ts";

runWorkloads(["replicaset-controller"], () => "ready");

const sets = () => server.client.resource(REPLICA_SETS);
const pods = () => server.client.resource(PODS);
const key = (name = "web") => ({ namespace, name });

function replicaSet(replicas: number, more: Partial<ReplicaSet["spec"]> = {}): ReplicaSet {
  const labels = { app: "web" };
  return {
    metadata: { namespace, name: "web" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "image" }] } },
      ...more,
    },
  };
}

async function podsOf(set: ReplicaSet): Promise<readonly Pod[]> {
  const { items } = await pods().list({ namespace });
  return items.filter((pod) => controllerOf(pod)?.uid === set.metadata.uid);
}

/** Waits until the set says so many are available, of so many. */
async function available(count: number, replicas = count): Promise<ReplicaSet> {
  return await server.until(async () => {
    const set = await sets().get(key());
    const { status, metadata } = set;
    const isSeen = status?.observedGeneration === metadata.generation;
    const isRight = (status?.availableReplicas ?? 0) === count && status?.replicas === replicas;
    return isSeen && isRight ? set : undefined;
  }, 100);
}

async function events(): Promise<readonly string[]> {
  const { items } = await server.client.resource(EVENTS).list({ namespace });
  return items
    .filter(({ involvedObject }) => involvedObject.kind === "ReplicaSet")
    .map(({ type, reason, message, count }) => `${type} ${reason} ${count} ${message}`);
}

describe("a ReplicaSet", () => {
  it("makes as many pods as it wants, owns them, and says so", async () => {
    const created = await sets().create(replicaSet(3));
    const set = await available(3);
    expect(set.status).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
      observedGeneration: 1,
    });
    const owned = await podsOf(created);
    for (const { metadata } of owned) {
      expect(metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
      expect(metadata.generateName).toBe("web-");
      expect(metadata.ownerReferences).toEqual([
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: "web",
          uid: created.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
      expect(metadata.managedFields?.[0]?.manager).toBe("kube-controller-manager");
    }
    const told = await server.until(async () => {
      const found = await events();
      return found.length === 3 ? found : undefined;
    });
    const names = owned.map(({ metadata }) => metadata.name);
    expect([...told].sort()).toEqual(
      names.map((name) => `Normal SuccessfulCreate 1 Created pod: ${name}`).sort(),
    );
    expect(server.complaints).toEqual([]);
  });

  it("replaces a pod as soon as it begins to go", async () => {
    const created = await sets().create(replicaSet(2));
    await available(2);
    kubelet.endsPods = false;
    const [first] = await podsOf(created);
    await pods().delete(keyOf(first ?? { metadata: {} }), { gracePeriodSeconds: 30 });
    const set = await server.until(async () => {
      const found = await available(2);
      return found.status?.terminatingReplicas === 1 ? found : undefined;
    }, 100);
    expect(set.status?.replicas).toBe(2);
    expect(await podsOf(created)).toHaveLength(3);
  });

  it("deletes what is too much: first what is not ready", async () => {
    kubelet.fate = () => "ready";
    const created = await sets().create(replicaSet(2));
    await available(2);
    const ready = (await podsOf(created)).map(({ metadata }) => metadata.name).sort();
    kubelet.fate = () => "run";
    await sets().patch(key(), "merge-patch", { spec: { replicas: 4 } });
    await available(2, 4);
    await sets().patch(key(), "merge-patch", { spec: { replicas: 2 } });
    await available(2);
    const left = await server.until(async () => {
      const found = await podsOf(created);
      return found.length === 2 ? found : undefined;
    }, 100);
    expect(left.map(({ metadata }) => metadata.name).sort()).toEqual(ready);
    expect((await events()).filter((line) => line.includes("SuccessfulDelete"))).toHaveLength(2);
  });

  it("adopts a pod that matches, and lets go of one that does no longer", async () => {
    const labels = { app: "web" };
    const containers = [{ name: "main", image: "image" }];
    await pods().create({ metadata: { namespace, name: "lonely", labels }, spec: { containers } });
    const created = await sets().create(replicaSet(1));
    await available(1);
    const adopted = await podsOf(created);
    expect(adopted.map(({ metadata }) => metadata.name)).toEqual(["lonely"]);
    await pods().patch(key("lonely"), "merge-patch", { metadata: { labels: { app: "other" } } });
    const replacement = await server.until(async () => {
      const found = await podsOf(created);
      return found.length === 1 && found[0]?.metadata.name !== "lonely" ? found[0] : undefined;
    }, 100);
    expect(replacement.metadata.name).toMatch(/^web-/);
    expect((await pods().get(key("lonely"))).metadata.ownerReferences).toBeUndefined();
  });

  it("says why it cannot make pods, and makes them when it can", async () => {
    const spec = { serviceAccountName: "missing", containers: [{ name: "main", image: "image" }] };
    await sets().create(
      replicaSet(2, { template: { metadata: { labels: { app: "web" } }, spec } }),
    );
    const why = `pods "web-" is forbidden: error looking up service account ${namespace}/missing: serviceaccount "missing" not found`;
    const failed = await server.until(async () => {
      const { status } = await sets().get(key());
      return status?.conditions?.[0];
    }, 100);
    expect(failed).toMatchObject({
      type: "ReplicaFailure",
      status: "True",
      reason: "FailedCreate",
      message: why,
    });
    expect((await events())[0]).toMatch(`Warning FailedCreate`);
    expect((await events())[0]).toContain(`Error creating: ${why}`);
    await server.accounts.create({ metadata: { namespace, name: "missing" } });
    const set = await available(2);
    expect(set.status?.conditions).toBeUndefined();
  });

  it("counts a pod as available when it has been ready for long enough", async () => {
    await sets().create(replicaSet(1, { minReadySeconds: 30 }));
    const ready = await server.until(async () => {
      const set = await sets().get(key());
      return set.status?.readyReplicas === 1 ? set : undefined;
    });
    expect(ready.status?.availableReplicas).toBeUndefined();
    await server.clock.advance(29_000);
    expect((await sets().get(key())).status?.availableReplicas).toBeUndefined();
    await available(1);
  });

  it("makes 600 pods, in two bursts, and never one too many", async () => {
    kubelet.fate = () => "wait";
    const created = await sets().create(replicaSet(600));
    await server.until(async () => {
      const { status } = await sets().get(key());
      return status?.replicas === 600 ? true : undefined;
    });
    expect(await podsOf(created)).toHaveLength(600);
    const told = await server.until(async () => {
      const found = await events();
      return found.some((line) => line.includes("combined from similar events"))
        ? found
        : undefined;
    });
    expect(told).toHaveLength(10);
  });

  it("leaves everything alone when it is gone", async () => {
    await sets().create(replicaSet(1));
    await available(1);
    await sets().delete(key());
    await server.until(() => isGone(sets(), key()), 100);
    await server.clock.advance(1_000);
    expect((await pods().list({ namespace })).items).toHaveLength(1);
  });
});
