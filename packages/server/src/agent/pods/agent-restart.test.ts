import { existsSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type AgentOfServer, startAgentOfServer } from "./agent-of-server.fixture.ts";
import { C, isRunning, statusOf, withContainers } from "./pod-lifecycle.fixture.ts";

let agent: AgentOfServer;
afterEach(() => agent[Symbol.asyncDispose]());

describe("a restart of the agent", () => {
  it("adopts what runs", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    const calls = agent.runtime.calls.length;
    await agent.restart();
    await agent.advance(100_000);
    expect(agent.runtime.calls.slice(calls)).toEqual([]);
    expect(statusOf(await agent.get("p"))).toMatchObject({ restartCount: 0, ready: true });
  });

  it("finds out that an image was changed meanwhile", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    await agent.stop();
    await agent.pods.patch({ namespace: "ns", name: "p" }, "strategic-merge-patch", {
      spec: { containers: [{ name: "c", image: "other" }] },
    });
    await agent.restart();
    const pod = await agent.until("p", (each) => statusOf(each)?.restartCount === 1);
    expect(statusOf(pod)?.image).toBe("other");
  });

  it("starts again what has ended with the agent, with a restart counted", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    await agent.stop();
    agent.runtime.sandboxes.clear();
    agent.runtime.runs.clear();
    await agent.restart();
    const pod = await agent.until("p", (each) => statusOf(each)?.restartCount === 1);
    expect(statusOf(pod)).toMatchObject({
      state: { running: {} },
      lastState: { terminated: { exitCode: 137, reason: "ContainerStatusUnknown" } },
    });
    expect(agent.runtime.calls).toContain("start c/1");
  });

  it("fails what is not to be run again", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", { ...withContainers(C), restartPolicy: "Never" });
    await agent.until("p", isRunning);
    await agent.stop();
    agent.runtime.sandboxes.clear();
    agent.runtime.runs.clear();
    await agent.restart();
    const pod = await agent.until("p", ({ status }) => status?.phase === "Failed");
    expect(statusOf(pod)?.state?.terminated).toMatchObject({
      exitCode: 137,
      reason: "ContainerStatusUnknown",
    });
  });

  it("removes what was deleted meanwhile", async () => {
    agent = await startAgentOfServer();
    const { metadata } = await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    await agent.stop();
    await agent.node.deletePod("p");
    await agent.restart();
    await agent.eventually(() => !existsSync(`${agent.directory}/logs/ns_p_${metadata.uid}`));
    expect(agent.runtime.sandboxes.size).toBe(0);
    expect(existsSync(`${agent.directory}/pods/${metadata.uid}`)).toBe(false);
    expect(agent.volumes.left.size).toBe(0);
  });
});
