import { describe, expect, it } from "vitest";
import type { DaemonSet, Node, Taint } from "../../api/types.ts";
import { daemonSet, node } from "./daemon-set.fixture.ts";
import { nodeFitter } from "./node-fit.ts";

const taint = (key: string, effect: Taint["effect"]): Node =>
  node("n1", { taints: [{ key, effect }] });
const tolerant = daemonSet({ template: { tolerations: [{ key: "a", operator: "Exists" }] } });

describe("whether a DaemonSet is for a node", () => {
  it.each<[string, DaemonSet, Node, "runs" | "may stay" | "no"]>([
    ["any node", daemonSet(), node("n1"), "runs"],
    ["the node it names", daemonSet({ template: { nodeName: "n1" } }), node("n1"), "runs"],
    ["another than it names", daemonSet({ template: { nodeName: "n2" } }), node("n1"), "no"],
    [
      "one with its label",
      daemonSet({ template: { nodeSelector: { disk: "ssd" } } }),
      node("n1", {}, { disk: "ssd" }),
      "runs",
    ],
    ["one without", daemonSet({ template: { nodeSelector: { disk: "ssd" } } }), node("n1"), "no"],
    ["a taint of new pods", daemonSet(), taint("a", "NoSchedule"), "may stay"],
    ["a taint of all pods", daemonSet(), taint("a", "NoExecute"), "no"],
    ["a taint that would rather not", daemonSet(), taint("a", "PreferNoSchedule"), "runs"],
    ["a taint that it tolerates", tolerant, taint("a", "NoExecute"), "runs"],
    [
      "a node that is not ready",
      daemonSet(),
      taint("node.kubernetes.io/not-ready", "NoExecute"),
      "runs",
    ],
    [
      "a node that is closed",
      daemonSet(),
      taint("node.kubernetes.io/unschedulable", "NoSchedule"),
      "runs",
    ],
    [
      "a node without network",
      daemonSet(),
      taint("node.kubernetes.io/network-unavailable", "NoSchedule"),
      "may stay",
    ],
    [
      "a node without network, which it does not need",
      daemonSet({ template: { hostNetwork: true } }),
      taint("node.kubernetes.io/network-unavailable", "NoSchedule"),
      "runs",
    ],
  ])("%s: %#", (_name, set, each, answer) => {
    const { shouldRun, mayContinue } = nodeFitter(set)(each);
    expect(shouldRun ? "runs" : mayContinue ? "may stay" : "no").toBe(answer);
  });
});
