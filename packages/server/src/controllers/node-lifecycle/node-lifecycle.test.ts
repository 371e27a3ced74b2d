import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Lease, Node, Pod } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { EVENTS, LEASES, NODES, PODS } from "../../client/resource-type.ts";
import { formatMicroTime, formatTime } from "../../runtime/clock.ts";
import {
  type ControlledServer,
  find,
  startControlledServer,
} from "../controlled-server.fixture.ts";

let server: ControlledServer;
let nodes: ResourceClient<Node>;
let pods: ResourceClient<Pod>;
let leases: ResourceClient<Lease>;
beforeEach(async () => {
  server = await startControlledServer();
  nodes = server.client.resource(NODES);
  pods = server.client.resource(PODS);
  leases = server.client.resource(LEASES);
});
afterEach(() => server[Symbol.asyncDispose]());

const keyOf = (name: string) => ({ namespace: "", name });
const podKey = (name: string) => ({ namespace: "default", name });

async function post(name: string, ready: "True" | "False"): Promise<void> {
  const now = formatTime(server.clock.now());
  const conditions = (["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] as const).map(
    (type) => ({
      type,
      status: type === "Ready" ? ready : "False",
      reason: "KubeletSaysSo",
      message: "m",
      ...{ lastHeartbeatTime: now, lastTransitionTime: now },
    }),
  );
  const patch = { status: { conditions } };
  await nodes.patch(keyOf(name), "strategic-merge-patch", patch, { subresource: "status" });
}

async function renew(name: string): Promise<void> {
  const key = { namespace: "kube-node-lease", name };
  const spec = { holderIdentity: name, renewTime: formatMicroTime(server.clock.now()) };
  const found = await find(leases, key);
  if (found === undefined) await leases.create({ metadata: key, spec });
  else await leases.update({ ...found, spec });
}

/** A node that is ready and has a lease. */
async function addNode(name: string): Promise<void> {
  await nodes.create({ metadata: { name, labels: { "kubernetes.io/os": "linux" } } });
  await post(name, "True");
  await renew(name);
}

async function addPod(name: string, nodeName: string): Promise<void> {
  const spec = { containers: [{ name: "main", image: "image" }], nodeName };
  await pods.create({ metadata: podKey(name), spec });
  const conditions = [{ type: "Ready", status: "True" }];
  const patch = { status: { phase: "Running", conditions } };
  await pods.patch(podKey(name), "strategic-merge-patch", patch, { subresource: "status" });
}

/** Time passes while the nodes of these names renew their leases. */
async function pass(seconds: number, ...alive: readonly string[]): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    for (const name of alive) await renew(name);
    await server.clock.advance(5_000);
  }
}

const readyOf = async (name: string) =>
  (await nodes.get(keyOf(name))).status?.conditions?.find(({ type }) => type === "Ready");

const taintsOf = async (name: string): Promise<readonly string[]> => {
  const { taints = [] } = (await nodes.get(keyOf(name))).spec ?? {};
  return taints
    .map(({ key, effect }) => `${key.replace("node.kubernetes.io/", "")}:${effect}`)
    .sort();
};

const eventsOf = async (name: string, namespace = "default") => {
  const { items } = await server.client.resource(EVENTS).list({ namespace });
  return items
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);
};

