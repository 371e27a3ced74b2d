import { describe, expect, it } from "vitest";
import type { Pod, PodFailurePolicyRule, SuccessPolicyRule } from "../../api/types.ts";
import { judgeFailure } from "./failure-policy.ts";
import { IndexSet } from "./index-set.ts";
import { judgeSuccess } from "./success-policy.ts";

function container(name: string, exitCode?: number) {
  const state = exitCode === undefined ? {} : { terminated: { exitCode } };
  return { name, state, image: "", imageID: "", ready: false, restartCount: 0 };
}

const FAILED: Pod = {
  metadata: { namespace: "n", name: "p" },
  status: {
    conditions: [{ type: "DisruptionTarget", status: "True" }],
    initContainerStatuses: [container("init", 3)],
    containerStatuses: [container("main", 42), container("side"), container("ok", 0)],
  },
};

const exits = (
  operator: "In" | "NotIn",
  values: number[],
  containerName?: string,
): PodFailurePolicyRule["onExitCodes"] & {} => ({
  operator,
  values,
  ...(containerName === undefined ? {} : { containerName }),
});

describe("a policy about failures", () => {
  it.each<[string, PodFailurePolicyRule[], string | undefined, string | undefined]>([
    ["without rules", [], undefined, undefined],
    [
      "that ignores an exit code",
      [{ action: "Ignore", onExitCodes: exits("In", [42]) }],
      "Ignore",
      undefined,
    ],
    [
      "about another code",
      [{ action: "Ignore", onExitCodes: exits("In", [1]) }],
      undefined,
      undefined,
    ],
    [
      "about all codes but one",
      [{ action: "Count", onExitCodes: exits("NotIn", [1]) }],
      "Count",
      undefined,
    ],
    [
      "about no code that there is",
      [{ action: "Count", onExitCodes: exits("NotIn", [42, 3]) }],
      undefined,
      undefined,
    ],
    [
      "about another container",
      [{ action: "Count", onExitCodes: exits("In", [42], "side") }],
      undefined,
      undefined,
    ],
    [
      "about a container that came before",
      [{ action: "FailJob", onExitCodes: exits("In", [3], "init") }],
      "FailJob",
      "Container init for pod n/p failed with exit code 3 matching FailJob rule at index 0",
    ],
    [
      "whose first rule that applies counts",
      [
        { action: "Count", onExitCodes: exits("In", [1]) },
        { action: "FailJob", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
        { action: "Ignore", onExitCodes: exits("In", [42]) },
      ],
      "FailJob",
      "Pod n/p has condition DisruptionTarget matching FailJob rule at index 1",
    ],
    [
      "about a condition that does not hold",
      [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "False" }] }],
      undefined,
      undefined,
    ],
    [
      "that gives an index up",
      [{ action: "FailIndex", onExitCodes: exits("In", [42]) }],
      "FailIndex",
      undefined,
    ],
  ])("%s", (_case, rules, action, message) => {
    const verdict = judgeFailure({ rules }, FAILED);
    expect([verdict.action, verdict.message]).toEqual([action, message]);
  });

  it("says nothing about a success", () => {
    const zero = { metadata: {}, status: { containerStatuses: [container("main", 0)] } };
    const rules: PodFailurePolicyRule[] = [{ action: "Ignore", onExitCodes: exits("NotIn", [1]) }];
    expect(judgeFailure({ rules }, zero).action).toBeUndefined();
    expect(judgeFailure(undefined, FAILED).action).toBeUndefined();
  });
});

describe("a policy about success", () => {
  it.each<[string, SuccessPolicyRule[], number[], string | undefined]>([
    ["wants some indexes", [{ succeededIndexes: "0,2" }], [0, 2, 5], "Matched rules at index 0"],
    ["wants others", [{ succeededIndexes: "0,2" }], [0, 5], undefined],
    ["wants so many", [{ succeededCount: 2 }], [7, 8], "Matched rules at index 0"],
    ["wants more", [{ succeededCount: 3 }], [7, 8], undefined],
    [
      "wants so many of some",
      [{ succeededIndexes: "0-9", succeededCount: 2 }],
      [1, 20, 9],
      "Matched rules at index 0",
    ],
    ["wants more of them", [{ succeededIndexes: "0-9", succeededCount: 2 }], [1, 20], undefined],
    [
      "has a second rule",
      [{ succeededIndexes: "x" }, { succeededCount: 1 }],
      [3],
      "Matched rules at index 1",
    ],
    ["has seen nothing", [{ succeededCount: 0 }], [], undefined],
  ])("that %s", (_case, rules, succeeded, message) => {
    expect(judgeSuccess({ rules }, 30, IndexSet.of(succeeded))).toBe(message);
  });
});
