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
    await agent.until("p", (each) => conditionOf(each, "Ready")?.status === "True", 100);
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
    await agent.eventually(async () => ((await agent.counts("p")).Unhealthy ?? 0) === 1, 100);
    expect(statusOf(await agent.get("p"))?.restartCount).toBe(0);
    await agent.eventually(async () => ((await agent.counts("p")).Unhealthy ?? 0) === 2, 100);
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
    const looks = (): number => agent.runtime.calls.filter((call) => /started$/.test(call)).length;
    await agent.eventually(() => looks() === 3, 100);
    expect(agent.runtime.calls).not.toContain("exec c look");
    exitCode = 0;
    const ready = await agent.until("p", (each) => statusOf(each)?.ready === true, 100);
    expect(statusOf(ready)?.started).toBe(true);
  });
});
