import { describe, expect, it } from "vitest";
import type { OwnerReference, Pod, PodDisruptionBudgetSpec } from "../../api/types.ts";
import { expectPods, type Scale } from "./expected-pods.ts";
import { selectorText } from "./selector-text.ts";

function pod(name: string, owner?: string): Pod {
  const reference = (uid: string): OwnerReference => ({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    name: uid,
    uid,
    controller: true,
  });
  return {
    metadata: {
      name,
      namespace: "n",
      ...(owner === undefined ? {} : { ownerReferences: [reference(owner)] }),
    },
  };
}

const SCALES: Readonly<Record<string, Scale>> = {
  old: { uid: "deployment", replicas: 10 },
  new: { uid: "deployment", replicas: 10 },
  set: { uid: "set", replicas: 3 },
};
const findScale = ({ uid }: OwnerReference) => SCALES[uid];

describe("how many pods a budget expects", () => {
  it.each<[string, PodDisruptionBudgetSpec, readonly Pod[], number, number, readonly string[]]>([
    [
      "a number available: those there are",
      { minAvailable: 2 },
      [pod("a"), pod("b", "set")],
      2,
      2,
      [],
    ],
    ["a share available, rounded up", { minAvailable: "50%" }, [pod("a", "set")], 3, 2, []],
    ["a number unavailable", { maxUnavailable: 1 }, [pod("a", "set")], 3, 2, []],
    ["a share unavailable, rounded up", { maxUnavailable: "40%" }, [pod("a", "set")], 3, 1, []],
    ["all unavailable, and more", { maxUnavailable: 5 }, [pod("a", "set")], 3, 0, []],
    [
      "every controller once",
      { maxUnavailable: 1 },
      [pod("a", "old"), pod("b", "new"), pod("c", "set"), pod("d", "set")],
      13,
      12,
      [],
    ],
    [
      "pods that nobody controls are not expected",
      { maxUnavailable: 1 },
      [pod("a"), pod("b", "set")],
      3,
      2,
      ["a"],
    ],
    ["nothing said", {}, [pod("a", "set")], 0, 0, []],
  ])("%s", async (_case, spec, pods, expected, desiredHealthy, unmanaged) => {
    const found = await expectPods({ metadata: {}, spec }, pods, findScale);
    expect(found).toEqual({ expected, desiredHealthy, unmanaged });
  });

  it.each<[string, PodDisruptionBudgetSpec, string]>([
    ["a controller that is gone", { maxUnavailable: 1 }, 'found no controllers for pod "a"'],
    [
      "what is no share",
      { minAvailable: "many" },
      "invalid value for IntOrString: invalid type: string is not a percentage",
    ],
  ])("cannot be told: %s", async (_case, spec, message) => {
    const owner = spec.minAvailable === undefined ? "gone" : "set";
    await expect(expectPods({ metadata: {}, spec }, [pod("a", owner)], findScale)).rejects.toThrow(
      message,
    );
  });
});

describe("a selector in an event", () => {
  it.each([
    [undefined, "nil"],
    [
      {},
      "&LabelSelector{MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{},}",
    ],
    [
      {
        matchLabels: { b: "2", a: "1" },
        matchExpressions: [
          { key: "c", operator: "In", values: ["x", "y"] },
          { key: "d", operator: "Exists" },
        ],
      },
      "&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:c,Operator:In,Values:[x y],},LabelSelectorRequirement{Key:d,Operator:Exists,Values:[],},},}",
    ],
  ] as const)("%j", (selector, text) => {
    expect(selectorText(structuredClone(selector) as Parameters<typeof selectorText>[0])).toBe(
      text,
    );
  });
});
