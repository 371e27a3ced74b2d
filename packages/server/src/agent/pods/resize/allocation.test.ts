import { describe, expect, it } from "vitest";
import type { Pod, ResourceRequirements } from "../../../api/types.ts";
import { allocationOf, isAllocated, withAllocation } from "./allocation.ts";

function podWith(resources: ResourceRequirements, ofPod?: ResourceRequirements): Pod {
  return {
    metadata: { name: "p" },
    spec: {
      initContainers: [{ name: "i" }],
      containers: [{ name: "c", image: "app", resources }],
      ...(ofPod === undefined ? {} : { resources: ofPod }),
    },
  };
}

const SMALL = podWith({ requests: { cpu: "1" } });

describe("what is set aside for a pod", () => {
  it.each<[string, Pod, boolean]>([
    ["the same", podWith({ requests: { cpu: "1" } }), true],
    ["the same in other words", podWith({ requests: { cpu: "1000m" } }), true],
    ["more", podWith({ requests: { cpu: "2" } }), false],
    ["a limit besides", podWith({ requests: { cpu: "1" }, limits: { cpu: "1" } }), false],
    ["something for the pod", podWith({ requests: { cpu: "1" } }, { limits: { cpu: "1" } }), false],
    ["claims, which cannot change", podWith({ requests: { cpu: "1" }, claims: [] }), true],
  ])("is compared with what it wants: %s", (_what, pod, same) => {
    expect(isAllocated(pod, allocationOf(SMALL))).toBe(same);
  });

  it("stands in place of what its spec says", () => {
    const wanted = podWith({ requests: { cpu: "2" }, claims: [{ name: "x" }] });
    expect(withAllocation(wanted, allocationOf(SMALL)).spec?.containers).toEqual([
      { name: "c", image: "app", resources: { requests: { cpu: "1" }, claims: [{ name: "x" }] } },
    ]);
    expect(withAllocation(SMALL, allocationOf(SMALL))).toBe(SMALL);
  });
});
