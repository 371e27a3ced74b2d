import { describe, expect, it } from "vitest";
import type { Node, NodeCondition } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { DEFAULT_EVICTION_HARD, parseThresholds } from "./eviction-thresholds.ts";
import { FINDINGS, IDENTITY, MACHINE } from "./machine.fixture.ts";
import { updateConditions } from "./node-conditions.ts";
import {
  hasStatusChanged,
  initialNode,
  missingLabels,
  nodePatch,
  updateNodeStatus,
} from "./node-object.ts";
import { bytesQuantity } from "./node-quantity.ts";

const now = Date.UTC(2026, 7, 1);
const later = now + 60_000;
const HEALTHY = { pressure: { memory: false, disk: false, pid: false }, problems: [] };

describe("a new node", () => {
  const { node } = initialNode(
    IDENTITY,
    { ...FINDINGS, thresholds: parseThresholds(DEFAULT_EVICTION_HARD) },
    now,
  );

  it("says what it is", () => {
    expect(node.metadata).toEqual({
      name: "n",
      labels: {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": "host",
        "kubernetes.io/os": "linux",
      },
      annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" },
    });
    expect(node.spec).toEqual({});
    expect(node.status?.nodeInfo).toMatchObject({
      machineID: "machine",
      osImage: "Debian GNU/Linux 12 (bookworm)",
      containerRuntimeVersion: "process://1",
      kubeletVersion: "v1.36.2",
      operatingSystem: "linux",
    });
    expect(node.status?.daemonEndpoints).toEqual({ kubeletEndpoint: { Port: 10250 } });
  });

  it("says what it has, and what of it pods may have", () => {
    const huge = { "hugepages-1Gi": "0", "hugepages-2Mi": "0" };
    expect(node.status?.capacity).toEqual({
      cpu: "2",
      memory: "8Gi",
      "ephemeral-storage": "100Gi",
      pods: "110",
      ...huge,
    });
    expect(node.status?.allocatable).toEqual({
      cpu: "2",
      memory: "8092Mi",
      "ephemeral-storage": "90Gi",
      pods: "110",
      ...huge,
    });
  });

  it("says what pods may need of it", () => {
    expect(node.status?.declaredFeatures).toEqual([
      "InPlacePodLevelResourcesVerticalScaling",
      "InPlacePodVerticalScalingInitContainers",
      "RestartAllContainersOnContainerExits",
    ]);
  });

  it("may have labels and taints of its own", () => {
    const taint = { key: "a", effect: "NoSchedule" } as const;
    const more = { labels: { a: "b", "kubernetes.io/hostname": "other" }, taints: [taint] };
    const { node: own } = initialNode({ ...IDENTITY, ...more }, FINDINGS, now);
    expect(own.metadata.labels).toMatchObject(more.labels);
    expect(own.spec).toEqual({ taints: [taint] });
  });
});

describe("conditions", () => {
  const first = updateConditions([], HEALTHY, now);
  const find = (list: readonly NodeCondition[], type: string) =>
    list.find((each) => each.type === type);

  it("of a node that is well", () => {
    expect(first.conditions.map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ["MemoryPressure", "False", "KubeletHasSufficientMemory"],
      ["DiskPressure", "False", "KubeletHasNoDiskPressure"],
      ["PIDPressure", "False", "KubeletHasSufficientPID"],
      ["Ready", "True", "KubeletReady"],
    ]);
    expect(first.events).toEqual([
      "NodeHasSufficientMemory",
      "NodeHasNoDiskPressure",
      "NodeHasSufficientPID",
    ]);
  });

  it("have heartbeats, and change only when their status does", () => {
    const { conditions, events } = updateConditions(first.conditions, HEALTHY, later);
    expect(events).toEqual([]);
    for (const condition of conditions) {
      expect(condition).toMatchObject({
        lastHeartbeatTime: formatTime(later),
        lastTransitionTime: formatTime(now),
      });
    }
  });

  it("tell of pressure and of what the node cannot do", () => {
    const health = {
      pressure: { memory: true, disk: false, pid: false },
      problems: ["container runtime is down", "PLEG is not healthy"],
    };
    const { conditions, events } = updateConditions(first.conditions, health, later);
    expect(events).toEqual(["NodeHasInsufficientMemory", "NodeNotReady"]);
    expect(find(conditions, "Ready")).toEqual({
      type: "Ready",
      status: "False",
      reason: "KubeletNotReady",
      message: "[container runtime is down, PLEG is not healthy]",
      lastHeartbeatTime: formatTime(later),
      lastTransitionTime: formatTime(later),
    });
    const back = updateConditions(conditions, HEALTHY, later + 1_000);
    expect(back.events).toEqual(["NodeHasSufficientMemory", "NodeReady"]);
  });

  it("that somebody set to unknown are known again", () => {
    const unknown = first.conditions.map((condition) => ({ ...condition, status: "Unknown" }));
    const { conditions, events } = updateConditions(unknown, HEALTHY, later);
    expect(conditions.map(({ status }) => status)).toEqual(["False", "False", "False", "True"]);
    expect(events).toContain("NodeReady");
  });

  it("of others stay, and where they are", () => {
    const other = { type: "NetworkUnavailable", status: "False" };
    const { conditions } = updateConditions([other, ...first.conditions], HEALTHY, later);
    expect(conditions[0]).toBe(other);
    expect(conditions).toHaveLength(5);
  });
});

describe("a report", () => {
  const node: Node = initialNode(IDENTITY, FINDINGS, now).node;
  const before = node.status ?? {};
  const same = updateNodeStatus(before, IDENTITY, FINDINGS, later).status;

  it("of nothing but heartbeats is no change", () => {
    expect(hasStatusChanged(before, same)).toBe(false);
    const patch = nodePatch(node, same, {}) as { status: { conditions: unknown[] } };
    expect(Object.keys(patch)).toEqual(["status"]);
    expect(Object.keys(patch.status)).toEqual(["conditions"]);
    expect(patch.status.conditions).toHaveLength(4);
  });

  it("of new addresses replaces the old ones", () => {
    const addresses = [{ type: "InternalIP", address: "192.0.2.8" }];
    const { status } = updateNodeStatus(before, IDENTITY, { ...FINDINGS, addresses }, later);
    expect(hasStatusChanged(before, status)).toBe(true);
    expect(nodePatch(node, status, {}).status).toMatchObject({
      addresses: [...addresses, { $patch: "replace" }],
    });
  });

  it("keeps resources of others", () => {
    const capacity = { ...before.capacity, "example.com/gpu": "1" };
    const { status } = updateNodeStatus({ ...before, capacity }, IDENTITY, FINDINGS, later);
    expect(status.capacity).toMatchObject({ "example.com/gpu": "1", cpu: "2" });
  });

  it("puts back labels that somebody took", () => {
    const { "kubernetes.io/os": _os, ...labels } = node.metadata.labels ?? {};
    const without = { ...node, metadata: { ...node.metadata, labels } };
    expect(missingLabels(without, IDENTITY, MACHINE)).toEqual({ "kubernetes.io/os": "linux" });
    expect(missingLabels(node, IDENTITY, MACHINE)).toEqual({});
  });
});

it.each([
  [0, "0"],
  [1_000, "1000"],
  [1_024, "1Ki"],
  [24_684_084 * 1_024, "24684084Ki"],
  [3 * 1024 ** 3, "3Gi"],
  [-5, "0"],
])("%d bytes are %s", (bytes, text) => {
  expect(bytesQuantity(bytes)).toBe(text);
});
