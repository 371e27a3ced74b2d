import { describe, expect, it } from "vitest";
import type { NodeCondition } from "../../api/types.ts";
import { paceMs, type ZoneState, zoneOf, zoneState } from "./zones.ts";

const ready = (status: string): NodeCondition => ({ type: "Ready", status: status as "True" });
const zone = (well: number, ill: number): readonly (NodeCondition | undefined)[] => [
  ...Array.from({ length: well }, () => ready("True")),
  ...Array.from({ length: ill }, (_, index) =>
    index % 3 === 0 ? undefined : ready(index % 3 === 1 ? "False" : "Unknown"),
  ),
];

describe("how a zone is", () => {
  it.each<[number, number, ZoneState]>([
    [1, 0, "normal"],
    [0, 1, "full"],
    [0, 9, "full"],
    [1, 2, "normal"],
    [2, 3, "partial"],
    [9, 10, "normal"],
    [9, 11, "partial"],
    [9, 12, "partial"],
  ])("%i well and %i not: %s", (well, ill, state) => {
    expect(zoneState(zone(well, ill))).toBe(state);
  });

  it.each<[ZoneState, number, number]>([
    ["normal", 3, 10_000],
    ["full", 3, 10_000],
    ["partial", 51, 100_000],
    ["partial", 50, Number.POSITIVE_INFINITY],
  ])("%s, of %i nodes: one in %d ms", (state, count, pace) => {
    expect(paceMs(state, count)).toBe(pace);
  });

  it("is told by labels, the old ones first", () => {
    const labels = {
      "topology.kubernetes.io/zone": "z",
      "topology.kubernetes.io/region": "r",
      "failure-domain.beta.kubernetes.io/zone": "old",
    };
    expect(zoneOf({ metadata: { name: "n", labels } })).toBe('["r","old"]');
    expect(zoneOf({ metadata: { name: "n" } })).toBe('["",""]');
  });
});
