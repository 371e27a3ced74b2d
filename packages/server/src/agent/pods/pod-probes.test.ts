import { afterEach, describe, expect, it } from "vitest";
import { type AgentOfServer, startAgentOfServer } from "./agent-of-server.fixture.ts";
import { C, conditionOf, isRunning, statusOf, withContainers } from "./pod-lifecycle.fixture.ts";

let agent: AgentOfServer;
afterEach(() => agent[Symbol.asyncDispose]());

describe("probes", () => {
  const exec = { command: ["look"] };

  it("of readiness hold the pod back", async () => {
    agent = await startAgentOfServer();
    let exitCode = 1;
    agent.runtime.answer = () => ({ exitCode, output: "not yet" });
    const readinessProbe = { exec, periodSeconds: 5 };
    await agent.create("p", withContainers({ ...C, readinessProbe }));
    const pod = await agent.until("p", isRunning);
    expect(conditionOf(pod, "Ready")).toMatchObject({
      status: "False",
      reason: "ContainersNotReady",
      message: "containers with unready status: [c]",
    });
    await agent.untilEvents("p", "Warning Unhealthy Readiness probe failed: not yet");
    exitCode = 0;
    await agent.advance(5_000);
    await agent.until("p", (each) => conditionOf(each, "Ready")?.status === "True");
  });

  it("of liveness have a container restarted", async () => {
    agent = await startAgentOfServer();
    let exitCode = 0;
    agent.runtime.answer = () => ({ exitCode, output: "dead" });
    const livenessProbe = {
      exec,
      periodSeconds: 5,
      failureThreshold: 2,
      terminationGracePeriodSeconds: 4,
    };
    await agent.create("p", withContainers({ ...C, livenessProbe }));
    await agent.until("p", isRunning);
    exitCode = 1;
    await agent.advance(5_000);
    expect(statusOf(await agent.get("p"))?.restartCount).toBe(0);
    await agent.advance(5_000);
    exitCode = 0;
    await agent.until("p", (each) => statusOf(each)?.restartCount === 1);
    await agent.untilEvents(
      "p",
      "Warning Unhealthy Liveness probe failed: dead",
      "Normal Killing Container c failed liveness probe, will be restarted",
    );
    expect(agent.runtime.calls).toContain("stop c/0 4000");
  });

  it("of the start come before the others", async () => {
    agent = await startAgentOfServer();
    let exitCode = 1;
    agent.runtime.answer = () => ({ exitCode });
    const startupProbe = { exec: { command: ["started"] }, periodSeconds: 1, failureThreshold: 5 };
    const readinessProbe = { exec, periodSeconds: 1 };
    await agent.create("p", withContainers({ ...C, startupProbe, readinessProbe }));
    const pod = await agent.until("p", isRunning);
    expect(statusOf(pod)).toMatchObject({ started: false, ready: false });
    await agent.advance(2_000);
    expect(agent.runtime.calls).not.toContain("exec c look");
    exitCode = 0;
    await agent.advance(1_000);
    const ready = await agent.until("p", (each) => statusOf(each)?.ready === true);
    expect(statusOf(ready)?.started).toBe(true);
  });
});
