import { describe, expect, it } from "vitest";
import type { Lease, Node, NodeCondition } from "../../api/types.ts";
import { isSilent, type NodeHealth, observeNode, unknownConditions } from "./node-health.ts";

const NOW = Date.UTC(2026, 0, 1, 1);
const CREATED = "2026-01-01T00:59:30Z";
const condition = (type: string, status: string, lastHeartbeatTime = "a"): NodeCondition => ({
  ...{ type, status: status as "True", lastHeartbeatTime, lastTransitionTime: "before" },
});
const node = (...conditions: NodeCondition[]): Node => ({
  metadata: { name: "n", creationTimestamp: CREATED },
  status: { conditions },
});
const lease = (renewTime: string): Lease => ({ metadata: { name: "n" }, spec: { renewTime } });
const BEFORE: NodeHealth = {
  seenAt: NOW - 40_000,
  heartbeat: "a",
  hadReady: true,
  renewTime: undefined,
};
const R1 = "2026-01-01T00:00:01.000000Z";
const R2 = "2026-01-01T00:00:02.000000Z";

describe("signs of life", () => {
  it.each<[string, NodeHealth | undefined, Node, Lease | undefined, number]>([
    ["a node that is new to us", undefined, node(condition("Ready", "True")), undefined, 0],
    ["one that has said nothing yet", undefined, node(), undefined, 30_000],
    [
      "one that has not said anything new",
      BEFORE,
      node(condition("Ready", "True")),
      undefined,
      40_000,
    ],
    ["a heartbeat", BEFORE, node(condition("Ready", "True", "b")), undefined, 0],
    [
      "a heartbeat that is no good news",
      BEFORE,
      node(condition("Ready", "False", "b")),
      undefined,
      0,
    ],
    ["a lease", BEFORE, node(condition("Ready", "True")), lease(R1), 0],
    [
      "the same lease",
      { ...BEFORE, renewTime: R1 },
      node(condition("Ready", "True")),
      lease(R1),
      40_000,
    ],
    [
      "a lease that was renewed",
      { ...BEFORE, renewTime: R1 },
      node(condition("Ready", "True")),
      lease(R2),
      0,
    ],
    [
      "a lease that goes back",
      { ...BEFORE, renewTime: R2 },
      node(condition("Ready", "True")),
      lease(R1),
      40_000,
    ],
    [
      "its first word",
      { ...BEFORE, hadReady: false },
      node(condition("Ready", "True")),
      undefined,
      0,
    ],
    [
      "no lease any more",
      { ...BEFORE, renewTime: R2 },
      node(condition("Ready", "True")),
      undefined,
      40_000,
    ],
  ])("%s: seen %#", (_name, before, each, its, ago) => {
    expect(NOW - observeNode(before, each, its, NOW).seenAt).toBe(ago);
  });

  it.each<[boolean, number, boolean]>([
    [true, 50_000, false],
    [true, 50_001, true],
    [false, 60_000, false],
    [false, 60_001, true],
  ])("has it spoken before: %s; silent after %i ms: %s", (hadReady, ago, silent) => {
    expect(isSilent({ ...BEFORE, hadReady, seenAt: NOW - ago }, NOW)).toBe(silent);
  });
});

describe("the conditions of a node that is silent", () => {
  it("say that nobody knows, those that it tells of itself", () => {
    const conditions = unknownConditions(
      node(
        condition("Ready", "True"),
        condition("MemoryPressure", "Unknown"),
        condition("NetworkUnavailable", "False"),
      ),
      NOW,
    );
    const unknown = {
      ...{ status: "Unknown", reason: "NodeStatusUnknown" },
      message: "Kubelet stopped posting node status.",
      lastTransitionTime: "2026-01-01T01:00:00Z",
    };
    const never = {
      ...{ status: "Unknown", reason: "NodeStatusNeverUpdated" },
      message: "Kubelet never posted node status.",
      ...{ lastHeartbeatTime: CREATED, lastTransitionTime: "2026-01-01T01:00:00Z" },
    };
    expect(conditions).toEqual([
      { type: "Ready", lastHeartbeatTime: "a", ...unknown },
      condition("MemoryPressure", "Unknown"),
      condition("NetworkUnavailable", "False"),
      { type: "DiskPressure", ...never },
      { type: "PIDPressure", ...never },
    ]);
  });

  it("are left as they are when they say so already", () => {
    expect(unknownConditions(node(condition("Ready", "Unknown")), NOW)).toBeUndefined();
  });

  it("are all made where there are none", () => {
    const types = unknownConditions({ metadata: { name: "n" } }, NOW)?.map(({ type }) => type);
    expect(types).toEqual(["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"]);
  });
});
