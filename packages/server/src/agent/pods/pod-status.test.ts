import { describe, expect, it } from "vitest";
import type { Pod, PodCondition, PodSpec, PodStatus } from "../../api/types.ts";
import { observed } from "./observed.fixture.ts";
import { buildPodStatus, type PodStatusInput, sortByFamily } from "./pod-status.ts";
import { NO_RESULTS } from "./probes/probe-results.ts";

const NOW = Date.UTC(2026, 0, 1, 12);

function build(facts: Partial<PodStatusInput> = {}, spec: Partial<PodSpec> = {}): PodStatus {
  const pod: Pod = {
    metadata: { name: "p", generation: 3 },
    spec: { containers: [{ name: "c" }], ...spec },
    ...facts.pod,
  };
  return buildPodStatus({
    observed: observed("ready", "c running"),
    old: {},
    failures: new Map(),
    runtimeName: "test",
    applied: () => undefined,
    resizes: [],
    probes: NO_RESULTS,
    hostIPs: ["192.0.2.1"],
    mounted: true,
    ended: false,
    agentStartedAt: 0,
    now: NOW,
    ...facts,
    pod,
  });
}

function conditionsOf({ conditions = [] }: PodStatus): Record<string, string> {
  return Object.fromEntries(
    conditions.map(({ type, status, reason }) => [
      type,
      reason === undefined ? status : `${status} ${reason}`,
    ]),
  );
}

function conditionOf(status: PodStatus, type: string): PodCondition | undefined {
  return status.conditions?.find((each) => each.type === type);
}

describe("the status of a pod", () => {
  it("says where it runs, since when, and what of its spec it is about", () => {
    expect(build()).toMatchObject({
      phase: "Running",
      observedGeneration: 3,
      hostIP: "192.0.2.1",
      hostIPs: [{ ip: "192.0.2.1" }],
      podIP: "10.0.0.1",
      podIPs: [{ ip: "10.0.0.1" }],
      startTime: "2026-01-01T12:00:00Z",
    });
    expect(build({ old: { startTime: "2025-01-01T00:00:00Z" } }).startTime).toBe(
      "2025-01-01T00:00:00Z",
    );
  });

  it("has the node's addresses on the node's network", () => {
    const hostIPs = ["192.0.2.1", "2001:db8::1"];
    const status = build({ hostIPs }, { hostNetwork: true });
    expect(status.podIPs).toEqual(hostIPs.map((ip) => ({ ip })));
  });

  it("has no address until volumes are there, and keeps it to the end", () => {
    expect(build({ mounted: false }).podIP).toBeUndefined();
    const old: PodStatus = { podIPs: [{ ip: "10.0.0.1" }], phase: "Running" };
    const ended = { old, ended: true, observed: observed("not-ready", "c exited 0") };
    expect(build(ended).podIP).toBe("10.0.0.1");
    expect(build({ ...ended, ended: false }).podIP).toBeUndefined();
  });

  it("never leaves a phase that is final, and keeps why it has come to that", () => {
    const old: PodStatus = { phase: "Failed", reason: "Evicted", message: "no room" };
    expect(build({ old })).toMatchObject(old);
    expect(build({ old: { phase: "Pending", reason: "x" } }).reason).toBeUndefined();
  });

  it("says why it is ended early", () => {
    const eviction = { reason: "DeadlineExceeded", message: "too long" };
    const status = build({ eviction });
    expect(status).toMatchObject({ phase: "Failed", ...eviction });
    expect(conditionOf(status, "Ready")).toMatchObject({ status: "False", reason: "PodFailed" });
  });

  it("says what is set aside for it", () => {
    const resources = { requests: { cpu: "100m" }, limits: { memory: "1Gi" } };
    const status = build({}, { containers: [{ name: "c", resources }] });
    expect(status.resources).toEqual(resources);
    expect(status.allocatedResources).toEqual(resources.requests);
  });
});

