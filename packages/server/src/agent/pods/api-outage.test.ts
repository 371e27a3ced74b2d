import { afterEach, describe, expect, it } from "vitest";
import { type AgentOfServer, startAgentOfServer } from "./agent-of-server.fixture.ts";
import { C, isRunning, statusOf, withContainers } from "./pod-lifecycle.fixture.ts";

let agent: AgentOfServer;
afterEach(() => agent[Symbol.asyncDispose]());

describe("while the API server is away", () => {
  it("pods run on, containers are restarted, and it is told of afterwards", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    agent.away = true;
    agent.runtime.run("c").exit(1);
    await agent.eventually(() => agent.runtime.calls.includes("start c/1"));
    await agent.advance(120_000);
    expect(statusOf(await agent.get("p"))?.restartCount).toBe(0);
    agent.away = false;
    const pod = await agent.until("p", (each) => statusOf(each)?.restartCount === 1, 100);
    expect(statusOf(pod)).toMatchObject({
      state: { running: {} },
      lastState: { terminated: { exitCode: 1 } },
    });
    await agent.eventually(
      async () => ((await agent.counts("p")).Started ?? 0) >= 2 || undefined,
      1_000,
    );
  });

  it("what was made and deleted meanwhile is caught up with", async () => {
    agent = await startAgentOfServer();
    await agent.create("old", withContainers(C));
    await agent.until("old", isRunning);
    agent.away = true;
    // Breaks the watch off.
    await agent.create("new", withContainers({ ...C, name: "d" }));
    await agent.pods.delete({ namespace: "ns", name: "old" });
    await agent.advance(60_000);
    expect(agent.runtime.calls).not.toContain("start d/0");
    expect(agent.runtime.run("c").state.state).toBe("running");
    agent.away = false;
    await agent.until("new", isRunning, 100);
    await agent.untilGone("old", 100);
    expect(agent.runtime.calls).toContain("stop c/0 30000");
  });

  it("an agent that begins ends nothing", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    await agent.stop();
    agent.away = true;
    await agent.restart();
    await agent.advance(120_000);
    expect(agent.runtime.run("c").state.state).toBe("running");
    expect(agent.volumes.left.size).toBe(1);
    agent.away = false;
    await agent.eventually(() => [...agent.agent.pods.all()].length === 1, 1_000);
    expect(agent.runtime.calls.filter((call) => call.startsWith("start"))).toEqual(["start c/0"]);
  });

  it("the last status of a pod waits, and the pod then goes", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    await agent.pods.delete({ namespace: "ns", name: "p" });
    agent.away = true;
    await agent.advance(60_000);
    agent.away = false;
    await agent.untilGone("p", 1_000);
  });
});
