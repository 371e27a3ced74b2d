import { writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { JumpingClock } from "../jumping-clock.fixture.ts";
import { jsonAnswer } from "../streams/agent-answer.ts";
import { VolumeError } from "../volumes/volume.ts";
import { type AgentOfServer, startAgentOfServer } from "./agent-of-server.fixture.ts";
import {
  C,
  conditionOf,
  isRunning,
  statusOf,
  waitsFor,
  withContainers,
} from "./pod-lifecycle.fixture.ts";

let agent: AgentOfServer;
afterEach(() => agent[Symbol.asyncDispose]());

describe("an end", () => {
  it("comes by force when the grace is over", async () => {
    agent = await startAgentOfServer();
    agent.runtime.stubborn.add("c");
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    await agent.pods.delete({ namespace: "ns", name: "p" }, { gracePeriodSeconds: 5 });
    await agent.eventually(() => agent.runtime.calls.includes("stop c/0 5000"));
    await agent.advance(4_900);
    expect(isRunning(await agent.get("p"))).toBe(true);
    await agent.untilGone("p", 100);
    await agent.untilEvents("p", "Normal Killing Stopping container c");
  });

  it("comes sooner when somebody cuts the grace short", async () => {
    agent = await startAgentOfServer();
    agent.runtime.stubborn.add("c");
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    const startedAt = agent.node.server.clock.now();
    await agent.pods.delete({ namespace: "ns", name: "p" }, { gracePeriodSeconds: 600 });
    await agent.eventually(() => agent.runtime.calls.includes("stop c/0 600000"));
    await agent.pods.delete({ namespace: "ns", name: "p" }, { gracePeriodSeconds: 3 });
    await agent.untilGone("p", 100);
    // Not at the end of the first grace.
    expect(agent.node.server.clock.now()).toBeLessThan(startedAt + 60_000);
  });

  it("is waited for until the end of time, and told of as it was asked for", async () => {
    agent = await startAgentOfServer();
    const grace = 9_223_372_036_854_775_807n as unknown as number;
    await agent.create("p", { ...withContainers(C), terminationGracePeriodSeconds: grace });
    await agent.until("p", isRunning);
    const [known] = [...agent.agent.pods.all()];
    expect(jsonAnswer({ items: [known] }).body).toContain(
      '"terminationGracePeriodSeconds":9223372036854775807,',
    );
    agent.runtime.stubborn.add("c");
    await agent.pods.delete({ namespace: "ns", name: "p" });
    await agent.eventually(() => agent.runtime.calls.some((call) => call.startsWith("stop c/0 9")));
    await agent.advance(3_600_000);
    expect(isRunning(await agent.get("p"))).toBe(true);
    await agent.pods.delete({ namespace: "ns", name: "p" }, { gracePeriodSeconds: 3 });
    await agent.untilGone("p", 100);
  });

  it("is tried for pods that are gone already", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    await agent.node.deletePod("p");
    await agent.eventually(() => [...agent.agent.pods.all()].length === 0);
    expect(agent.runtime.calls).toContain("stop c/0 2000");
    expect([...agent.agent.pods.all()]).toEqual([]);
  });

  it("of one that is gone already holds no place that another pod is given", async () => {
    agent = await startAgentOfServer();
    agent.runtime.stubborn.add("c");
    const all = { ...C, resources: { requests: { cpu: "2" } } };
    await agent.create("p", withContainers(all));
    await agent.until("p", isRunning);
    await agent.node.deletePod("p");
    await agent.eventually(() => agent.runtime.calls.includes("stop c/0 2000"));
    await agent.create("next", withContainers({ ...all, name: "d" }));
    await agent.until("next", isRunning);
    expect(agent.runtime.run("c").state.state).toBe("running");
    await agent.eventually(() => [...agent.agent.pods.all()].length === 1, 100);
  });

  it("counts the hook into the grace", async () => {
    agent = await startAgentOfServer();
    const lifecycle = { preStop: { sleep: { seconds: 12 } } };
    await agent.create("p", withContainers({ ...C, lifecycle }));
    await agent.until("p", isRunning);
    await agent.pods.delete({ namespace: "ns", name: "p" });
    await agent.untilGone("p", 500);
    expect(agent.runtime.calls).toContain("stop c/0 18000");
  });

  it("has no more grace than it had, though the clock was set back meanwhile", async () => {
    const clock = new JumpingClock();
    agent = await startAgentOfServer({}, async (parts) => {
      clock.follow(parts.clock);
      return { clock };
    });
    const hook = Promise.withResolvers<{ exitCode: number }>();
    agent.runtime.answer = () => hook.promise;
    const lifecycle = { preStop: { exec: { command: ["wait"] } } };
    await agent.create("p", withContainers({ ...C, lifecycle }));
    await agent.until("p", isRunning);
    await agent.pods.delete({ namespace: "ns", name: "p" }, { gracePeriodSeconds: 10 });
    await agent.eventually(() => agent.runtime.calls.includes("exec c wait"));
    clock.jump(-3_600_000);
    hook.resolve({ exitCode: 0 });
    await agent.untilGone("p", 500);
    expect(agent.runtime.calls).toContain("stop c/0 10000");
  });

  it("gives a hook up that takes longer than the grace", async () => {
    agent = await startAgentOfServer();
    agent.runtime.answer = () => new Promise(() => {});
    const lifecycle = { preStop: { exec: { command: ["wait"] } } };
    await agent.create("p", withContainers({ ...C, lifecycle }));
    await agent.until("p", isRunning);
    await agent.pods.delete({ namespace: "ns", name: "p" }, { gracePeriodSeconds: 10 });
    await agent.untilGone("p", 500);
    expect(agent.runtime.calls).toContain("stop c/0 2000");
  });

  it("comes at the deadline", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", { ...withContainers(C), activeDeadlineSeconds: 20 });
    await agent.until("p", isRunning);
    const pod = await agent.until("p", ({ status }) => status?.phase === "Failed", 500);
    expect(pod.status).toMatchObject({
      reason: "DeadlineExceeded",
      message: "Pod was active on the node longer than the specified deadline",
    });
    await agent.untilEvents(
      "p",
      "Normal DeadlineExceeded Pod was active on the node longer than the specified deadline",
    );
  });

  it("comes to a pod that never began", async () => {
    agent = await startAgentOfServer();
    agent.volumes.failure = new VolumeError("v", "no");
    await agent.create("p", withContainers(C));
    await agent.until("p", waitsFor("ContainerCreating"), 100);
    await agent.pods.delete({ namespace: "ns", name: "p" });
    await agent.untilGone("p", 100);
    await agent.eventually(() => agent.runtime.sandboxes.size === 0);
  });
});

