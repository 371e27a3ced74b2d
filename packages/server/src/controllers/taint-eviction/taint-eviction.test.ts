import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Node, Pod, Taint, Toleration } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { EVENTS, NODES, PODS } from "../../client/resource-type.ts";
import { createInformer } from "../../informer/informer.ts";
import { silentLogger } from "../../runtime/logger.ts";
import { systemRandom } from "../../runtime/random.ts";
import { runTogether } from "../../runtime/task-group.ts";
import {
  type ControlledServer,
  find,
  startControlledServer,
} from "../controlled-server.fixture.ts";
import { createTaintEviction } from "./taint-eviction.ts";

let server: ControlledServer;
let pods: ResourceClient<Pod>;
let nodes: ResourceClient<Node>;
beforeEach(async () => {
  server = await startControlledServer({ controllers: "*,-node-lifecycle-controller" });
  pods = server.client.resource(PODS);
  nodes = server.client.resource(NODES);
  await nodes.create({ metadata: { name: "n1" } });
});
afterEach(() => server[Symbol.asyncDispose]());

const keyOf = (name: string) => ({ namespace: "default", name });

/** A pod that stays where it is while it is being deleted, so that one can look at it. */
async function addPod(name: string, tolerations: Toleration[] = []): Promise<void> {
  const spec = { containers: [{ name: "main", image: "image" }], nodeName: "n1", tolerations };
  await pods.create({ metadata: keyOf(name), spec });
}

async function taint(...keys: readonly string[]): Promise<void> {
  const taints = keys.map((key): Taint => ({ key, effect: "NoExecute" }));
  await nodes.patch({ namespace: "", name: "n1" }, "merge-patch", { spec: { taints } });
}

const isGoing = async (name: string): Promise<boolean> => {
  const found = await find(pods, keyOf(name));
  return found === undefined || found.metadata.deletionTimestamp !== undefined;
};

const goes = (name: string, stepMs = 0) =>
  server.until(async () => ((await isGoing(name)) ? true : undefined), stepMs);

async function stays(name: string, ms: number): Promise<void> {
  await server.clock.advance(ms);
  expect(await isGoing(name)).toBe(false);
}

async function eventsOf(name: string): Promise<readonly (string | undefined)[]> {
  await server.clock.advance(0);
  const { items } = await server.client.resource(EVENTS).list({ namespace: "default" });
  const found = items.filter(
    ({ involvedObject, reason }) =>
      involvedObject.name === name && reason === "TaintManagerEviction",
  );
  return found.map(({ message }) => message).sort();
}

const forever: Toleration = { key: "bad", operator: "Exists", effect: "NoExecute" };
const awhile: Toleration = { ...forever, tolerationSeconds: 30 };

describe("a node that gets a taint", () => {
  it("loses pods that do not tolerate it, with a condition that says why", async () => {
    await addPod("web");
    await addPod("tough", [forever]);
    await taint("bad");
    await goes("web");
    const { status } = await pods.get(keyOf("web"));
    expect(status?.conditions?.find(({ type }) => type === "DisruptionTarget")).toMatchObject({
      status: "True",
      reason: "DeletionByTaintManager",
      message: "Taint manager: deleting due to NoExecute taint",
    });
    await stays("tough", 3_600_000);
    expect(await eventsOf("web")).toEqual(["Marking for deletion Pod default/web"]);
  });

  it("loses pods that tolerate it for a time when it is over", async () => {
    await addPod("web", [awhile]);
    await taint("bad");
    await stays("web", 29_000);
    await server.clock.advance(1_000);
    await goes("web");
  });

  it("keeps them when the taint is taken away in time", async () => {
    await addPod("web", [awhile]);
    await taint("bad");
    await stays("web", 20_000);
    await taint();
    await stays("web", 60_000);
    expect(await eventsOf("web")).toEqual(["Cancelling deletion of Pod default/web"]);
    await taint("bad");
    await stays("web", 29_000);
    await server.clock.advance(1_000);
    await goes("web");
  });

  it("loses them at once when it gets another one", async () => {
    await addPod("web", [awhile]);
    await taint("bad");
    await stays("web", 20_000);
    await taint("bad", "worse");
    await goes("web");
    expect(await eventsOf("web")).toEqual([
      "Cancelling deletion of Pod default/web",
      "Marking for deletion Pod default/web",
    ]);
  });
});

describe("a pod that comes to a tainted node", () => {
  it("does not stay", async () => {
    await taint("bad");
    await server.clock.advance(0);
    await addPod("web");
    await goes("web");
  });

  it("may tolerate it after all", async () => {
    await taint("bad");
    await addPod("web", [awhile]);
    await stays("web", 10_000);
    await pods.patch(keyOf("web"), "json-patch", [
      { op: "add", path: "/spec/tolerations/0", value: forever },
    ]);
    await stays("web", 60_000);
  });
});

describe("a controller that starts", () => {
  it("finds pods on tainted nodes", async () => {
    const others = "*,-node-lifecycle-controller,-taint-eviction-controller";
    await using blind = await startControlledServer({ controllers: others });
    const { client, clock } = blind;
    const all = client.resource(PODS);
    const taints: Taint[] = [{ key: "bad", effect: "NoExecute" }];
    await client.resource(NODES).create({ metadata: { name: "n1" }, spec: { taints } });
    const spec = { containers: [{ name: "main", image: "image" }], nodeName: "n1" };
    await all.create({ metadata: keyOf("weak"), spec });
    await all.create({ metadata: keyOf("tough"), spec: { ...spec, tolerations: [forever] } });
    const common = { clock, random: systemRandom, logger: silentLogger };
    const pods = createInformer({ ...common, client: all, transform: (pod: Pod) => pod });
    const nodes = createInformer({
      ...common,
      client: client.resource(NODES),
      transform: (node: Node) => node,
    });
    const eviction = createTaintEviction({ ...common, client, pods, nodes });
    const abort = new AbortController();
    const running = runTogether([pods, nodes, eviction], { signal: abort.signal });
    await blind.until(async () => (await all.get(keyOf("weak"))).metadata.deletionTimestamp);
    expect((await all.get(keyOf("tough"))).metadata.deletionTimestamp).toBeUndefined();
    abort.abort();
    await running;
  });
});
