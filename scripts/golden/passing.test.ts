import { describe, expect, it } from "vitest";
import type { Outcome } from "./outcome.ts";
import { expectedChecks, inEveryRun, type Passing, regressions, withOutcomes } from "./passing.ts";
import type { Area } from "./recordings.ts";

function outcome(
  area: Area,
  name: string,
  equal: readonly string[],
  differ: readonly string[] = [],
): Outcome {
  return { recording: { area, name, path: "" }, equal, differ, log: "" };
}

const passing: Passing = {
  identity: { accounts: "0-1 3" },
  kubectl: { lesson: { "1.27 1.28": "0", "1.33": "0-1" } },
  documents: { rbac: { equal: 2, differ: ["rbac clusterroles view"] } },
  roundtrip: { "core.v1.Pod": "equal" },
};

const outcomes = [
  outcome("identity", "accounts", ["0", "1", "3"], ["2"]),
  outcome("kubectl", "lesson", ["1.27/0", "1.28/0", "1.33/0", "1.33/1"], ["1.27/1"]),
  outcome("documents", "rbac", ["0", "1"], ["rbac clusterroles view"]),
  outcome("roundtrip", "core.v1.Pod", ["equal"]),
];

describe("withOutcomes", () => {
  it("writes one entry for each recording", () => {
    expect(withOutcomes({}, outcomes)).toEqual(passing);
  });

  it("keeps what did not run, and drops what is not equal any more", () => {
    const red = outcome("identity", "accounts", [], ["0", "1", "2", "3"]);
    const other = outcome("identity", "whoami", ["0"]);
    expect(withOutcomes(passing, [red, other])).toEqual({
      ...passing,
      identity: { whoami: "0" },
    });
  });
});

describe("expectedChecks", () => {
  it.each(outcomes)("reads back what was equal: $recording.area", (each) => {
    const checks = expectedChecks(passing, each.recording, ["1.27", "1.28", "1.33"]);
    expect([...(checks ?? [])].sort()).toEqual([...each.equal].sort());
  });

  it("takes only the versions that run", () => {
    const { recording } = outcome("kubectl", "lesson", []);
    expect(expectedChecks(passing, recording, ["1.28"])).toEqual(new Set(["1.28/0"]));
    expect(expectedChecks(passing, recording, ["1.30"])).toBeUndefined();
  });

  it("knows nothing of other recordings", () => {
    expect(expectedChecks(passing, outcome("reads", "pretty", []).recording, [])).toBeUndefined();
  });
});

describe("regressions", () => {
  it.each([
    ["the same", outcomes[0], []],
    ["more is equal", outcome("identity", "accounts", ["0", "1", "2", "3"]), []],
    ["one differs", outcome("identity", "accounts", ["0", "3"], ["1", "2"]), ["1"]],
    ["a step is gone", outcome("identity", "accounts", ["0", "1"]), ["3"]],
    ["one kubectl differs", outcome("kubectl", "lesson", ["1.27/0"], ["1.28/0"]), ["1.28/0"]],
    [
      "a known document differs",
      outcome("documents", "rbac", ["0", "1"], ["rbac clusterroles view"]),
      [],
    ],
    ["another document differs", outcome("documents", "rbac", ["0"], ["a", "b"]), ["a", "b"]],
    ["documents are gone", outcome("documents", "rbac", ["0"]), ["1 fewer are equal"]],
    ["a round trip fails", outcome("roundtrip", "core.v1.Pod", [], ["equal"]), ["equal"]],
  ])("%s", (_, now, expected) => {
    if (now === undefined) throw new Error("no outcome");
    expect(regressions(passing, now, ["1.27", "1.28"])).toEqual(expected);
  });
});

describe("inEveryRun", () => {
  it("is equal only what was so each time", () => {
    const merged = inEveryRun([
      outcome("identity", "accounts", ["0", "1", "2"], ["3"]),
      outcome("identity", "accounts", ["0", "2", "3"], ["1"]),
      outcome("identity", "accounts", ["0", "1", "2", "3"]),
    ]);
    expect(merged.equal).toEqual(["0", "2"]);
    expect(merged.differ).toEqual(["3", "1"]);
  });

  it("names each document that ever differed", () => {
    const merged = inEveryRun([
      outcome("documents", "rbac", ["0", "1"], ["a"]),
      outcome("documents", "rbac", ["0"], ["a", "b"]),
    ]);
    expect(merged.equal).toEqual(["0"]);
    expect(merged.differ).toEqual(["a", "b"]);
  });
});
