import { afterEach, describe, expect, it } from "vitest";
import type { Container } from "../../api/types.ts";
import { type AgentOfServer, startAgentOfServer } from "./agent-of-server.fixture.ts";
import {
  C,
  conditionOf,
  exits,
  isRunning,
  statusOf,
  waitsFor,
  withContainers,
} from "./pod-lifecycle.fixture.ts";

let agent: AgentOfServer;
afterEach(() => agent[Symbol.asyncDispose]());

describe("restarts", () => {
  it("wait longer each time, and are told of", async () => {
    agent = await startAgentOfServer({ behaviours: { c: exits(1) } });
    await agent.create("p", withContainers(C));
    const pod = await agent.until("p", waitsFor("CrashLoopBackOff"));
    const { uid } = pod.metadata;
    expect(statusOf(pod)).toMatchObject({
      restartCount: 1,
      ready: false,
      started: false,
      state: {
        waiting: { message: `back-off 10s restarting failed container=c pod=p_ns(${uid})` },
      },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    });
    expect(pod.status?.phase).toBe("Running");
    await agent.untilEvents(
      "p",
      `Warning BackOff Back-off restarting failed container c in pod p_ns(${uid})`,
    );
    const again = await agent.until(
      "p",
      (each) => statusOf(each)?.restartCount === 2 && waitsFor("CrashLoopBackOff")(each),
      500,
    );
    expect(statusOf(again)?.state?.waiting?.message).toContain("back-off 20s");
    expect(agent.runtime.calls.filter((call) => call.startsWith("start"))).toEqual([
      "start c/0",
      "start c/1",
      "start c/2",
    ]);
    // Of each container the last two runs are kept.
    expect(agent.runtime.runs.size).toBe(2);
  });

  it.each([
    ["OnFailure", 0, "Succeeded", "PodCompleted"],
    ["Never", 0, "Succeeded", "PodCompleted"],
    ["Never", 3, "Failed", "PodFailed"],
  ] as const)(
    "do not happen with %s and exit code %i",
    async (restartPolicy, code, phase, reason) => {
      agent = await startAgentOfServer({ behaviours: { c: exits(code) } });
      await agent.create("p", { ...withContainers(C), restartPolicy });
      const pod = await agent.until("p", ({ status }) => status?.phase === phase);
      expect(statusOf(pod)?.state?.terminated).toMatchObject({ exitCode: code });
      expect(conditionOf(pod, "Ready")).toMatchObject({ status: "False", reason });
      expect(conditionOf(pod, "PodReadyToStartContainers")?.status).toBe("False");
      expect(agent.runtime.calls.filter((call) => call.startsWith("start"))).toHaveLength(1);
      await agent.eventually(() => agent.volumes.calls.includes("tear-down"));
      // Its logs can still be read.
      const { uid = "" } = pod.metadata;
      expect(agent.agent.pods.instanceOf(uid, "c", "current")?.logPath).toBe(
        `${agent.directory}/logs/ns_p_${uid}/c/0.log`,
      );
      await agent.pods.delete({ namespace: "ns", name: "p" });
      await agent.eventually(() => [...agent.agent.pods.all()].length === 0);
      expect(agent.runtime.sandboxes.size).toBe(0);
    },
  );

  it("follow the rules of a container before its pod's", async () => {
    const exitCodes = [7, 0];
    agent = await startAgentOfServer({
      behaviours: { c: (run) => run.exit(exitCodes.shift() ?? 0) },
    });
    const rules = {
      restartPolicy: "Never",
      restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [7] } }],
    };
    await agent.create("p", { ...withContainers({ ...C, ...rules }), restartPolicy: "Never" });
    const pod = await agent.until("p", ({ status }) => status?.phase === "Succeeded");
    expect(statusOf(pod)?.restartCount).toBe(1);
  });

  it("begin anew with another image", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    await agent.pods.patch({ namespace: "ns", name: "p" }, "strategic-merge-patch", {
      spec: { containers: [{ name: "c", image: "other" }] },
    });
    const pod = await agent.until("p", (each) => statusOf(each)?.restartCount === 1);
    expect(statusOf(pod)).toMatchObject({ image: "other", lastState: { terminated: {} } });
    await agent.untilEvents(
      "p",
      "Normal Killing Container c definition changed, will be restarted",
    );
  });

  it("of all containers happen when one asks for them", async () => {
    const codes = [9];
    agent = await startAgentOfServer({
      behaviours: { asks: (run) => (codes.length > 0 ? run.exit(codes.pop() ?? 0) : undefined) },
    });
    const asks: Container = {
      ...C,
      name: "asks",
      restartPolicy: "Never",
      restartPolicyRules: [
        { action: "RestartAllContainers", exitCodes: { operator: "In", values: [9] } },
      ],
    };
    await agent.create("p", { ...withContainers(asks, C), restartPolicy: "Never" });
    const pod = await agent.until(
      "p",
      (each) => statusOf(each)?.restartCount === 1 && statusOf(each)?.state?.running !== undefined,
    );
    expect(conditionOf(pod, "AllContainersRestarting")?.status).toBe("False");
    expect(statusOf(pod)?.lastState?.terminated).toMatchObject({
      reason: "RestartingAllContainers",
      exitCode: 137,
    });
    expect(agent.runtime.calls.filter((call) => /^(start|remove|stop) /.test(call))).toEqual([
      "start asks/0",
      "start c/0",
      "stop c/0 2000",
      "remove c/0",
      "remove asks/0",
      "start asks/1",
      "start c/1",
    ]);
  });
});

