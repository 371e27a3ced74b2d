import { describe, expect, it } from "vitest";
import type { Pod, StatefulSet, StatefulSetSpec } from "../../api/types.ts";
import {
  CONTROLLER_REVISIONS,
  EVENTS,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  STATEFUL_SETS,
} from "../../client/resource-type.ts";
import { kubelet, namespace, runWorkloads, server } from "../workload.fixture.ts";

runWorkloads(["statefulset-controller"], () => "ready");

const sets = () => server.client.resource(STATEFUL_SETS);
const claims = () => server.client.resource(PERSISTENT_VOLUME_CLAIMS);
const key = () => ({ namespace, name: "db" });
const image = (name: string) => ({
  template: { spec: { containers: [{ name: "c", image: name }] } },
});
const patch = (spec: unknown) => sets().patch(key(), "strategic-merge-patch", { spec });

async function create(replicas: number, more: Partial<StatefulSetSpec> = {}): Promise<StatefulSet> {
  const labels = { app: "db" };
  return await sets().create({
    metadata: { namespace, name: "db" },
    spec: {
      replicas,
      serviceName: "db",
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "one" }] } },
      ...more,
    },
  });
}

async function pods(): Promise<readonly Pod[]> {
  const { items } = await server.client.resource(PODS).list({ namespace });
  return items;
}

/** `db-0:one db-1:two`. */
async function told(): Promise<string> {
  const shown = (await pods()).map(
    ({ metadata, spec }) => `${metadata.name}:${spec?.containers?.[0]?.image}`,
  );
  return shown.sort().join(" ");
}

async function until(expected: string): Promise<void> {
  await server.until(async () => ((await told()) === expected ? true : undefined), 100);
}

async function complete(replicas: number): Promise<StatefulSet> {
  return await server.until(async () => {
    const set = await sets().get(key());
    const { status, metadata } = set;
    const isSeen = status?.observedGeneration === metadata.generation;
    const counts = [status?.readyReplicas ?? 0, status?.updatedReplicas ?? 0, status?.replicas];
    const isOver = status?.currentRevision === status?.updateRevision;
    return isSeen && isOver && counts.every((count) => count === replicas) ? set : undefined;
  }, 100);
}

async function events(): Promise<readonly string[]> {
  const { items } = await server.client.resource(EVENTS).list({ namespace });
  return items
    .filter(({ involvedObject }) => involvedObject.kind === "StatefulSet")
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
}

