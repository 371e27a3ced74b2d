import { describe, expect, it } from "vitest";
import type { Node, Pod, PodPhase } from "../../api/types.ts";
import { findGarbage, type Garbage } from "./find-garbage.ts";

interface Facts {
  readonly phase?: PodPhase;
  readonly reason?: string;
  readonly node?: string;
  readonly isGoing?: boolean;
  readonly created?: string;
}

function pod(
  name: string,
  { phase = "Running", reason, node = "n1", isGoing, created }: Facts = {},
): Pod {
  return {
    metadata: {
      ...{ name, creationTimestamp: created ?? "2026-01-01T00:00:00Z" },
      ...(isGoing === true ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    },
    spec: { containers: [], ...(node === "" ? {} : { nodeName: node }) },
    status: { phase, ...(reason === undefined ? {} : { reason }) },
  };
}

function node(name: string, isReady: boolean, key: string): Node {
  return {
    metadata: { name },
    spec: { taints: [{ key, effect: "NoExecute" }] },
    status: { conditions: [{ type: "Ready", status: isReady ? "True" : "Unknown" }] },
  };
}

const OUT = "node.kubernetes.io/out-of-service";
const NODES = new Map([
  ["n1", node("n1", true, "other")],
  ["down", node("down", false, "other")],
  ["out", node("out", false, OUT)],
  ["ready", node("ready", true, OUT)],
]);

function find(pods: readonly Pod[], threshold = 0): Record<string, readonly unknown[]> {
  const garbage: Garbage = findGarbage({
    ...{ pods, nodeOf: (name) => NODES.get(name), goneNodes: new Set(["gone"]) },
    terminatedPodThreshold: threshold,
  });
  const found = Object.entries(garbage).filter(([, each]) => each.length > 0);
  return Object.fromEntries(
    found.map(([why, each]: [string, readonly Pod[]]) => [why, each.map((p) => p.metadata.name)]),
  );
}

describe("pods that nobody else takes away", () => {
  it.each<[string, readonly Pod[], Record<string, readonly unknown[]>]>([
    ["a pod that runs", [pod("a")], {}],
    ["a pod that waits", [pod("a", { node: "", phase: "Pending" })], {}],
    ["on a node that is gone", [pod("a", { node: "gone" })], { orphaned: ["a"] }],
    [
      "ended, on a node that is gone",
      [pod("a", { node: "gone", phase: "Failed" })],
      { orphaned: ["a"] },
    ],
    ["on a node that nobody knows yet", [pod("a", { node: "new" })], {}],
    ["going, without a node", [pod("a", { node: "", isGoing: true })], { unscheduled: ["a"] }],
    ["going, on its node", [pod("a", { isGoing: true })], {}],
    ["going, on a node that is down", [pod("a", { node: "down", isGoing: true })], {}],
    [
      "going, on one out of service",
      [pod("a", { node: "out", isGoing: true })],
      { outOfService: ["a"] },
    ],
    ["on one out of service, but not going", [pod("a", { node: "out" })], {}],
    ["going, on one that is ready after all", [pod("a", { node: "ready", isGoing: true })], {}],
  ])("%s", (_name, pods, wanted) => {
    expect(find(pods)).toEqual(wanted);
  });
});

describe("pods that have ended", () => {
  const all = [
    pod("young", { phase: "Succeeded", created: "2026-01-03T00:00:00Z" }),
    pod("old", { phase: "Failed", created: "2026-01-01T00:00:00Z" }),
    pod("b", { phase: "Succeeded", created: "2026-01-02T00:00:00Z" }),
    pod("a", { phase: "Succeeded", created: "2026-01-02T00:00:00Z" }),
    pod("evicted", { phase: "Failed", reason: "Evicted", created: "2026-01-04T00:00:00Z" }),
    pod("runs"),
  ];

  it.each<[number, readonly string[]]>([
    [5, []],
    [4, ["evicted"]],
    [2, ["evicted", "old", "a"]],
    [1, ["evicted", "old", "a", "b"]],
    [0, []],
  ])("go when there are more than %i: %j", (threshold, names) => {
    expect(find(all, threshold)).toEqual(names.length === 0 ? {} : { terminated: names });
  });
});