describe("init containers", () => {
  it("run one after another, then the others", async () => {
    agent = await startAgentOfServer({ behaviours: { one: exits(0), two: exits(0) } });
    const init = ["one", "two"].map((name) => ({ ...C, name }));
    await agent.create("p", { ...withContainers(C), initContainers: init });
    const pod = await agent.until("p", isRunning);
    expect(agent.runtime.calls.filter((call) => call.startsWith("start"))).toEqual([
      "start one/0",
      "start two/0",
      "start c/0",
    ]);
    expect(pod.status?.initContainerStatuses?.map(({ ready }) => ready)).toEqual([true, true]);
  });

  it("hold the others back while they fail", async () => {
    agent = await startAgentOfServer({ behaviours: { one: exits(2) } });
    await agent.create("p", { ...withContainers(C), initContainers: [{ ...C, name: "one" }] });
    const pod = await agent.until("p", waitsFor("CrashLoopBackOff", "one"));
    expect(pod.status?.phase).toBe("Pending");
    expect(statusOf(pod)?.state?.waiting?.reason).toBe("PodInitializing");
    expect(conditionOf(pod, "Initialized")).toMatchObject({
      status: "False",
      reason: "ContainersNotInitialized",
      message: "containers with incomplete status: [one]",
    });
  });

  it("fail the pod for good with Never", async () => {
    agent = await startAgentOfServer({ behaviours: { one: exits(2) } });
    const initContainers = [{ ...C, name: "one" }];
    await agent.create("p", { ...withContainers(C), initContainers, restartPolicy: "Never" });
    const pod = await agent.until("p", ({ status }) => status?.phase === "Failed");
    expect(statusOf(pod)?.state?.waiting?.reason).toBe("PodInitializing");
    expect(agent.runtime.calls.some((call) => call.startsWith("create c/"))).toBe(false);
  });

  it("that are sidecars run beside the others, and end after them", async () => {
    agent = await startAgentOfServer();
    const sidecars = ["early", "late"].map((name) => ({ ...C, name, restartPolicy: "Always" }));
    await agent.create("p", { ...withContainers(C), initContainers: sidecars });
    await agent.until("p", isRunning);
    await agent.pods.delete({ namespace: "ns", name: "p" });
    await agent.untilGone("p");
    expect(agent.runtime.calls.filter((call) => /^(start|stop) /.test(call))).toEqual([
      "start early/0",
      "start late/0",
      "start c/0",
      "stop c/0 30000",
      "stop late/0 30000",
      "stop early/0 30000",
    ]);
  });

  it("that are sidecars do not keep a job alive", async () => {
    agent = await startAgentOfServer();
    const initContainers = [{ ...C, name: "side", restartPolicy: "Always" }];
    await agent.create("p", { ...withContainers(C), initContainers, restartPolicy: "Never" });
    await agent.until("p", isRunning);
    agent.runtime.run("c").exit(0);
    const pod = await agent.until("p", ({ status }) => status?.phase === "Succeeded");
    expect(statusOf(pod, "side")?.state?.terminated).toBeDefined();
  });
});

describe("ephemeral containers", () => {
  it("are started once, beside the others", async () => {
    agent = await startAgentOfServer({ behaviours: { debug: exits(0) } });
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    await agent.pods.patch(
      { namespace: "ns", name: "p" },
      "strategic-merge-patch",
      { spec: { ephemeralContainers: [{ ...C, name: "debug" }] } },
      { subresource: "ephemeralcontainers" },
    );
    const pod = await agent.until(
      "p",
      (each) => statusOf(each, "debug")?.state?.terminated !== undefined,
    );
    expect(isRunning(pod)).toBe(true);
    await agent.advance(100_000);
    expect(agent.runtime.calls.filter((call) => call.startsWith("start debug"))).toHaveLength(1);
    await agent.untilEvents("p", "Normal Started Container started");
  });

  it("see the processes of the container that they name", async () => {
    agent = await startAgentOfServer();
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning);
    const debug = (name: string, targetContainerName: string): object => ({
      ...C,
      ...{ name, targetContainerName },
    });
    await agent.pods.patch(
      { namespace: "ns", name: "p" },
      "strategic-merge-patch",
      { spec: { ephemeralContainers: [debug("debug", "c")] } },
      { subresource: "ephemeralcontainers" },
    );
    await agent.until("p", (each) => statusOf(each, "debug")?.state?.running !== undefined);
    const { targetContainerId } = agent.runtime.run("debug").config;
    expect(targetContainerId).toBe(agent.runtime.run("c").state.id);
  });
});
