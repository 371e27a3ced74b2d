import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventsV1Event, Node, Pod } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import {
  CLUSTER_ROLES,
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  type ResourceType,
} from "../../client/resource-type.ts";
import {
  type ControlledServer,
  find,
  startControlledServer,
} from "../controlled-server.fixture.ts";
import { type NodeFacts, node, type PodFacts, pod } from "./pods.fixture.ts";

const EVENTS: ResourceType<EventsV1Event> = {
  ...{ group: "events.k8s.io", version: "v1", resource: "events", namespaced: true },
};

let server: ControlledServer;
let pods: ResourceClient<Pod>;
let nodes: ResourceClient<Node>;
beforeEach(async () => {
  // Some pods have owners that are not there.
  server = await startControlledServer({ controllers: "*,-garbage-collector-controller" });
  pods = server.client.resource(PODS);
  nodes = server.client.resource(NODES);
});
afterEach(() => server[Symbol.asyncDispose]());

const keyOf = (name: string) => ({ namespace: "default", name });

async function addPod(name: string, facts: PodFacts = {}): Promise<Pod> {
  const { metadata, spec } = pod({ name, ...facts });
  const { uid: _uid, ...rest } = metadata;
  return await pods.create({ metadata: rest, ...(spec === undefined ? {} : { spec }) });
}

async function addNode(name: string, facts: NodeFacts = {}): Promise<void> {
  const { status, ...rest } = node(name, facts);
  await nodes.create(rest);
  // Others may have put taints on it already.
  const options = { subresource: "status" };
  await nodes.patch({ namespace: "", name }, "strategic-merge-patch", { status }, options);
}

const nodeOf = (name: string) =>
  server.until(async () => (await pods.get(keyOf(name))).spec?.nodeName);

const scheduledOf = async (name: string) =>
  (await pods.get(keyOf(name))).status?.conditions?.find(({ type }) => type === "PodScheduled");

/** The pod is told that no node takes it. */
const refused = (name: string) =>
  server.until(async () => {
    const condition = await scheduledOf(name);
    return condition?.status === "False" ? condition : undefined;
  });

const eventsOf = (name: string, reason: string, count = 1) =>
  server.until(async () => {
    const { items } = await server.client.resource(EVENTS).list({ namespace: "default" });
    const found = items.filter((each) => each.regarding?.name === name && each.reason === reason);
    return found.length >= count ? found : undefined;
  });

