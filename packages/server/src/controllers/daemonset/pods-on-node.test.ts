import { describe, expect, it } from "vitest";
import type { Pod } from "../../api/types.ts";
import { daemonPod, daemonSet, HASH, NOW, namesOf, type SetFacts } from "./daemon-set.fixture.ts";
import { type NodePlan, planNode } from "./pods-on-node.ts";

const RUN = { shouldRun: true, mayContinue: true };
const STAY = { shouldRun: false, mayContinue: true };
const GO = { shouldRun: false, mayContinue: false };
const SURGE: SetFacts = { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } };

function plan(
  fit: typeof RUN,
  pods: readonly Pod[] | undefined,
  facts: SetFacts = {},
): Readonly<Record<keyof NodePlan, unknown>> {
  const { needsPod, deletions, failed, succeeded } = planNode({
    ...{ fit, pods, set: daemonSet(facts), hash: HASH, now: NOW },
  });
  return {
    needsPod,
    deletions: namesOf(deletions),
    failed: namesOf(failed),
    succeeded: namesOf(succeeded),
  };
}

const NOTHING = { needsPod: false, deletions: [], failed: [], succeeded: [] };

describe("what has to be done about a node", () => {
  it.each<[string, ReturnType<typeof plan>, Partial<ReturnType<typeof plan>>]>([
    ["it has none and should", plan(RUN, undefined), { needsPod: true }],
    ["it has none and need not", plan(STAY, undefined), {}],
    ["it has one", plan(RUN, [daemonPod("a")]), {}],
    ["it has one that may stay", plan(STAY, [daemonPod("a")]), {}],
    ["it has one that may not", plan(GO, [daemonPod("a")]), { deletions: ["a"] }],
    ["that one is going already", plan(GO, [daemonPod("a", { isGoing: true })]), {}],
    ["its pod is going: the next one waits", plan(RUN, [daemonPod("a", { isGoing: true })]), {}],
    [
      "it has three: the oldest stays",
      plan(RUN, [
        daemonPod("young", { ageSeconds: 1 }),
        daemonPod("old", { ageSeconds: 9 }),
        daemonPod("middle", { ageSeconds: 5 }),
      ]),
      { deletions: ["middle", "young"] },
    ],
    [
      "it has one, and an older one that is not there yet",
      plan(RUN, [daemonPod("waits", { ageSeconds: 9, nodeName: "" }), daemonPod("runs")]),
      { deletions: ["waits"] },
    ],
    ["its pod failed", plan(RUN, [daemonPod("a", { phase: "Failed" })]), { failed: ["a"] }],
    ["its pod ended", plan(RUN, [daemonPod("a", { phase: "Succeeded" })]), { succeeded: ["a"] }],
    [
      "its pod failed, and it may not have one",
      plan(GO, [daemonPod("a", { phase: "Failed" })]),
      { deletions: ["a"] },
    ],
  ])("%s", (_name, planned, wanted) => {
    expect(planned).toEqual({ ...NOTHING, ...wanted });
  });
});

describe("where an update may have two on a node", () => {
  it.each<[string, ReturnType<typeof plan>, Partial<ReturnType<typeof plan>>]>([
    [
      "one that is going",
      plan(RUN, [daemonPod("a", { isGoing: true })], SURGE),
      { needsPod: true },
    ],
    [
      "a new one that is not ready beside the old one",
      plan(RUN, [daemonPod("new", { isReady: false }), daemonPod("old", { old: true })], SURGE),
      {},
    ],
    [
      "a new one that is ready",
      plan(RUN, [daemonPod("new"), daemonPod("old", { old: true })], SURGE),
      { deletions: ["old"] },
    ],
    [
      "a new one that has not been ready for long enough",
      plan(RUN, [daemonPod("new", { readySeconds: 5 }), daemonPod("old", { old: true })], {
        ...SURGE,
        minReadySeconds: 10,
      }),
      {},
    ],
    [
      "neither is ready",
      plan(
        RUN,
        [daemonPod("new", { isReady: false }), daemonPod("old", { old: true, isReady: false })],
        SURGE,
      ),
      { deletions: ["old"] },
    ],
    [
      "several of each",
      plan(
        RUN,
        [
          daemonPod("new1", { isReady: false, ageSeconds: 4 }),
          daemonPod("new2", { isReady: false, ageSeconds: 3 }),
          daemonPod("old1", { old: true, ageSeconds: 9 }),
          daemonPod("old2", { old: true, ageSeconds: 8 }),
        ],
        SURGE,
      ),
      { deletions: ["old2", "new2"] },
    ],
  ])("%s", (_name, planned, wanted) => {
    expect(planned).toEqual({ ...NOTHING, ...wanted });
  });
});
