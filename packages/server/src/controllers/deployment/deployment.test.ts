import { describe, expect, it } from "vitest";
import type { Deployment, Pod, ReplicaSet } from "../../api/types.ts";
import { DEPLOYMENTS, EVENTS, PODS, REPLICA_SETS } from "../../client/resource-type.ts";
import { controllerOf } from "../controller-ref.ts";
import { kubelet, namespace, runWorkloads, server } from "../workload.fixture.ts";

const REVISION = "deployment.kubernetes.io/revision";

runWorkloads(["replicaset-controller", "deployment-controller"], ({ spec }) =>
  spec?.containers?.[0]?.image === "bad" ? "run" : "ready",
);

const deployments = () => server.client.resource(DEPLOYMENTS);
const replicaSets = () => server.client.resource(REPLICA_SETS);
const pods = () => server.client.resource(PODS);
const key = () => ({ namespace, name: "web" });

async function create(
  replicas: number,
  more: Partial<Deployment["spec"]> = {},
): Promise<Deployment> {
  const labels = { app: "web" };
  return await deployments().create({
    metadata: { namespace, name: "web" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "one" }] } },
      ...more,
    },
  });
}

const patch = (spec: unknown) => deployments().patch(key(), "strategic-merge-patch", { spec });
const setImage = (image: string) =>
  patch({ template: { spec: { containers: [{ name: "c", image }] } } });

/** Waits until a condition has the reason, and the newest generation has been seen. */
async function reason(type: string, wanted: string, stepMs = 100): Promise<Deployment> {
  return await server.until(async () => {
    const found = await deployments().get(key());
    const condition = found.status?.conditions?.find((each) => each.type === type);
    const isSeen = found.status?.observedGeneration === found.metadata.generation;
    return isSeen && condition?.reason === wanted ? found : undefined;
  }, stepMs);
}

/** Waits until all pods are new and available. */
async function complete(replicas: number): Promise<Deployment> {
  return await server.until(async () => {
    const found = await deployments().get(key());
    const { status, metadata } = found;
    const { updatedReplicas = 0, availableReplicas = 0, replicas: actual = 0 } = status ?? {};
    const counts = [updatedReplicas, availableReplicas, actual];
    const isSeen = status?.observedGeneration === metadata.generation;
    return isSeen && counts.every((count) => count === replicas) ? found : undefined;
  }, 100);
}

async function setsByRevision(): Promise<readonly ReplicaSet[]> {
  const { items } = await replicaSets().list({ namespace });
  const revision = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.[REVISION]);
  return items.toSorted((left, right) => revision(left) - revision(right));
}

async function events(): Promise<readonly string[]> {
  const { items } = await server.client.resource(EVENTS).list({ namespace });
  return items
    .filter(({ involvedObject }) => involvedObject.kind === "Deployment")
    .map(({ type, reason: why, message }) => `${type} ${why} ${message}`);
}

const conditionOf = ({ status }: Deployment, type: string) =>
  status?.conditions?.find((condition) => condition.type === type);
const imageOf = ({ spec }: Pod): string => spec?.containers?.[0]?.image ?? "";

