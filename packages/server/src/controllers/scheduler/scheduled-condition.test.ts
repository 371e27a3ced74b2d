import { describe, expect, it } from "vitest";
import type { Pod, PodCondition } from "../../api/types.ts";
import { scheduledCondition } from "./scheduled-condition.ts";

const NOW = Date.UTC(2026, 0, 2);
const BEFORE = "2026-01-01T00:00:00Z";

function podWith(condition?: Partial<PodCondition>): Pod {
  const conditions: PodCondition[] =
    condition === undefined
      ? []
      : [{ type: "PodScheduled", status: "False", lastTransitionTime: BEFORE, ...condition }];
  return { metadata: { name: "p", generation: 2 }, status: { conditions } };
}

const SAME = { reason: "Unschedulable", message: "m", observedGeneration: 2 };

describe("the condition of a pod without a node", () => {
  it.each<[string, Pod, string | undefined]>([
    ["is new", podWith(), "2026-01-02T00:00:00Z"],
    ["is the same", podWith(SAME), undefined],
    ["has another text", podWith({ ...SAME, message: "n" }), BEFORE],
    ["has another reason", podWith({ ...SAME, reason: "SchedulerError" }), BEFORE],
    ["is of an older generation", podWith({ ...SAME, observedGeneration: 1 }), BEFORE],
    ["was the other way", podWith({ ...SAME, status: "True" }), "2026-01-02T00:00:00Z"],
  ])("%s: since %s", (_name, pod, since) => {
    const condition = scheduledCondition(pod, "Unschedulable", "m", NOW);
    expect(condition?.lastTransitionTime).toBe(since);
    if (since !== undefined) expect(condition).toMatchObject({ status: "False", ...SAME });
  });
});