describe("conditions", () => {
  it.each<[string, Partial<PodStatusInput>, Partial<PodSpec>, Record<string, string>]>([
    [
      "hold when all is well",
      {},
      {},
      {
        PodReadyToStartContainers: "True",
        Initialized: "True",
        Ready: "True",
        ContainersReady: "True",
        PodScheduled: "True",
      },
    ],
    [
      "without a sandbox",
      { observed: observed("none") },
      {},
      { PodReadyToStartContainers: "False", Ready: "False ContainersNotReady" },
    ],
    [
      "while it initializes",
      { observed: observed("ready", "i running") },
      { initContainers: [{ name: "i" }] },
      { Initialized: "False ContainersNotInitialized" },
    ],
    [
      "once it is initialized",
      { observed: observed("ready", "i exited 0") },
      { initContainers: [{ name: "i" }] },
      { Initialized: "True" },
    ],
    [
      "while a sidecar comes back",
      { observed: observed("ready", "s exited 1", "c running") },
      { initContainers: [{ name: "s", restartPolicy: "Always" }] },
      { Initialized: "True", ContainersReady: "False ContainersNotReady" },
    ],
    [
      "when it is done",
      { observed: observed("not-ready", "c exited 0"), ended: true },
      { restartPolicy: "Never" },
      {
        Initialized: "True PodCompleted",
        Ready: "False PodCompleted",
        ContainersReady: "False PodCompleted",
      },
    ],
    [
      "while others say no",
      {},
      { readinessGates: [{ conditionType: "example.com/gate" }] },
      { Ready: "False ReadinessGatesNotReady", ContainersReady: "True" },
    ],
  ])("%s", (_what, facts, spec, wanted) => {
    expect(conditionsOf(build(facts, spec))).toMatchObject(wanted);
  });

  it("name the gates that are shut", () => {
    const readinessGates = ["a", "b", "c"].map((conditionType) => ({ conditionType }));
    const pod: Pod = {
      metadata: {},
      spec: { containers: [{ name: "c" }], readinessGates },
      status: {
        conditions: [
          { type: "a", status: "True" },
          { type: "b", status: "False" },
        ],
      },
    };
    expect(conditionOf(build({ pod }), "Ready")?.message).toBe(
      'the status of pod readiness gate "b" is not "True", but False, corresponding condition of pod readiness gate "c" does not exist.',
    );
  });

  it("change their times only where they change", () => {
    const lastTransitionTime = "2025-01-01T00:00:00Z";
    const conditions = [
      { type: "Ready", status: "True", lastTransitionTime },
      { type: "Initialized", status: "False", lastTransitionTime },
    ];
    const status = build({ old: { conditions } });
    expect(conditionOf(status, "Ready")?.lastTransitionTime).toBe(lastTransitionTime);
    expect(conditionOf(status, "Initialized")?.lastTransitionTime).toBe("2026-01-01T12:00:00Z");
  });
});

describe("readiness", () => {
  const probed = {
    containers: [{ name: "c", readinessProbe: { exec: { command: ["x"] } } }],
  };
  it.each<[string, Partial<PodStatusInput>, boolean]>([
    ["waits for its probe", {}, false],
    ["is what the probe says", { probes: { ...NO_RESULTS, readiness: () => "success" } }, true],
    ["ends with it", { probes: { ...NO_RESULTS, readiness: () => "failure" } }, false],
    [
      "is kept from before the agent",
      {
        agentStartedAt: NOW,
        pod: {
          metadata: {},
          spec: probed,
          status: { conditions: [{ type: "Ready", status: "True" }] },
        },
      },
      true,
    ],
    ["is not kept where it was not", { agentStartedAt: NOW }, false],
  ])("%s", (_what, facts, ready) => {
    expect(build(facts, probed).containerStatuses?.[0]?.ready).toBe(ready);
  });

  it("comes after the start", () => {
    const containers = [{ name: "c", startupProbe: { exec: { command: ["x"] } } }];
    const [waiting] = build({}, { containers }).containerStatuses ?? [];
    expect(waiting).toMatchObject({ started: false, ready: false });
    const probes = { ...NO_RESULTS, startup: (): "success" => "success" };
    const [started] = build({ probes }, { containers }).containerStatuses ?? [];
    expect(started).toMatchObject({ started: true, ready: true });
  });
});

describe("addresses", () => {
  it.each([
    [["10.0.0.1", "fd00::1"], "192.0.2.1", ["10.0.0.1", "fd00::1"]],
    [["fd00::1", "10.0.0.1"], "192.0.2.1", ["10.0.0.1", "fd00::1"]],
    [["10.0.0.1", "fd00::1"], "2001:db8::1", ["fd00::1", "10.0.0.1"]],
    [["10.0.0.1", "10.0.0.2"], undefined, ["10.0.0.1"]],
    [[], "192.0.2.1", []],
  ])("%j on a node at %s", (ips, hostIP, sorted) => {
    expect(sortByFamily(ips, hostIP)).toEqual(sorted);
  });
});
