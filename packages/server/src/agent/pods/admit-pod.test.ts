import { describe, expect, it } from "vitest";
import type { Node, Pod, PodSpec } from "../../api/types.ts";
import { admitPod } from "./admit-pod.ts";

const NODE: Node = {
  metadata: { name: "node-1", labels: { zone: "a", cores: "8" } },
  status: { allocatable: { cpu: "2", memory: "1Gi", pods: "3" } },
};

function pod(spec: Partial<PodSpec>): Pod {
  return { metadata: { name: "p" }, spec: { containers: [{ name: "c" }], ...spec } };
}

function asking(requests: Record<string, string>): Partial<PodSpec> {
  return { containers: [{ name: "c", resources: { requests } }] };
}

function expression(
  key: string,
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt",
  ...values: string[]
): Partial<PodSpec> {
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
        },
      },
    },
  };
}

function verdict(spec: Partial<PodSpec>, others: Partial<PodSpec>[] = [], node = NODE): string {
  const rejection = admitPod(pod(spec), node, others.map(pod));
  return rejection === undefined ? "taken" : `${rejection.reason}: ${rejection.message}`;
}

const NO_AFFINITY =
  "NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";

describe("a node", () => {
  it.each<[string, string, Partial<PodSpec>, Partial<PodSpec>[]]>([
    ["taken", "anything", {}, []],
    ["taken", "what fits", asking({ cpu: "1" }), [asking({ cpu: "1" })]],
    [
      "OutOfcpu: Node didn't have enough resource: cpu, requested: 1001, used: 1000, capacity: 2000",
      "more than is left",
      asking({ cpu: "1001m" }),
      [asking({ cpu: "1" })],
    ],
    [
      "OutOfmemory: Node didn't have enough resource: memory, requested: 2147483648, used: 0, capacity: 1073741824",
      "more than there is",
      asking({ memory: "2Gi" }),
      [],
    ],
    [
      "OutOfpods: Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3",
      "one too many",
      {},
      [{}, {}, {}],
    ],
    ["taken", "its label", { nodeSelector: { zone: "a" } }, []],
    [NO_AFFINITY, "another label", { nodeSelector: { zone: "b" } }, []],
    ["taken", "In", expression("zone", "In", "a", "b"), []],
    [NO_AFFINITY, "not In", expression("zone", "In", "b"), []],
    ["taken", "NotIn", expression("none", "NotIn", "a"), []],
    ["taken", "Exists", expression("zone", "Exists"), []],
    [NO_AFFINITY, "DoesNotExist", expression("zone", "DoesNotExist"), []],
    ["taken", "Gt", expression("cores", "Gt", "7"), []],
    [NO_AFFINITY, "Lt", expression("cores", "Lt", "8"), []],
    [NO_AFFINITY, "Gt of what is no number", expression("zone", "Gt", "1"), []],
    ["taken", "its system", { os: { name: "linux" } }, []],
  ])("says %s of %s", (wanted, _what, spec, others) => {
    expect(verdict(spec, others)).toBe(wanted);
  });

  it("refuses what its taints keep off", () => {
    const node: Node = { ...NODE, spec: { taints: [{ key: "down", effect: "NoExecute" }] } };
    const refused =
      "TaintToleration: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate";
    expect(verdict({}, [], node)).toBe(refused);
    expect(verdict({ tolerations: [{ key: "up", operator: "Exists" }] }, [], node)).toBe(refused);
    expect(verdict({ tolerations: [{ key: "down", value: "x" }] }, [], node)).toBe(refused);
    for (const toleration of [
      { operator: "Exists" as const },
      { key: "down", operator: "Exists" as const },
      { key: "down" },
    ]) {
      expect(verdict({ tolerations: [toleration] }, [], node)).toBe("taken");
    }
    const scheduling: Node = { ...NODE, spec: { taints: [{ key: "x", effect: "NoSchedule" }] } };
    expect(verdict({}, [], scheduling)).toBe("taken");
  });

  it("refuses labels of another system", () => {
    const labelled = pod({});
    labelled.metadata.labels = { "kubernetes.io/os": "windows" };
    expect(admitPod(labelled, NODE, [])).toEqual({
      reason: "PodOSSelectorNodeLabelDoesNotMatch",
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    });
  });
});
