import { describe, expect, it } from "vitest";
import type { NodeSelectorTerm, Pod } from "../../api/types.ts";
import { waitingPod } from "./node-filters.ts";
import type { NodeInfo } from "./node-info.ts";
import { placePod } from "./place-pod.ts";
import { nodeInfo, pod } from "./pods.fixture.ts";

function messageOf(each: Pod, nodes: readonly NodeInfo[], problem?: string): string {
  const placement = placePod(waitingPod(each), nodes, problem);
  return placement.outcome === "node" ? `goes to ${placement.info.name}` : placement.message;
}

function onNodes(...nodeSelectorTerms: NodeSelectorTerm[]) {
  return {
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
    },
  };
}

const named = (name: string) => ({ key: "metadata.name", operator: "In" as const, values: [name] });
const TAINTED = { taints: [{ key: "a", effect: "NoSchedule" as const }] };
const greedy = (name: string) => pod({ name, requests: { cpu: "2" } });

describe("what a pod is told that no node takes", () => {
  it.each<[string, string, string]>([
    ["nobody is there", messageOf(pod(), []), "no nodes available to schedule pods"],
    [
      "one node does not match",
      messageOf(pod({ nodeSelector: { a: "b" } }), [nodeInfo("n")]),
      "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    ],
    [
      "several reasons, counted and sorted",
      messageOf(pod({ requests: { cpu: "1", memory: "1Gi" } }), [
        nodeInfo("a", TAINTED),
        nodeInfo("b", { pods: [greedy("x")] }),
        nodeInfo("c", { pods: [greedy("y")] }),
        nodeInfo("d", { allocatable: { memory: "1Mi" }, pods: [greedy("z")] }),
      ]),
      "0/4 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s), 3 Insufficient cpu. no new claims to deallocate, preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
    ],
    [
      "it preempts nobody",
      messageOf(pod({ preemptionPolicy: "Never", nodeSelector: { a: "b" } }), [nodeInfo("n")]),
      "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
    ],
    [
      "it may be on one node only",
      messageOf(pod({ requests: { cpu: "3" }, ...onNodes({ matchFields: [named("a")] }) }), [
        nodeInfo("a"),
        nodeInfo("b"),
      ]),
      "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    ],
    [
      "it may be nowhere",
      messageOf(pod(onNodes({ matchFields: [named("a"), named("b")] })), [nodeInfo("a")]),
      "0/1 nodes are available: pod affinity terms conflict. not found",
    ],
    [
      "something else is wrong",
      messageOf(
        pod(),
        [nodeInfo("a"), nodeInfo("b")],
        "pod has unbound immediate PersistentVolumeClaims",
      ),
      "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
    ],
  ])("%s", (_name, message, wanted) => {
    expect(message).toBe(wanted);
  });
});

describe("which of several nodes a pod goes to", () => {
  const preferred = (key: string, weight: number) => ({
    weight,
    preference: { matchExpressions: [{ key, operator: "Exists" as const }] },
  });
  const likes = pod({
    controller: "rs",
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [preferred("x", 1), preferred("y", 5)],
      },
    },
  });
  const unliked = { taints: [{ key: "a", effect: "PreferNoSchedule" as const }] };

  it.each<[string, Pod, readonly NodeInfo[], string]>([
    ["the only one that takes it", pod(), [nodeInfo("a", TAINTED), nodeInfo("b")], "b"],
    [
      "the one that it names",
      pod(onNodes({ matchFields: [named("b")] })),
      [nodeInfo("a"), nodeInfo("b")],
      "b",
    ],
    ["the first by name, all else being equal", pod(), [nodeInfo("b"), nodeInfo("a")], "a"],
    [
      "the one with the fewest pods",
      pod(),
      [nodeInfo("a", { pods: [greedy("x")] }), nodeInfo("b")],
      "b",
    ],
    [
      "the one with the fewest of its kind, though it has more pods",
      pod({ controller: "rs" }),
      [
        nodeInfo("a", { pods: [pod({ name: "x", controller: "rs" })] }),
        nodeInfo("b", { pods: [pod({ name: "y" }), pod({ name: "z" })] }),
      ],
      "b",
    ],
    [
      "the one that it prefers, though there are more of its kind",
      likes,
      [
        nodeInfo("a", { labels: { x: "" } }),
        nodeInfo("b", { labels: { y: "" }, pods: [pod({ name: "x", controller: "rs" })] }),
      ],
      "b",
    ],
    [
      "the one without a taint that would rather not, though it prefers the other",
      likes,
      [nodeInfo("a", { ...unliked, labels: { y: "" } }), nodeInfo("b")],
      "b",
    ],
  ])("%s", (_name, each, nodes, wanted) => {
    expect(messageOf(each, nodes)).toBe(`goes to ${wanted}`);
  });
});
