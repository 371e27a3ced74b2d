import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ControllerRevision, DaemonSet, Node, Pod } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import {
  CONTROLLER_REVISIONS,
  DAEMON_SETS,
  EVENTS,
  keyOf as keyOfObject,
  NODES,
  PODS,
} from "../../client/resource-type.ts";
import {
  type ControlledServer,
  isGone,
  startControlledServer,
} from "../controlled-server.fixture.ts";
import { daemonSet, type SetFacts } from "./daemon-set.fixture.ts";

const KEY = { namespace: "default", name: "agent" };

let server: ControlledServer;
let pods: ResourceClient<Pod>;
let nodes: ResourceClient<Node>;
let sets: ResourceClient<DaemonSet>;
let revisions: ResourceClient<ControllerRevision>;
beforeEach(async () => {
  server = await startControlledServer();
  pods = server.client.resource(PODS);
  nodes = server.client.resource(NODES);
  sets = server.client.resource(DAEMON_SETS);
  revisions = server.client.resource(CONTROLLER_REVISIONS);
});
afterEach(() => server[Symbol.asyncDispose]());

async function addNode(name: string, labels: Record<string, string> = {}): Promise<void> {
  await nodes.create({ metadata: { name, labels } });
  const status = { allocatable: { cpu: "2", memory: "4Gi", pods: "10" } };
  // Others may have put taints on it already.
  const options = { subresource: "status" };
  await nodes.patch({ namespace: "", name }, "strategic-merge-patch", { status }, options);
}

async function addSet(facts: SetFacts = {}): Promise<DaemonSet> {
  const { metadata, spec } = daemonSet(facts);
  const { name = "", namespace = "" } = metadata;
  return await sets.create({
    metadata: { name, namespace },
    ...(spec === undefined ? {} : { spec }),
  });
}

const list = async (): Promise<readonly Pod[]> => (await pods.list({ namespace: "default" })).items;

/** The pods once they are on these nodes, one on each. */
const podsOn = (...names: readonly string[]) =>
  server.until(async () => {
    const all = (await list()).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const placed = all.map(({ spec }) => spec?.nodeName ?? "").sort();
    return JSON.stringify(placed) === JSON.stringify([...names].sort()) ? all : undefined;
  }, 10);

