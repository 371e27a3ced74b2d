import { describe, expect, it } from "vitest";
import type { Pod, ReplicaSet, ReplicaSetStatus } from "../../api/types.ts";
import { isStatusCurrent, type ReplicaSetFacts, replicaSetStatus } from "./replica-set-status.ts";

const NOW = Date.UTC(2026, 0, 1);
const FAILURE = {
  type: "ReplicaFailure",
  status: "True",
  lastTransitionTime: "2026-01-01T00:00:00Z",
  reason: "FailedCreate",
  message: "no",
};

function set(status?: ReplicaSetStatus): ReplicaSet {
  const metadata = { labels: { app: "web", tier: "front" } };
  return {
    metadata: { name: "web", generation: 3 },
    spec: {
      replicas: 3,
      minReadySeconds: 60,
      selector: { matchLabels: { app: "web" } },
      template: { metadata },
    },
    ...(status === undefined ? {} : { status }),
  };
}

function pod(labels: Record<string, string>, lastTransitionTime?: string): Pod {
  const conditions = [
    { type: "Ready", status: "True", lastTransitionTime: lastTransitionTime ?? "" },
  ];
  return {
    metadata: { labels },
    status: lastTransitionTime === undefined ? {} : { conditions },
  };
}

const FACTS: ReplicaSetFacts = {
  activePods: [],
  terminatingPods: undefined,
  error: undefined,
  now: NOW,
};

describe("the status of a ReplicaSet", () => {
  it("counts pods", () => {
    const activePods = [
      pod({ app: "web", tier: "front", more: "x" }, "2025-12-31T23:59:00Z"),
      pod({ app: "web" }, "2025-12-31T23:59:01Z"),
      pod({ app: "web", tier: "front" }),
    ];
    const status = replicaSetStatus(set(), { ...FACTS, activePods, terminatingPods: [pod({})] });
    expect(status).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 1,
      terminatingReplicas: 1,
      observedGeneration: 3,
    });
  });

  it.each<[string, number, string | undefined]>([
    ["too few", 2, "FailedCreate"],
    ["too many", 4, "FailedDelete"],
    ["as many as wanted", 3, undefined],
  ])("says why there are %s", (_case, count, reason) => {
    const activePods = Array.from({ length: count }, () => pod({}));
    const { conditions } = replicaSetStatus(set(), {
      ...FACTS,
      activePods,
      error: new Error("no"),
    });
    const { reason: _reason, ...failure } = FAILURE;
    expect(conditions).toEqual([reason === undefined ? failure : { ...failure, reason }]);
  });

  it("keeps the first failure while it lasts, and other conditions for ever", () => {
    const other = { type: "Other", status: "True" };
    const old = { ...FAILURE, message: "before" };
    const before = set({ replicas: 0, conditions: [old, other] });
    const failing = replicaSetStatus(before, { ...FACTS, error: new Error("no") });
    expect(failing.conditions).toEqual([old, other]);
    expect(replicaSetStatus(before, FACTS).conditions).toEqual([other]);
    expect(replicaSetStatus(set({ replicas: 0, conditions: [old] }), FACTS)).not.toHaveProperty(
      "conditions",
    );
  });

  it("needs no writing when it says the same", () => {
    const status = replicaSetStatus(set(), { ...FACTS, terminatingPods: [] });
    // As a server prints it: without zeros of fields that are no pointers.
    const served = { replicas: 0, terminatingReplicas: 0, observedGeneration: 3 };
    expect(isStatusCurrent(set(served), status)).toBe(true);
    expect(isStatusCurrent(set({ ...served, observedGeneration: 2 }), status)).toBe(false);
    expect(isStatusCurrent(set({ replicas: 0, observedGeneration: 3 }), status)).toBe(false);
    expect(isStatusCurrent(set(), status)).toBe(false);
  });
});
