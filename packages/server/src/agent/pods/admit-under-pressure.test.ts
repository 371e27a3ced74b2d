import { describe, expect, it } from "vitest";
import type { Node, Pod, PodSpec, PodStatus } from "../../api/types.ts";
import { admitUnderPressure } from "./admit-under-pressure.ts";

function verdict(pressures: string[], spec: Partial<PodSpec>, status: PodStatus): string {
  const conditions = ["MemoryPressure", "DiskPressure", "PIDPressure"].map((type) => ({
    type,
    status: pressures.includes(type) ? "True" : "False",
  }));
  const node: Node = { metadata: { name: "n" }, status: { conditions } };
  const pod: Pod = { metadata: { name: "p" }, spec: { containers: [], ...spec }, status };
  const rejection = admitUnderPressure(pod, node);
  return rejection === undefined ? "taken" : `${rejection.reason}: ${rejection.message}`;
}

const BEST_EFFORT: PodStatus = { qosClass: "BestEffort" };
const BURSTABLE: PodStatus = { qosClass: "Burstable" };
const TOLERANT: Partial<PodSpec> = {
  tolerations: [{ key: "node.kubernetes.io/memory-pressure", operator: "Exists" }],
};

describe("a node under pressure", () => {
  it.each<[string, string[], Partial<PodSpec>, PodStatus]>([
    ["taken", [], {}, BEST_EFFORT],
    ["Evicted: The node had condition: [DiskPressure]. ", ["DiskPressure"], {}, BURSTABLE],
    ["Evicted: The node had condition: [MemoryPressure]. ", ["MemoryPressure"], {}, BEST_EFFORT],
    ["taken", ["MemoryPressure"], {}, BURSTABLE],
    ["taken", ["MemoryPressure"], TOLERANT, BEST_EFFORT],
    [
      "Evicted: The node had condition: [MemoryPressure PIDPressure]. ",
      ["MemoryPressure", "PIDPressure"],
      TOLERANT,
      BURSTABLE,
    ],
    ["taken", ["DiskPressure"], { priority: 2_000_001_000 }, BEST_EFFORT],
    // Taken before: it begins again with its agent.
    ["taken", ["DiskPressure"], {}, { ...BEST_EFFORT, startTime: "2026-01-01T00:00:00Z" }],
  ])("%s: %j %j %j", (expected, pressures, spec, status) => {
    expect(verdict(pressures, spec, status)).toBe(expected);
  });
});
