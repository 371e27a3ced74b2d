import { afterEach, describe, expect, it } from "vitest";
import type { Container, Pod, ResourceRequirements } from "../../../api/types.ts";
import { RuntimeError } from "../../pod-runtime.ts";
import { type AgentOfServer, startAgentOfServer } from "../agent-of-server.fixture.ts";
import { C, conditionOf, isRunning, statusOf, withContainers } from "../pod-lifecycle.fixture.ts";

let agent: AgentOfServer;
afterEach(async () => agent[Symbol.asyncDispose]());

const MI = 1024 * 1024;

function resources(cpu: string, memory: string): ResourceRequirements {
  return { limits: { cpu, memory }, requests: { cpu, memory } };
}

async function startPod(name: string, container: Partial<Container>): Promise<Pod> {
  await agent.create(name, withContainers({ ...C, ...container }));
  return await agent.until(name, isRunning);
}

async function resize(name: string, to: ResourceRequirements): Promise<void> {
  await agent.pods.patch(
    { namespace: "ns", name },
    "strategic-merge-patch",
    { spec: { containers: [{ name: "c", resources: to }] } },
    { subresource: "resize" },
  );
}

const has = (type: string) => (pod: Pod) => conditionOf(pod, type) !== undefined;
const runsWith = (cpu: string) => (pod: Pod) => statusOf(pod)?.resources?.limits?.cpu === cpu;

function json(cpu: string, memory: string): string {
  const list = `{"cpu":"${cpu}","memory":"${memory}"}`;
  return `"containers":[{"name":"c","resources":{"limits":${list},"requests":${list}}}]`;
}

const updates = (): string[] => agent.runtime.calls.filter((call) => call.startsWith("update"));

describe("other resources for a pod that runs", () => {
  it("are set aside, applied without a restart, and told", async () => {
    agent = await startAgentOfServer();
    await startPod("p", { resources: resources("500m", "64Mi") });
    await resize("p", resources("1", "128Mi"));
    const pod = await agent.until("p", runsWith("1"));
    expect(updates()).toEqual([`update c/0 ${128 * MI} 1000 1000`]);
    expect(statusOf(pod)).toMatchObject({
      restartCount: 0,
      resources: resources("1", "128Mi"),
      allocatedResources: { cpu: "1", memory: "128Mi" },
    });
    await agent.until("p", (each) => !has("PodResizeInProgress")(each));
    await agent.untilEvents(
      "p",
      `Normal ResizeStarted Pod resize started: {${json("1", "128Mi")},"generation":2}`,
      `Normal ResizeCompleted Pod resize completed: {${json("1", "128Mi")},"generation":2}`,
    );
  });

  it("that the node has not are waited for, and the pod runs on as before", async () => {
    agent = await startAgentOfServer();
    await startPod("other", { resources: resources("1", "64Mi") });
    await startPod("p", { resources: resources("500m", "64Mi") });
    await resize("p", resources("1500m", "64Mi"));
    const pod = await agent.until("p", has("PodResizePending"));
    const why =
      "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000";
    expect(conditionOf(pod, "PodResizePending")).toMatchObject({
      status: "True",
      reason: "Deferred",
      message: why,
      observedGeneration: 2,
    });
    expect(statusOf(pod)).toMatchObject({
      resources: resources("500m", "64Mi"),
      allocatedResources: { cpu: "500m", memory: "64Mi" },
    });
    await agent.untilEvents(
      "p",
      `Warning ResizeDeferred Pod resize OutOfcpu: {${json("1500m", "64Mi")},"generation":2,"error":"${why}"}`,
    );
    expect(updates()).toEqual([]);
    // An agent that begins anew knows what was set aside.
    await agent.restart();
    await agent.eventually(() => agent.agent.pods.podOf("ns", "p") !== undefined);
    await agent.advance(1000);
    expect(updates()).toEqual([]);
    // What another pod leaves is had at once.
    await agent.pods.delete({ namespace: "ns", name: "other" }, { gracePeriodSeconds: 0 });
    const resized = await agent.until("p", runsWith("1500m"));
    expect(conditionOf(resized, "PodResizePending")).toBeUndefined();
    expect(updates()).toEqual([`update c/0 ${64 * MI} 1500 1500`]);
  });

  it("that are wanted no more are waited for no more", async () => {
    agent = await startAgentOfServer();
    await startPod("other", { resources: resources("1", "64Mi") });
    await startPod("p", { resources: resources("500m", "64Mi") });
    await resize("p", resources("1500m", "64Mi"));
    await agent.until("p", has("PodResizePending"));
    await resize("p", resources("500m", "64Mi"));
    await agent.until("p", (pod) => !has("PodResizePending")(pod));
    expect(updates()).toEqual([]);
  });

  it("of less memory than is used are not applied until it is used no more", async () => {
    agent = await startAgentOfServer();
    const resizePolicy = [{ resourceName: "memory", restartPolicy: "NotRequired" }];
    await startPod("p", { resources: resources("1", "128Mi"), resizePolicy });
    agent.runtime.usedMemory = 100 * MI;
    await resize("p", resources("1", "64Mi"));
    const why = `cannot decrease memory limits: attempting to set container "c" memory limit (${64 * MI}) below current usage (${100 * MI})`;
    const failed = await agent.until(
      "p",
      (pod) => conditionOf(pod, "PodResizeInProgress")?.reason === "Error",
    );
    expect(conditionOf(failed, "PodResizeInProgress")?.message).toBe(why);
    expect(statusOf(failed)?.resources).toEqual(resources("1", "128Mi"));
    await agent.untilEvents(
      "p",
      `Warning ResizeError Pod resize error: {${json("1", "64Mi")},"generation":2,"error":"${why.replaceAll('"', '\\"')}"}`,
    );
    expect(updates()).toEqual([]);
    agent.runtime.usedMemory = 10 * MI;
    await agent.until("p", (pod) => !has("PodResizeInProgress")(pod), 1000);
    expect(updates()).toEqual([`update c/0 ${64 * MI} 1000 1000`]);
  });

  it("that the runtime refuses are tried again", async () => {
    agent = await startAgentOfServer();
    await startPod("p", { resources: resources("1", "64Mi") });
    agent.runtime.failures.set("updateContainer", new RuntimeError("update-failed", "busy"));
    await resize("p", resources("500m", "64Mi"));
    const failed = await agent.until(
      "p",
      (pod) => conditionOf(pod, "PodResizeInProgress")?.reason === "Error",
    );
    expect(conditionOf(failed, "PodResizeInProgress")?.message).toBe("busy");
    await agent.until("p", runsWith("500m"), 1000);
  });

  it("are had by a restart where the container's policy says so", async () => {
    agent = await startAgentOfServer();
    const resizePolicy = [{ resourceName: "cpu", restartPolicy: "RestartContainer" }];
    await startPod("p", { resources: resources("500m", "64Mi"), resizePolicy });
    await resize("p", resources("1", "64Mi"));
    const pod = await agent.until("p", (each) => statusOf(each)?.restartCount === 1, 100);
    expect(statusOf(pod)?.resources).toEqual(resources("1", "64Mi"));
    expect(agent.runtime.run("c").config.resources).toMatchObject({ cpuMillis: 1000 });
    expect(updates()).toEqual([]);
    await agent.untilEvents("p", "Normal Killing Container c resize requires restart");
    await agent.until("p", (each) => !has("PodResizeInProgress")(each), 100);
  });
});