describe("a deployment", () => {
  it("makes a set for its template, and says how it gets on", async () => {
    const created = await create(3);
    await complete(3);
    const done = await reason("Progressing", "NewReplicaSetAvailable");
    const [set] = await setsByRevision();
    const hash = set?.metadata.labels?.["pod-template-hash"] ?? "";
    expect(set?.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: "web", "pod-template-hash": hash },
      annotations: {
        [REVISION]: "1",
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
      },
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "Deployment",
          name: "web",
          uid: created.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
    const labels = { app: "web", "pod-template-hash": hash };
    expect(set?.spec?.selector).toEqual({ matchLabels: labels });
    expect(set?.spec?.template?.metadata?.labels).toEqual(labels);
    expect(done.metadata.annotations).toEqual({ [REVISION]: "1" });
    expect(done.metadata.generation).toBe(1);
    expect(done.status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(conditionOf(done, "Available")).toMatchObject({
      status: "True",
      reason: "MinimumReplicasAvailable",
      message: "Deployment has minimum availability.",
    });
    expect(conditionOf(done, "Progressing")).toMatchObject({
      status: "True",
      message: `ReplicaSet "web-${hash}" has successfully progressed.`,
    });
    expect(await events()).toEqual([
      `Normal ScalingReplicaSet Scaled up replica set web-${hash} from 0 to 3`,
    ]);
  });

  it("rolls a new template out, and goes back to an old one", async () => {
    await create(4);
    await complete(4);
    await setImage("two");
    await complete(4);
    const { items } = await pods().list({ namespace });
    expect(items.map(imageOf)).toEqual(["two", "two", "two", "two"]);
    await setImage("one");
    const done = await complete(4);
    const found = await setsByRevision();
    expect(found.map(({ spec }) => spec?.replicas)).toEqual([0, 4]);
    expect(found.map(({ metadata }) => metadata.annotations?.[REVISION])).toEqual(["2", "3"]);
    expect(found[1]?.metadata.annotations?.["deployment.kubernetes.io/revision-history"]).toBe("1");
    expect(done.metadata.annotations?.[REVISION]).toBe("3");
    expect(server.complaints).toEqual([]);
  });

  it("never has too few available pods, nor too many in all", async () => {
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    await create(3, { strategy } as Partial<Deployment["spec"]>);
    await complete(3);
    kubelet.fate = () => "run";
    await setImage("two");
    await server.clock.advance(5_000);
    const stuck = await deployments().get(key());
    expect(stuck.status).toMatchObject({ replicas: 4, updatedReplicas: 1, availableReplicas: 3 });
    kubelet.fate = () => "ready";
    kubelet.look();
    await complete(3);
  });

  it("ends all old pods before it makes new ones, where that is its strategy", async () => {
    await create(2, { strategy: { type: "Recreate" } });
    await complete(2);
    kubelet.endsPods = false;
    await setImage("two");
    await server.until(async () => {
      const { items } = await pods().list({ namespace });
      const going = items.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
      return going.length === 2 && items.length === 2 ? true : undefined;
    }, 100);
    await server.clock.advance(1_000);
    expect((await pods().list({ namespace })).items.map(imageOf)).toEqual(["one", "one"]);
    kubelet.endsPods = true;
    kubelet.look();
    await complete(2);
    expect((await pods().list({ namespace })).items.map(imageOf)).toEqual(["two", "two"]);
  });

  it("says when a rollout does not get on in time", async () => {
    await create(1, { progressDeadlineSeconds: 10 });
    await complete(1);
    await setImage("bad");
    const late = await reason("Progressing", "ProgressDeadlineExceeded", 500);
    const condition = conditionOf(late, "Progressing");
    expect(condition).toMatchObject({
      status: "False",
      message: expect.stringMatching(/^ReplicaSet "web-[a-z0-9]+" has timed out progressing\.$/),
    });
    kubelet.fate = () => "ready";
    kubelet.look();
    await reason("Progressing", "NewReplicaSetAvailable");
  });

  it("waits while it is paused, but scales", async () => {
    await create(2);
    await complete(2);
    await patch({ paused: true });
    const paused = await reason("Progressing", "DeploymentPaused");
    expect(conditionOf(paused, "Progressing")).toMatchObject({
      status: "Unknown",
      message: "Deployment is paused",
    });
    await setImage("two");
    await patch({ replicas: 3 });
    await server.until(async () => {
      const { items } = await pods().list({ namespace });
      return items.length === 3 && items.every((pod) => imageOf(pod) === "one") ? true : undefined;
    }, 100);
    expect(await setsByRevision()).toHaveLength(1);
    await patch({ paused: null });
    await complete(3);
    expect((await pods().list({ namespace })).items.map(imageOf)).toEqual(["two", "two", "two"]);
  });

  it("scales in proportion during a rollout", async () => {
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 2, maxUnavailable: 2 } };
    await create(4, { strategy } as Partial<Deployment["spec"]>);
    await complete(4);
    await setImage("bad");
    await server.until(async () => {
      const [old, young] = await setsByRevision();
      return old?.spec?.replicas === 2 && young?.spec?.replicas === 4 ? true : undefined;
    }, 100);
    await patch({ replicas: 10 });
    const sizes = await server.until(async () => {
      const found = (await setsByRevision()).map(({ spec }) => spec?.replicas ?? 0);
      return (found[0] ?? 0) + (found[1] ?? 0) === 12 ? found : undefined;
    }, 100);
    expect(sizes).toEqual([4, 8]);
  });

  it("keeps as many old sets as it is told to", async () => {
    await create(1, { revisionHistoryLimit: 1 });
    await complete(1);
    for (const image of ["two", "three", "four"]) {
      await setImage(image);
      await complete(1);
    }
    const left = await server.until(async () => {
      const found = await setsByRevision();
      return found.length === 2 ? found : undefined;
    }, 100);
    const images = left.map(({ spec }) => spec?.template?.spec?.containers?.[0]?.image);
    expect(images).toEqual(["three", "four"]);
  });

  it("takes another hash when its own is taken", async () => {
    await create(1);
    await complete(1);
    const [set] = await setsByRevision();
    const name = set?.metadata.name ?? "";
    // The template that will be asked for has the name of a set that belongs to nobody.
    await deployments().delete(key());
    await replicaSets().patch({ namespace, name }, "json-patch", [
      { op: "remove", path: "/metadata/ownerReferences" },
      { op: "replace", path: "/metadata/labels", value: { app: "other" } },
    ]);
    const again = await create(1);
    const done = await server.until(async () => {
      const found = await deployments().get(key());
      return found.status?.updatedReplicas === 1 ? found : undefined;
    }, 100);
    expect(done.status?.collisionCount).toBe(1);
    const { items } = await replicaSets().list({ namespace });
    const ours = items.filter((each) => controllerOf(each)?.uid === again.metadata.uid);
    expect(ours).toHaveLength(1);
    expect(ours[0]?.metadata.name).not.toBe(name);
  });

  it("says that it cannot make a set", async () => {
    const labels = { app: "web" };
    await deployments().create({
      metadata: { namespace, name: "web", annotations: { huge: "x".repeat(262_100) } },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "one" }] } },
      },
    });
    const failed = await server.until(async () => {
      const found = await deployments().get(key());
      return found.status?.conditions?.[0];
    }, 100);
    const why =
      /^Failed to create new replica set "web-[a-z0-9]+": ReplicaSet.apps "web-[a-z0-9]+" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes$/;
    expect(failed).toMatchObject({
      type: "Progressing",
      status: "False",
      reason: "ReplicaSetCreateError",
      message: expect.stringMatching(why),
    });
    const told = await server.until(async () => (await events())[0]);
    expect(told).toBe(`Warning ReplicaSetCreateError ${failed.message}`);
    await deployments().delete(key());
  });

  it("goes back by the annotation of old clients", async () => {
    await create(1);
    await complete(1);
    await setImage("two");
    await complete(1);
    await deployments().patch(key(), "merge-patch", {
      metadata: { annotations: { "deprecated.deployment.rollback.to": "0" } },
    });
    const back = await server.until(async () => {
      const found = await deployments().get(key());
      return found.metadata.annotations?.[REVISION] === "3" ? found : undefined;
    }, 100);
    expect(back.spec?.template.spec?.containers?.[0]?.image).toBe("one");
    expect(await events()).toContain(
      'Normal DeploymentRollback Rolled back deployment "web" to revision 1',
    );
  });
});

it("passes a template's integers of 64 bits on to its pods, digit by digit", async () => {
  const grace = 9223372036854775807n as unknown as number;
  const labels = { app: "web" };
  const spec = { terminationGracePeriodSeconds: grace, containers: [{ name: "c", image: "one" }] };
  await create(1, { template: { metadata: { labels }, spec } });
  await complete(1);
  const { items } = await pods().list({ namespace });
  expect(items.map((pod) => pod.spec?.terminationGracePeriodSeconds)).toEqual([grace]);
});