describe("a pod that a node takes", () => {
  it("is bound to it, under the scheduler's name, and an event says so", async () => {
    await addNode("n1");
    const { metadata } = await addPod("web");
    expect(await nodeOf("web")).toBe("n1");
    expect((await scheduledOf("web"))?.status).toBe("True");
    const [event] = await eventsOf("web", "Scheduled");
    expect(event).toMatchObject({
      type: "Normal",
      action: "Binding",
      note: "Successfully assigned default/web to n1",
      reportingController: "default-scheduler",
      regarding: { kind: "Pod", apiVersion: "v1", name: "web", uid: metadata.uid },
    });
    expect(event?.reportingInstance).toMatch(/^default-scheduler-./);
  });

  it("shares nodes with others: pods of one controller are spread", async () => {
    for (const name of ["n1", "n2", "n3"]) await addNode(name);
    const names = ["a", "b", "c", "d", "e", "f"];
    for (const name of names) await addPod(name, { controller: "rs" });
    const placed = await Promise.all(names.map(nodeOf));
    expect(placed.sort()).toEqual(["n1", "n1", "n2", "n2", "n3", "n3"]);
  });

  it("takes its room at once, though many come together", async () => {
    await addNode("n1", { allocatable: { pods: "3" } });
    await addNode("n2", { allocatable: { pods: "2" } });
    const names = Array.from({ length: 8 }, (_, index) => `p${index}`);
    await Promise.all(names.map((name) => addPod(name)));
    await server.clock.advance(1_000);
    const placed = await Promise.all(names.map(async (name) => (await pods.get(keyOf(name))).spec));
    const counts = new Map<string, number>();
    for (const { nodeName = "" } of placed.map((spec) => spec ?? { containers: [] })) {
      counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({ n1: 3, n2: 2, "": 3 });
  });
});

describe("a pod that no node takes", () => {
  it("is told why, in its condition and in an event, and bound when a node comes", async () => {
    await addPod("web");
    const message = "no nodes available to schedule pods";
    expect(await refused("web")).toMatchObject({
      reason: "Unschedulable",
      message,
      observedGeneration: 1,
    });
    const [event] = await eventsOf("web", "FailedScheduling");
    expect(event).toMatchObject({ type: "Warning", action: "Scheduling", note: message });
    await addNode("n1");
    expect(await nodeOf("web")).toBe("n1");
    expect(await scheduledOf("web")).toMatchObject({ status: "True" });
  });

  it.each<[string, NodeFacts, PodFacts, (name: string) => Promise<unknown>]>([
    [
      "its taint goes",
      { taints: [{ key: "a", effect: "NoSchedule" }] },
      {},
      (name) => nodes.patch({ namespace: "", name }, "merge-patch", { spec: { taints: null } }),
    ],
    [
      "it gets a label",
      {},
      { nodeSelector: { disk: "ssd" } },
      (name) =>
        nodes.patch({ namespace: "", name }, "merge-patch", {
          metadata: { labels: { disk: "ssd" } },
        }),
    ],
    [
      "it is no longer closed",
      { unschedulable: true },
      {},
      (name) =>
        nodes.patch({ namespace: "", name }, "merge-patch", { spec: { unschedulable: false } }),
    ],
    [
      "it has more to give",
      { allocatable: { cpu: "1" } },
      { requests: { cpu: "2" } },
      (name) =>
        nodes.patch(
          { namespace: "", name },
          "merge-patch",
          { status: { allocatable: { cpu: "2" } } },
          { subresource: "status" },
        ),
    ],
    [
      "the pod comes to tolerate it",
      { taints: [{ key: "a", effect: "NoSchedule" }] },
      {},
      () =>
        pods.patch(keyOf("web"), "json-patch", [
          { op: "add", path: "/spec/tolerations/-", value: { key: "a", operator: "Exists" } },
        ]),
    ],
  ])("goes to a node when %s", async (_name, nodeFacts, podFacts, change) => {
    await addNode("n1", nodeFacts);
    await addPod("web", podFacts);
    expect((await refused("web")).message).toMatch(/^0\/1 nodes are available: 1 /);
    await change("n1");
    expect(await nodeOf("web")).toBe("n1");
  });

  it("goes to a node when another pod has gone from it, or is finished", async () => {
    await addNode("n1", { allocatable: { cpu: "1" } });
    await addPod("first", { requests: { cpu: "1" }, terminationGracePeriodSeconds: 0 });
    await nodeOf("first");
    await addPod("second", { requests: { cpu: "1" } });
    expect((await refused("second")).message).toBe(
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    );
    await pods.delete(keyOf("first"), { gracePeriodSeconds: 0 });
    await nodeOf("second");
    await addPod("third", { requests: { cpu: "1" } });
    await refused("third");
    const done = { status: { phase: "Succeeded" } };
    await pods.patch(keyOf("second"), "merge-patch", done, { subresource: "status" });
    await nodeOf("third");
  });

  it("does not fill its events and its condition with repetitions", async () => {
    await addPod("web");
    await eventsOf("web", "FailedScheduling");
    const { metadata } = await pods.get(keyOf("web"));
    for (let times = 0; times < 3; times++) await server.clock.advance(330_000);
    expect((await pods.get(keyOf("web"))).metadata.resourceVersion).toBe(metadata.resourceVersion);
    const events = await eventsOf("web", "FailedScheduling", 2);
    expect(events).toHaveLength(2);
  });

  it("waits for its volumes", async () => {
    await addNode("n1");
    const claims = server.client.resource(PERSISTENT_VOLUME_CLAIMS);
    await addPod("web", { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }] });
    expect((await refused("web")).message).toBe(
      '0/1 nodes are available: persistentvolumeclaim "data" not found. not found',
    );
    const claim = await claims.create({
      metadata: keyOf("data"),
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
    await server.until(async () => {
      const condition = await scheduledOf("web");
      return condition?.message?.includes("unbound immediate") ? true : undefined;
    }, 100);
    await claims.update({ ...claim, status: { phase: "Bound" } }, { subresource: "status" });
    expect(await nodeOf("web")).toBe("n1");
  });
});

describe("pods that are not for this scheduler", () => {
  it.each<[string, PodFacts]>([
    ["of another scheduler", { schedulerName: "mine" }],
    ["that somebody has bound already", { nodeName: "elsewhere" }],
    ["that wait for gates", { schedulingGates: [{ name: "example.com/gate" }] }],
  ])("%s are left alone", async (_name, facts) => {
    await addNode("n1");
    await addPod("web", facts);
    const { metadata } = await pods.get(keyOf("web"));
    await server.clock.advance(5_000);
    expect((await pods.get(keyOf("web"))).metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  it("are for it when the last gate is gone", async () => {
    await addNode("n1");
    await addPod("web", { schedulingGates: [{ name: "example.com/gate" }] });
    await server.clock.advance(100);
    await pods.patch(keyOf("web"), "json-patch", [{ op: "remove", path: "/spec/schedulingGates" }]);
    expect(await nodeOf("web")).toBe("n1");
  });

  it("a pod that is going is not given a node", async () => {
    await addPod("web");
    await refused("web");
    await pods.patch(keyOf("web"), "merge-patch", { metadata: { finalizers: ["example.com/x"] } });
    await pods.delete(keyOf("web"));
    await addNode("n1");
    const [, event] = await eventsOf("web", "FailedScheduling", 2);
    expect(event?.note).toBe("skip schedule deleting pod: default/web");
    expect((await pods.get(keyOf("web"))).spec?.nodeName).toBeUndefined();
  });
});

describe("when binding is refused", () => {
  it("the pod is told so, gives up its room, and is tried again", async () => {
    const roles = server.client.resource(CLUSTER_ROLES);
    const key = { namespace: "", name: "system:kube-scheduler" };
    const role = await roles.get(key);
    const rules = (role.rules ?? []).filter(
      ({ resources = [] }) => !resources.includes("pods/binding"),
    );
    await roles.update({ ...role, rules });
    await addNode("n1", { allocatable: { cpu: "1" } });
    await addPod("web", { requests: { cpu: "1" } });
    expect(await refused("web")).toMatchObject({
      reason: "SchedulerError",
      message:
        'running Bind plugin "DefaultBinder": pods "web" is forbidden: User "system:kube-scheduler" cannot create resource "pods/binding" in API group "" in the namespace "default"',
    });
    expect(await find(pods, keyOf("web"))).toBeDefined();
    const now = await roles.get(key);
    await roles.update({ ...now, rules: role.rules ?? [] });
    await server.clock.advance(10_000);
    expect(await nodeOf("web")).toBe("n1");
  });
});