describe("a node", () => {
  it("is greeted, gets its old labels, and is left alone while it renews its lease", async () => {
    await addNode("n1");
    await pass(300, "n1");
    expect(await readyOf("n1")).toMatchObject({ status: "True", reason: "KubeletSaysSo" });
    expect(await taintsOf("n1")).toEqual([]);
    const { labels } = (await nodes.get(keyOf("n1"))).metadata;
    expect(labels).toEqual({ "kubernetes.io/os": "linux", "beta.kubernetes.io/os": "linux" });
    expect(await eventsOf("n1")).toEqual([
      "RegisteredNode: Node n1 event: Registered Node n1 in Controller",
    ]);
  });

  it("that is silent is unknown, keeps new pods away, and its pods are not ready", async () => {
    await addNode("n1");
    await addPod("web", "n1");
    await pass(50, "n1");
    await pass(45);
    expect((await readyOf("n1"))?.status).toBe("True");
    await pass(15);
    expect(await readyOf("n1")).toMatchObject({
      status: "Unknown",
      reason: "NodeStatusUnknown",
      message: "Kubelet stopped posting node status.",
    });
    expect(await taintsOf("n1")).toEqual(["unreachable:NoSchedule"]);
    const { status } = await pods.get(podKey("web"));
    expect(status?.conditions?.find(({ type }) => type === "Ready")?.status).toBe("False");
    expect(await eventsOf("n1")).toContain("NodeNotReady: Node n1 status is now: NodeNotReady");
    expect(await eventsOf("web")).toContain("NodeNotReady: Node is not ready");
  });

  it("that never said anything is unknown after a minute", async () => {
    await nodes.create({ metadata: { name: "n1" } });
    await pass(55);
    expect(await readyOf("n1")).toBeUndefined();
    await pass(15);
    expect(await readyOf("n1")).toMatchObject({
      status: "Unknown",
      reason: "NodeStatusNeverUpdated",
      message: "Kubelet never posted node status.",
    });
  });

  it("that comes back is as it says, without taints", async () => {
    await addNode("n1");
    await pass(70);
    expect((await readyOf("n1"))?.status).toBe("Unknown");
    await post("n1", "True");
    await pass(10, "n1");
    expect((await readyOf("n1"))?.status).toBe("True");
    expect(await taintsOf("n1")).toEqual([]);
  });

  it("that is not ready and says so keeps new pods away", async () => {
    await addNode("n1");
    await post("n1", "False");
    await pass(10, "n1");
    expect(await taintsOf("n1")).toEqual(["not-ready:NoSchedule"]);
    await post("n1", "True");
    await pass(10, "n1");
    expect(await taintsOf("n1")).toEqual([]);
  });

  it("that is closed says so in a taint, as long as it is", async () => {
    await addNode("n1");
    const close = (unschedulable: boolean) =>
      nodes.patch(keyOf("n1"), "merge-patch", { spec: { unschedulable } });
    await close(true);
    await pass(5, "n1");
    expect(await taintsOf("n1")).toEqual(["unschedulable:NoSchedule"]);
    await close(false);
    await pass(5, "n1");
    expect(await taintsOf("n1")).toEqual([]);
  });

  it("that is removed is said good-bye to", async () => {
    await addNode("n1");
    await pass(10, "n1");
    await nodes.delete(keyOf("n1"));
    await pass(10);
    expect(await eventsOf("n1")).toContain(
      "RemovingNode: Node n1 event: Removing Node n1 from Controller",
    );
    expect(server.complaints).toEqual([]);
  });
});

describe("where other nodes are well", () => {
  it("a silent node loses its pods after five minutes, which they tolerate unless they say otherwise", async () => {
    for (const name of ["n1", "n2"]) await addNode(name);
    await addPod("web", "n1");
    await pass(70, "n2");
    expect(await taintsOf("n1")).toEqual(["unreachable:NoExecute", "unreachable:NoSchedule"]);
    expect(await taintsOf("n2")).toEqual([]);
    await pass(270, "n2");
    expect((await pods.get(podKey("web"))).metadata.deletionTimestamp).toBeUndefined();
    await pass(40, "n2");
    const pod = await find(pods, podKey("web"));
    expect(pod === undefined || pod.metadata.deletionTimestamp !== undefined).toBe(true);
  });

  it("one after another is given up, not all at once", async () => {
    for (const name of ["n1", "n2", "n3", "n4"]) await addNode(name);
    const evicting = async (): Promise<number> => {
      const all = await Promise.all(["n1", "n2"].map(taintsOf));
      return all.filter((taints) => taints.includes("unreachable:NoExecute")).length;
    };
    const counts: number[] = [];
    for (let looks = 0; looks < 16; looks++) {
      await pass(5, "n3", "n4");
      counts.push(await evicting());
    }
    expect([...new Set(counts)]).toEqual([0, 1, 2]);
  });

  it("when all are silent it is more likely us: nobody is evicted, and all get their time anew", async () => {
    for (const name of ["n1", "n2"]) await addNode(name);
    await pass(65);
    expect(await taintsOf("n1")).toEqual(["unreachable:NoSchedule"]);
    expect(await taintsOf("n2")).toEqual(["unreachable:NoSchedule"]);
    await post("n2", "True");
    await pass(45, "n2");
    expect(await taintsOf("n2")).toEqual([]);
    expect(await taintsOf("n1")).toContain("unreachable:NoSchedule");
  });
});