describe("hooks after the start", () => {
  it("hold a container back until they are through", async () => {
    agent = await startAgentOfServer();
    const hook = Promise.withResolvers<{ exitCode: number }>();
    agent.runtime.answer = () => hook.promise;
    const lifecycle = { postStart: { exec: { command: ["prepare"] } } };
    await agent.create("p", withContainers({ ...C, lifecycle }));
    await agent.until(
      "p",
      (each) =>
        waitsFor("ContainerCreating")(each) &&
        conditionOf(each, "PodReadyToStartContainers")?.status === "True",
      50,
    );
    await agent.eventually(() => agent.runtime.calls.includes("exec c prepare"));
    await agent.advance(1_000);
    expect(waitsFor("ContainerCreating")(await agent.get("p"))).toBe(true);
    hook.resolve({ exitCode: 0 });
    await agent.until("p", isRunning);
  });

  it("that fail end the container", async () => {
    agent = await startAgentOfServer();
    agent.runtime.answer = () => ({ exitCode: 1, output: "no" });
    const lifecycle = { postStart: { exec: { command: ["sh", "-c", "x"] } } };
    await agent.create("p", withContainers({ ...C, lifecycle }));
    const pod = await agent.until("p", waitsFor("PostStartHookError"));
    const { uid } = pod.metadata;
    expect(statusOf(pod)?.state?.waiting?.message).toBe(
      `Exec lifecycle hook ([sh -c x]) for Container "c" in Pod "p_ns(${uid})" failed - error: command 'sh -c x' exited with 1: , message: "no"`,
    );
    await agent.untilEvents(
      "p",
      "Warning FailedPostStartHook PostStartHook failed",
      "Normal Killing FailedPostStartHook",
    );
  });
});

describe("last words", () => {
  it.each([
    ["File" as const, "the end", "the end"],
    ["FallbackToLogsOnError" as const, "the end", "the end"],
    ["FallbackToLogsOnError" as const, "", "one\ntwo\n"],
    ["File" as const, "", undefined],
  ])("%s: %s", async (terminationMessagePolicy, words, message) => {
    agent = await startAgentOfServer({
      behaviours: {
        c: (run) => {
          run.say(words);
          const [sandbox] = agent.runtime.sandboxes.values();
          const log = `${sandbox?.config.logDirectory}/${run.config.logPath}`;
          const line = (text: string): string => `2026-01-01T00:00:00.0Z stdout F ${text}\n`;
          writeFileSync(log, line("one") + line("two"));
          run.exit(1);
        },
      },
    });
    const container = { ...C, terminationMessagePolicy };
    await agent.create("p", { ...withContainers(container), restartPolicy: "Never" });
    const pod = await agent.until("p", ({ status }) => status?.phase === "Failed");
    expect(statusOf(pod)?.state?.terminated?.message).toBe(message);
  });
});