async function setPhase(pod: Pod, phase: "Running" | "Failed", isReady = phase === "Running") {
  const time = new Date(server.clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  const status = isReady ? "True" : "False";
  const conditions = [{ type: "Ready", status, lastTransitionTime: time }];
  const patch = { status: { phase, conditions } };
  const options = { subresource: "status" };
  await pods.patch(keyOfObject(pod), "strategic-merge-patch", patch, options);
}

const statusOf = (wanted: Partial<DaemonSet["status"]>) =>
  server.until(async () => {
    const { status } = await sets.get(KEY);
    const entries = Object.entries(wanted ?? {});
    const has = status as Readonly<Record<string, unknown>> | undefined;
    return entries.every(([field, value]) => (has?.[field] ?? 0) === value) ? status : undefined;
  }, 10);

describe("a DaemonSet", () => {
  it("has a pod on every node, also on those that come later", async () => {
    for (const name of ["n1", "n2"]) await addNode(name);
    await addSet();
    const [pod] = await podsOn("n1", "n2");
    expect(pod?.metadata.generateName).toBe("agent-");
    expect(pod?.metadata.ownerReferences).toMatchObject([{ kind: "DaemonSet", controller: true }]);
    await statusOf({ desiredNumberScheduled: 2, currentNumberScheduled: 2, numberUnavailable: 2 });
    await addNode("n3");
    await podsOn("n1", "n2", "n3");
  });

  it("counts pods that are ready, and the generation it has seen", async () => {
    for (const name of ["n1", "n2"]) await addNode(name);
    await addSet();
    const [first] = await podsOn("n1", "n2");
    if (first !== undefined) await setPhase(first, "Running");
    await statusOf({ numberReady: 1, numberAvailable: 1, numberUnavailable: 1 });
    await statusOf({ observedGeneration: 1, updatedNumberScheduled: 2, numberMisscheduled: 0 });
  });

  it("makes a pod anew that is deleted", async () => {
    await addNode("n1");
    await addSet();
    const [pod] = await podsOn("n1");
    if (pod !== undefined) await pods.delete(keyOfObject(pod), { gracePeriodSeconds: 0 });
    const [next] = await server.until(async () => {
      const all = await podsOn("n1");
      return all[0]?.metadata.uid === pod?.metadata.uid ? undefined : all;
    }, 10);
    expect(next?.metadata.labels).toEqual(pod?.metadata.labels);
  });

  it("leaves nodes that it is no longer for, and goes to those that it is for now", async () => {
    await addNode("n1", { disk: "ssd" });
    await addNode("n2");
    await addSet({ template: { nodeSelector: { disk: "ssd" } } });
    await podsOn("n1");
    const label = (disk: string | null) => ({ metadata: { labels: { disk } } });
    await nodes.patch({ namespace: "", name: "n2" }, "merge-patch", label("ssd"));
    await podsOn("n1", "n2");
    await nodes.patch({ namespace: "", name: "n1" }, "merge-patch", label(null));
    await podsOn("n2");
    await statusOf({ desiredNumberScheduled: 1 });
  });

  it("replaces a pod that failed, again and again, but not too often", async () => {
    await addNode("n1");
    await addSet();
    const seen = new Set<string>();
    const failNext = () =>
      server.until(async () => {
        const [pod] = await podsOn("n1");
        const uid = pod?.metadata.uid ?? "";
        if (pod === undefined || seen.has(uid)) return undefined;
        seen.add(uid);
        await setPhase(pod, "Failed");
        return pod;
      }, 100);
    const first = await failNext();
    await server.until(() => isGone(pods, keyOfObject(first)), 0);
    const second = await failNext();
    const failedAt = server.clock.now();
    await server.until(() => isGone(pods, keyOfObject(second)), 100);
    expect(server.clock.now() - failedAt).toBeLessThan(1_500);
    const third = await failNext();
    const thirdAt = server.clock.now();
    await server.until(() => isGone(pods, keyOfObject(third)), 100);
    expect(server.clock.now() - thirdAt).toBeGreaterThanOrEqual(1_000);
    const events = (await server.client.resource(EVENTS).list({ namespace: "default" })).items;
    const event = events.find(({ reason }) => reason === "FailedDaemonPod");
    const place = `default/${first.metadata.name}`;
    expect(event?.message).toBe(`Found failed daemon pod ${place} on node n1, will try to kill it`);
  });

  it("adopts a pod that fits, and lets one go that no longer does", async () => {
    await addNode("n1");
    const labels = { app: "agent" };
    const spec = { containers: [{ name: "main", image: "image" }], nodeName: "n1" };
    await pods.create({ metadata: { name: "stray", namespace: "default", labels }, spec });
    // A rollout would replace it at once: it bears no revision.
    const { metadata } = await addSet({ strategy: { type: "OnDelete" } });
    await server.until(async () => {
      const { ownerReferences = [] } = (await pods.get({ ...KEY, name: "stray" })).metadata;
      return ownerReferences[0]?.uid === metadata.uid ? true : undefined;
    }, 10);
    const patch = { metadata: { labels: { app: "other" } } };
    await pods.patch({ ...KEY, name: "stray" }, "merge-patch", patch);
    await podsOn("n1", "n1");
    const { ownerReferences } = (await pods.get({ ...KEY, name: "stray" })).metadata;
    expect(ownerReferences).toBeUndefined();
  });

  it("goes with all its pods and revisions", async () => {
    await addNode("n1");
    await addSet();
    const [pod] = await podsOn("n1");
    await sets.delete(KEY, { propagationPolicy: "Foreground" });
    if (pod !== undefined) {
      await server.until(async () => {
        const { items } = await pods.list({ namespace: "default" });
        return items.every(({ metadata }) => metadata.deletionTimestamp !== undefined) || undefined;
      }, 10);
      await pods.delete(keyOfObject(pod), { gracePeriodSeconds: 0 });
    }
    await server.until(() => isGone(sets, KEY), 10);
    expect((await revisions.list({ namespace: "default" })).items).toEqual([]);
  });
});

describe("another template", () => {
  const newImage = {
    spec: { template: { spec: { containers: [{ name: "main", image: "new" }] } } },
  };
  const change = () => sets.patch(KEY, "strategic-merge-patch", newImage);

  /** Every pod gets ready as soon as it is on its node; those that are deleted end. */
  async function tend(): Promise<void> {
    for (const pod of await list()) {
      if (pod.metadata.deletionTimestamp !== undefined) {
        await pods.delete(keyOfObject(pod), { gracePeriodSeconds: 0 });
      } else if (pod.spec?.nodeName !== undefined && pod.status?.phase === "Pending") {
        await setPhase(pod, "Running");
      }
    }
  }

  const imagesOf = (all: readonly Pod[]) =>
    all.map(({ spec }) => spec?.containers[0]?.image).sort();

  it("is rolled out node by node, and kept as a revision", async () => {
    for (const name of ["n1", "n2", "n3"]) await addNode(name);
    await addSet();
    await podsOn("n1", "n2", "n3");
    await tend();
    await statusOf({ numberAvailable: 3 });
    await change();
    let fewest = 3;
    await server.until(async () => {
      const all = await list();
      const ready = all.filter(
        ({ metadata, status }) =>
          metadata.deletionTimestamp === undefined && status?.phase === "Running",
      );
      fewest = Math.min(fewest, ready.length);
      await tend();
      return imagesOf(ready).join() === "new,new,new" ? true : undefined;
    }, 10);
    expect(fewest).toBe(2);
    await statusOf({ updatedNumberScheduled: 3, numberAvailable: 3, observedGeneration: 2 });
    const { items } = await revisions.list({ namespace: "default" });
    expect(items.map(({ revision }) => revision).sort()).toEqual([1, 2]);
  });

  it("waits for pods to be deleted where the strategy says so", async () => {
    await addNode("n1");
    await addSet({ strategy: { type: "OnDelete" } });
    const [pod] = await podsOn("n1");
    await change();
    await statusOf({ observedGeneration: 2, updatedNumberScheduled: 0 });
    await server.clock.advance(10_000);
    expect(imagesOf(await list())).toEqual(["image"]);
    if (pod !== undefined) await pods.delete(keyOfObject(pod), { gracePeriodSeconds: 0 });
    await server.until(async () => {
      const all = await list();
      return imagesOf(all).join() === "new" ? true : undefined;
    }, 10);
  });

  it("that was there before becomes the newest revision again", async () => {
    await addNode("n1");
    const { spec } = await addSet();
    await statusOf({ observedGeneration: 1 });
    await change();
    await statusOf({ observedGeneration: 2 });
    const live = await sets.get(KEY);
    await sets.update({ ...live, ...(spec === undefined ? {} : { spec }) });
    await statusOf({ observedGeneration: 3 });
    const { items } = await revisions.list({ namespace: "default" });
    expect(items.map(({ revision }) => revision).sort()).toEqual([2, 3]);
  });

  it("leaves as many old revisions as are wanted", async () => {
    await addSet();
    await sets.patch(KEY, "merge-patch", { spec: { revisionHistoryLimit: 1 } });
    for (const image of ["a", "b", "c"]) {
      const before = (await sets.get(KEY)).metadata.generation ?? 0;
      const containers = [{ name: "main", image }];
      await sets.patch(KEY, "strategic-merge-patch", {
        spec: { template: { spec: { containers } } },
      });
      await statusOf({ observedGeneration: before + 1 });
    }
    await server.until(async () => {
      const { items } = await revisions.list({ namespace: "default" });
      return items.length === 2 ? true : undefined;
    }, 10);
  });
});
