import { describe, expect, it } from "vitest";
import type { Pod, PodDisruptionBudget } from "../../api/types.ts";
import {
  budgetStatus,
  countHealthy,
  disruptedPods,
  failedStatus,
  isUpToDate,
} from "./budget-status.ts";

const NOW = Date.UTC(2026, 0, 1, 0, 10);
const TIME = "2026-01-01T00:10:00Z";
const EARLIER = "2026-01-01T00:00:00Z";

function pod(name: string, { ready = true, going = false } = {}): Pod {
  return {
    metadata: { name, ...(going ? { deletionTimestamp: TIME } : {}) },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

function budget(status?: PodDisruptionBudget["status"]): PodDisruptionBudget {
  return {
    metadata: { name: "b", generation: 3 },
    spec: {},
    ...(status === undefined ? {} : { status }),
  };
}

describe("pods that are allowed to go", () => {
  const marks = {
    fresh: "2026-01-01T00:09:30Z",
    fresher: "2026-01-01T00:09:50Z",
    edge: "2026-01-01T00:08:00Z",
    old: "2026-01-01T00:07:59Z",
    going: "2026-01-01T00:09:30Z",
    gone: "2026-01-01T00:09:30Z",
  };
  const pods = [
    pod("other"),
    ...["fresher", "fresh", "edge", "old"].map((name) => pod(name)),
    pod("going", { going: true }),
  ];

  it("are remembered until they go, or should have gone", () => {
    const found = disruptedPods(budget({ disruptedPods: marks }), pods, NOW);
    const { fresh, fresher, edge } = marks;
    expect(found.pods).toEqual({ fresh, fresher, edge });
    expect(found.stayed.map(({ metadata }) => metadata.name)).toEqual(["old"]);
    expect(found.recheckAt).toBe(NOW);
  });

  it("are none where none were", () => {
    expect(disruptedPods(budget(), pods, NOW)).toEqual({
      pods: {},
      stayed: [],
      recheckAt: undefined,
    });
  });

  it("do not count as healthy, nor do pods that go or are not ready", () => {
    const { fresh, edge } = marks;
    const all = [...pods, pod("unready", { ready: false })];
    // `edge` is over, so it counts again: other, fresher, edge, old.
    expect(countHealthy(all, { fresh, edge }, NOW)).toBe(4);
  });
});

describe("the status of a budget", () => {
  it.each<[string, number, number, number, number]>([
    ["more than enough", 5, 3, 5, 2],
    ["just enough", 5, 3, 3, 0],
    ["too few", 5, 3, 1, 0],
    ["no pods at all", 0, 0, 1, 0],
  ])("%s", (_case, expected, desiredHealthy, healthy, allowed) => {
    const status = budgetStatus(budget(), { expected, desiredHealthy }, healthy, {}, NOW);
    expect(status).toEqual({
      observedGeneration: 3,
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy,
      expectedPods: expected,
      conditions: [
        {
          type: "DisruptionAllowed",
          status: allowed > 0 ? "True" : "False",
          reason: allowed > 0 ? "SufficientPods" : "InsufficientPods",
          message: "",
          observedGeneration: 3,
          lastTransitionTime: TIME,
        },
      ],
    });
  });

  it("keeps the time of its condition, and other conditions, when it fails", () => {
    const other = {
      type: "Other",
      status: "True",
      reason: "R",
      message: "m",
      lastTransitionTime: EARLIER,
    };
    const before = budgetStatus(budget(), { expected: 1, desiredHealthy: 1 }, 1, {}, NOW - 600_000);
    const failed = failedStatus(
      budget({ ...before, conditions: [other, ...(before.conditions ?? [])] }),
      "found no controllers",
      NOW,
    );
    expect(failed.disruptionsAllowed).toBe(0);
    expect(failed.currentHealthy).toBe(1);
    expect(failed.conditions).toEqual([
      other,
      {
        type: "DisruptionAllowed",
        status: "False",
        reason: "SyncFailed",
        message: "found no controllers",
        observedGeneration: 3,
        lastTransitionTime: EARLIER,
      },
    ]);
  });

  it("is written when anything of it has changed", () => {
    const expectation = { expected: 2, desiredHealthy: 1 };
    const status = budgetStatus(budget(), expectation, 2, { a: TIME }, NOW);
    const again = (healthy: number, disrupted: Record<string, string>, at = NOW) =>
      budgetStatus(budget(status), expectation, healthy, disrupted, at);
    expect(isUpToDate(status, again(2, { a: TIME }, NOW + 5000))).toBe(true);
    expect(isUpToDate(status, again(1, { a: TIME }))).toBe(false);
    expect(isUpToDate(status, again(2, {}))).toBe(false);
    expect(isUpToDate(status, again(2, { a: EARLIER }))).toBe(false);
    expect(isUpToDate(undefined, status)).toBe(false);
    expect(isUpToDate(status, { ...status, observedGeneration: 4 })).toBe(false);
    expect(isUpToDate({ ...status, conditions: [] }, status)).toBe(false);
  });
});