describe("a StatefulSet", () => {
  it("makes its pods one after the other, each with a name of its own", async () => {
    kubelet.fate = ({ metadata }) => (metadata.name === "db-1" ? "run" : "ready");
    await create(3);
    await until("db-0:one db-1:one");
    await server.clock.advance(5_000);
    expect(await told()).toBe("db-0:one db-1:one");
    kubelet.fate = () => "ready";
    kubelet.look();
    const set = await complete(3);
    const [pod] = await pods();
    expect(pod?.metadata).toMatchObject({
      generateName: "db-",
      labels: {
        app: "db",
        "apps.kubernetes.io/pod-index": "0",
        "statefulset.kubernetes.io/pod-name": "db-0",
        "controller-revision-hash": set.status?.updateRevision,
      },
      ownerReferences: [{ kind: "StatefulSet", name: "db", controller: true }],
    });
    expect(pod?.spec).toMatchObject({ hostname: "db-0", subdomain: "db" });
    expect(set.status).toMatchObject({
      replicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      collisionCount: 0,
    });
    const all = await server.until(async () => {
      const found = await events();
      return found.length === 3 ? found : undefined;
    });
    expect(all).toContain("Normal SuccessfulCreate Create Pod db-0 in StatefulSet db successful");
    expect(server.complaints).toEqual([]);
  });

  it("takes its pods away from the last on", async () => {
    await create(3);
    await complete(3);
    kubelet.endsPods = false;
    await patch({ replicas: 1 });
    await server.until(async () => {
      const going = (await pods()).filter(({ metadata }) => metadata.deletionTimestamp);
      return going.length > 0 ? true : undefined;
    }, 100);
    await server.clock.advance(5_000);
    const going = (await pods()).filter(({ metadata }) => metadata.deletionTimestamp);
    expect(going.map(({ metadata }) => metadata.name)).toEqual(["db-2"]);
    kubelet.endsPods = true;
    kubelet.look();
    await until("db-0:one");
    expect(await events()).toContain(
      "Normal SuccessfulDelete Delete Pod db-1 in StatefulSet db successful",
    );
  });

  it("replaces its pods from the last on, and keeps what they were made of", async () => {
    await create(3);
    const first = await complete(3);
    kubelet.fate = ({ metadata, spec }) =>
      metadata.name === "db-1" && spec?.containers?.[0]?.image === "two" ? "run" : "ready";
    await patch(image("two"));
    await until("db-0:one db-1:two db-2:two");
    await server.clock.advance(5_000);
    expect(await told()).toBe("db-0:one db-1:two db-2:two");
    kubelet.fate = () => "ready";
    kubelet.look();
    const done = await complete(3);
    expect(await told()).toBe("db-0:two db-1:two db-2:two");
    expect(done.status?.updateRevision).not.toBe(first.status?.updateRevision);
    await patch(image("one"));
    const back = await complete(3);
    expect(back.status?.updateRevision).toBe(first.status?.updateRevision);
    const { items } = await server.client.resource(CONTROLLER_REVISIONS).list({ namespace });
    expect(items.map(({ revision }) => Number(revision)).sort()).toEqual([2, 3]);
  });

  it("stops a rollout at its partition, and where a pod is not well", async () => {
    const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 1 } } as const;
    await create(3, { updateStrategy });
    await complete(3);
    await patch(image("two"));
    await until("db-0:one db-1:two db-2:two");
    await server.clock.advance(5_000);
    expect(await told()).toBe("db-0:one db-1:two db-2:two");
    kubelet.fate = ({ spec }) => (spec?.containers?.[0]?.image === "bad" ? "run" : "ready");
    await patch({ ...image("bad"), updateStrategy: { rollingUpdate: { partition: 0 } } });
    await until("db-0:one db-1:two db-2:bad");
    await server.clock.advance(5_000);
    expect(await told()).toBe("db-0:one db-1:two db-2:bad");
  });

  it("makes and takes all at once, where it may", async () => {
    kubelet.fate = () => "wait";
    await create(4, { podManagementPolicy: "Parallel" });
    await until("db-0:one db-1:one db-2:one db-3:one");
    kubelet.fate = () => "ready";
    kubelet.look();
    await complete(4);
    await patch({ replicas: 0 });
    await until("");
  });

  it("makes a pod anew that has ended", async () => {
    await create(1);
    await complete(1);
    const [before] = await pods();
    // Only this one: nobody would ever get on, and the next one would follow at once.
    kubelet.fate = ({ metadata }) => (metadata.uid === before?.metadata.uid ? "fail" : "ready");
    kubelet.look();
    const after = await server.until(async () => {
      const [pod] = await pods();
      return pod !== undefined && pod.metadata.uid !== before?.metadata.uid ? pod : undefined;
    }, 100);
    expect(after.metadata.name).toBe("db-0");
  });

  it("gives every pod claims of its own, and keeps them, or lets them go with the pods", async () => {
    const volumeClaimTemplates = [
      {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      },
    ] as unknown as NonNullable<StatefulSetSpec["volumeClaimTemplates"]>;
    await create(2, { volumeClaimTemplates });
    await complete(2);
    const [pod] = await pods();
    expect(pod?.spec?.volumes).toContainEqual({
      name: "data",
      persistentVolumeClaim: { claimName: "data-db-0" },
    });
    const names = async () => (await claims().list({ namespace })).items;
    expect((await names()).map(({ metadata }) => metadata.name)).toEqual([
      "data-db-0",
      "data-db-1",
    ]);
    expect((await names())[0]?.metadata.labels).toEqual({ app: "db" });
    expect((await names())[0]?.metadata.ownerReferences).toBeUndefined();
    await patch({ persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } });
    const owned = await server.until(async () => {
      const found = await names();
      const owners = found.map(({ metadata }) => metadata.ownerReferences?.[0]?.kind);
      return owners.every((kind) => kind === "StatefulSet") ? found : undefined;
    }, 100);
    expect(owned).toHaveLength(2);
    expect(await events()).toContain(
      "Normal SuccessfulCreate Create Claim data-db-0 Pod db-0 in StatefulSet db success",
    );
  });

  it("begins to count where it is told to", async () => {
    await create(2, { ordinals: { start: 5 } });
    await complete(2);
    expect(await told()).toBe("db-5:one db-6:one");
  });
});
