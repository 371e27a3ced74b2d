import { describe, expect, it } from "vitest";
import type { Taint, Toleration } from "../../api/types.ts";
import { enduranceSeconds, noExecuteTaints } from "./endurance.ts";

const taint = (key: string): Taint => ({ key, effect: "NoExecute" });
const endures = (key: string, tolerationSeconds?: number): Toleration => ({
  ...{ key, operator: "Exists" },
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
});
const EVER = Number.POSITIVE_INFINITY;

describe("how long a pod stays on a tainted node", () => {
  it.each<[string, readonly Taint[], readonly Toleration[], number]>([
    ["no taints", [], [], EVER],
    ["a taint that it does not tolerate", [taint("a")], [endures("b")], 0],
    ["one that it tolerates", [taint("a")], [endures("a")], EVER],
    ["one that it tolerates for a time", [taint("a")], [endures("a", 30)], 30],
    [
      "the shortest of several times",
      [taint("a"), taint("b")],
      [endures("a", 30), endures("b", 20)],
      20,
    ],
    ["a time, and for ever", [taint("a"), taint("b")], [endures("a", 30), endures("b")], 30],
    ["one of two not at all", [taint("a"), taint("b")], [endures("a", 30)], 0],
    ["no time at all", [taint("a")], [endures("a", 0)], 0],
    ["less than no time", [taint("a")], [endures("a", -5)], 0],
    ["the first toleration that fits counts", [taint("a")], [endures("a", 30), endures("a")], 30],
  ])("%s: %s", (_name, taints, tolerations, seconds) => {
    expect(enduranceSeconds(taints, tolerations)).toBe(seconds);
  });

  it("only taints that drive pods away count", () => {
    const others: Taint[] = [
      { key: "a", effect: "NoSchedule" },
      { key: "b", effect: "PreferNoSchedule" },
      taint("c"),
    ];
    expect(noExecuteTaints(others).map(({ key }) => key)).toEqual(["c"]);
    expect(noExecuteTaints(undefined)).toEqual([]);
  });
});
