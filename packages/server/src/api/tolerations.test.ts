import { describe, expect, it } from "vitest";
import { toleratesTaint, untoleratedTaint } from "./tolerations.ts";
import type { Taint, Toleration } from "./types.ts";

const TAINT: Taint = { key: "disk", value: "slow", effect: "NoSchedule" };

describe("a toleration", () => {
  it.each<[string, Toleration, boolean]>([
    [
      "of the very taint",
      { key: "disk", operator: "Equal", value: "slow", effect: "NoSchedule" },
      true,
    ],
    ["without an operator", { key: "disk", value: "slow" }, true],
    ["of every value", { key: "disk", operator: "Exists" }, true],
    ["of everything", { operator: "Exists" }, true],
    ["of everything with this effect", { operator: "Exists", effect: "NoSchedule" }, true],
    ["of everything with another effect", { operator: "Exists", effect: "NoExecute" }, false],
    ["of another value", { key: "disk", value: "fast" }, false],
    ["of no value", { key: "disk" }, false],
    ["of another key", { key: "disks", operator: "Exists" }, false],
    ["of a greater value", { key: "disk", operator: "Gt", value: "0" }, false],
  ])("%s: %s", (_name, toleration, tolerates) => {
    expect(toleratesTaint(toleration, TAINT)).toBe(tolerates);
  });

  it("of no value is one of the empty value", () => {
    const taint: Taint = { key: "disk", effect: "NoSchedule" };
    expect(toleratesTaint({ key: "disk" }, taint)).toBe(true);
    expect(toleratesTaint({ key: "disk", value: "slow" }, taint)).toBe(false);
  });
});

describe("the taint that is not tolerated", () => {
  const others: Taint[] = [
    { key: "a", effect: "PreferNoSchedule" },
    { key: "b", effect: "NoExecute" },
    TAINT,
  ];

  it("is the first of those that count", () => {
    expect(untoleratedTaint(others, [], ["NoSchedule"])).toBe(TAINT);
    expect(untoleratedTaint(others, [], ["NoSchedule", "NoExecute"])?.key).toBe("b");
  });

  it("is none when each of them is tolerated by some toleration", () => {
    const tolerations: Toleration[] = [{ key: "disk", operator: "Exists" }, { key: "b" }];
    expect(untoleratedTaint(others, tolerations, ["NoSchedule", "NoExecute"])).toBeUndefined();
    expect(untoleratedTaint([], [], ["NoSchedule"])).toBeUndefined();
  });
});
