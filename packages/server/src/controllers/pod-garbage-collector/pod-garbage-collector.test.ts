import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Node, Pod, PodSpec } from "../../api/types.ts";
import type { ResourceClient } from "../../client/client.ts";
import { NODES, PODS } from "../../client/resource-type.ts";
import {
  type ControlledServer,
  find,
  isGone,
  startControlledServer,
} from "../controlled-server.fixture.ts";

let server: ControlledServer;
let pods: ResourceClient<Pod>;
let nodes: ResourceClient<Node>;
beforeEach(async () => {
  server = await startControlledServer();
  pods = server.client.resource(PODS);
  nodes = server.client.resource(NODES);
});
afterEach(() => server[Symbol.asyncDispose]());

const keyOf = (name: string) => ({ namespace: "default", name });

async function addPod(name: string, spec: Partial<PodSpec>, finalizers: string[] = []) {
  const containers = [{ name: "main", image: "image" }];
  const metadata = { ...keyOf(name), finalizers };
  return await pods.create({ metadata, spec: { containers, ...spec } });
}

describe("pods of a node that is gone", () => {
  it("have failed, and go after a while", async () => {
    await nodes.create({ metadata: { name: "n1" } });
    await addPod("web", { nodeName: "n1" }, ["example.com/hold"]);
    await nodes.delete({ namespace: "", name: "n1" });
    const deletedAt = server.clock.now();
    const pod = await server.until(async () => {
      const found = await pods.get(keyOf("web"));
      return found.metadata.deletionTimestamp === undefined ? undefined : found;
    }, 1_000);
    const seconds = (server.clock.now() - deletedAt) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(40);
    expect(seconds).toBeLessThanOrEqual(80);
    expect(pod.status?.phase).toBe("Failed");
    expect(pod.status?.conditions?.find(({ type }) => type === "DisruptionTarget")).toMatchObject({
      status: "True",
      reason: "DeletionByPodGC",
      message: "PodGC: node no longer exists",
    });
    await pods.patch(keyOf("web"), "merge-patch", { metadata: { finalizers: null } });
    await server.until(() => isGone(pods, keyOf("web")));
  });

  it("stay when it comes back in time", async () => {
    await addPod("web", { nodeName: "n1" });
    await server.clock.advance(30_000);
    await nodes.create({ metadata: { name: "n1" } });
    await server.clock.advance(200_000);
    expect(await find(pods, keyOf("web"))).toBeDefined();
  });
});

describe("other pods", () => {
  it("that are deleted before they have a node do not wait for it", async () => {
    await addPod("web", { schedulingGates: [{ name: "example.com/gate" }] }, ["example.com/hold"]);
    await pods.delete(keyOf("web"), { gracePeriodSeconds: 30 });
    await server.until(async () => {
      const { status, metadata } = await pods.get(keyOf("web"));
      const isOver = metadata.deletionGracePeriodSeconds === 0;
      return isOver && status?.phase === "Failed" ? true : undefined;
    }, 1_000);
  });

  it("that wait for a node, or run on one, are left alone", async () => {
    await nodes.create({ metadata: { name: "n1" } });
    await addPod("runs", { nodeName: "n1" });
    await addPod("waits", { schedulingGates: [{ name: "example.com/gate" }] });
    await server.clock.advance(200_000);
    for (const name of ["runs", "waits"]) {
      expect((await pods.get(keyOf(name))).status?.phase).toBe("Pending");
    }
    expect(server.complaints).toEqual([]);
  });
});
