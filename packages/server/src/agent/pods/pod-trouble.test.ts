import { afterEach, describe, expect, it } from "vitest";
import type { PodSpec } from "../../api/types.ts";
import { RuntimeError } from "../pod-runtime.ts";
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

describe("what is missing", () => {
  it("of a volume is waited for, with an event", async () => {
    agent = await startAgentOfServer();
    agent.volumes.failure = new VolumeError("v", 'configmap "absent" not found');
    await agent.create("p", withContainers(C));
    const pod = await agent.until("p", waitsFor("ContainerCreating"), 100);
    expect(pod.status?.phase).toBe("Pending");
    expect(conditionOf(pod, "PodReadyToStartContainers")?.status).toBe("False");
    expect(pod.status?.podIP).toBeUndefined();
    const text = 'MountVolume.SetUp failed for volume "v" : configmap "absent" not found';
    await agent.untilEvents("p", `Warning FailedMount ${text}`);
    // Tried again, and counted.
    await agent.eventually(async () => (await agent.counts("p")).FailedMount === 3, 50);
    agent.volumes.failure = undefined;
    agent.volumes.changed(pod.metadata.uid ?? "");
    await agent.until("p", isRunning);
  });

  it("of the environment is waited for, and recovers when it appears", async () => {
    agent = await startAgentOfServer();
    const env = [{ name: "A", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }];
    await agent.create("p", withContainers({ ...C, env }));
    const pod = await agent.until("p", waitsFor("CreateContainerConfigError"));
    expect(statusOf(pod)?.state?.waiting?.message).toBe('secret "s" not found');
    await agent.untilEvents("p", 'Warning Failed Error: secret "s" not found');
    await agent.node.server.secrets.create({
      metadata: { namespace: "ns", name: "s" },
      data: { k: Buffer.from("value").toString("base64") },
    });
    await agent.until("p", isRunning, 100);
    expect(agent.runtime.run("c").config.env).toContainEqual({ name: "A", value: "value" });
  });

  it("of images is asked for less and less often", async () => {
    agent = await startAgentOfServer({ images: new Set() });
    await agent.create("p", withContainers(C));
    const failed = await agent.until("p", waitsFor("ErrImagePull"));
    expect(statusOf(failed)?.state?.waiting?.message).toBe("host: not found");
    const pod = await agent.until("p", waitsFor("ImagePullBackOff"), 1000);
    expect(statusOf(pod)?.state?.waiting?.message).toBe(
      'Back-off pulling image "host": ErrImagePull: host: not found',
    );
    await agent.untilEvents(
      "p",
      'Normal Pulling Pulling image "host"',
      'Warning Failed Failed to pull image "host": host: not found',
      "Warning Failed Error: ErrImagePull",
      'Normal BackOff Back-off pulling image "host"',
      "Warning Failed Error: ImagePullBackOff",
    );
    agent.runtime.images?.add("host");
    await agent.until("p", isRunning, 1000);
  });

  it.each([
    [
      "Never" as const,
      "host",
      "ErrImageNeverPull",
      'Container image "host" is not present with pull policy of Never',
    ],
    [
      "IfNotPresent" as const,
      "a!b",
      "InvalidImageName",
      `Failed to apply default image tag "a!b": couldn't parse a!b`,
    ],
  ])("of images with %s: %s", async (imagePullPolicy, image, reason, message) => {
    agent = await startAgentOfServer({ images: new Set() });
    await agent.create("p", withContainers({ ...C, image, imagePullPolicy }));
    const pod = await agent.until("p", waitsFor(reason));
    expect(statusOf(pod)?.state?.waiting?.message).toBe(message);
  });

  it("of commands is told as a runtime says it", async () => {
    agent = await startAgentOfServer();
    agent.runtime.failures.set("startContainer", new RuntimeError("start-failed", "no such file"));
    await agent.create("p", withContainers(C));
    const pod = await agent.until("p", waitsFor("RunContainerError"));
    expect(statusOf(pod)?.state?.waiting?.message).toBe("no such file");
    await agent.untilEvents(
      "p",
      'Normal Pulled Container image "host" already present on machine and can be accessed by the pod',
      "Normal Created Container created",
      "Warning Failed Error: no such file",
    );
    await agent.until("p", isRunning, 1000);
  });

  it("of what the runtime can do is told", async () => {
    agent = await startAgentOfServer();
    agent.runtime.failures.set(
      "createContainer",
      new RuntimeError("unsupported", "not as this user"),
    );
    await agent.create("p", withContainers(C));
    const pod = await agent.until("p", waitsFor("CreateContainerError"));
    expect(statusOf(pod)?.state?.waiting?.message).toBe("not as this user");
  });

  it("of a sandbox is told, and tried again", async () => {
    agent = await startAgentOfServer();
    agent.runtime.failures.set("runPod", new RuntimeError("sandbox-failed", "no namespaces"));
    await agent.create("p", withContainers(C));
    await agent.until("p", isRunning, 1000);
    await agent.untilEvents(
      "p",
      "Warning FailedCreatePodSandBox Failed to create pod sandbox: no namespaces",
    );
  });

  it("of a network is told of pods that need one", async () => {
    agent = await startAgentOfServer();
    const problem =
      "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized";
    agent.runtime.problems = async () => [problem];
    const failure = new RuntimeError("sandbox-failed", "no network");
    agent.runtime.failures.set("runPod", failure);
    await agent.create("p", withContainers(C));
    await agent.untilEvents("p", `Warning NetworkNotReady network is not ready: ${problem}`);
    await agent.until("p", isRunning, 1000);
    agent.runtime.failures.set("runPod", failure);
    await agent.create("host", { ...withContainers(C), hostNetwork: true });
    await agent.untilEvents(
      "host",
      "Warning FailedCreatePodSandBox Failed to create pod sandbox: no network",
    );
  });
});

describe("a node", () => {
  it("does not run what only mirrors a pod of another node's files", async () => {
    agent = await startAgentOfServer();
    const body = {
      metadata: {
        namespace: "ns",
        name: "mirror",
        annotations: { "kubernetes.io/config.mirror": "x" },
      },
      spec: { nodeName: "node-1", ...withContainers(C) },
    };
    await agent.node.server.client.send("POST", "/api/v1/namespaces/ns/pods", { body });
    await agent.untilGone("mirror");
    expect(agent.runtime.calls).toEqual([]);
  });

  it.each<[string, Partial<PodSpec>, string, string]>([
    [
      "without the labels",
      { nodeSelector: { disk: "ssd" } },
      "NodeAffinity",
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    [
      "without the room",
      { containers: [{ ...C, resources: { requests: { cpu: "3" } } }] },
      "OutOfcpu",
      "Node didn't have enough resource: cpu, requested: 3000, used: 0, capacity: 2000",
    ],
    [
      "of another system",
      { os: { name: "windows" } },
      "PodOSNotSupported",
      "Failed to admit pod as the OS field doesn't match node OS",
    ],
  ])("%s refuses a pod", async (_what, spec, reason, message) => {
    agent = await startAgentOfServer();
    await agent.create("p", { ...withContainers(C), ...spec });
    const pod = await agent.until("p", ({ status }) => status?.phase === "Failed");
    expect(pod.status).toEqual({
      phase: "Failed",
      reason,
      message: `Pod was rejected: ${message}`,
      startTime: "2026-01-01T00:00:00Z",
      observedGeneration: 1,
      qosClass: expect.any(String),
    });
    await agent.untilEvents("p", `Warning ${reason} ${message}`);
    expect(agent.runtime.calls).toEqual([]);
  });
});
