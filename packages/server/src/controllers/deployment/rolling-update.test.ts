import { describe, expect, it } from "vitest";
import { growNewest, shrinkOld } from "./rolling-update.ts";
import { deployment, type SetFacts, sets } from "./sets.fixture.ts";

const NONE = { name: "new", replicas: 0 };

function shrunk(
  facts: { readonly replicas: number; readonly maxUnavailable: number | string },
  old: readonly SetFacts[],
  newest: Omit<SetFacts, "name">,
): readonly string[] {
  const all = sets(old, newest);
  if (all.newest === undefined) throw new Error("there is none");
  return shrinkOld(deployment({ maxSurge: 1, ...facts }), all, all.newest).map(
    ({ set, replicas }) => `${set.metadata.name} ${replicas}`,
  );
}

describe("old sets shrink", () => {
  it.each<[string, number, number, SetFacts[], Omit<SetFacts, "name">, string[]]>([
    ["to what must be available", 10, 2, [{ name: "a", replicas: 10 }], NONE, ["a 8"]],
    ["not at all when none may be spared", 10, 0, [{ name: "a", replicas: 10 }], NONE, []],
    [
      "by what is not available first",
      10,
      2,
      [{ name: "a", replicas: 10, available: 8 }],
      NONE,
      ["a 8"],
    ],
    [
      "by that, and then by what can be spared",
      10,
      2,
      [{ name: "a", replicas: 10, available: 9 }],
      NONE,
      ["a 9", "a 8"],
    ],
    [
      "not because new pods are not available",
      10,
      2,
      [{ name: "a", replicas: 8 }],
      { replicas: 2, available: 0 },
      [],
    ],
    [
      "one after the other, the oldest first",
      10,
      0,
      [
        { name: "a", replicas: 2 },
        { name: "b", replicas: 5 },
      ],
      { replicas: 6 },
      ["a 0", "b 4"],
    ],
    [
      "by unavailable pods of all of them, before any available one",
      10,
      1,
      [
        { name: "a", replicas: 6, available: 5 },
        { name: "b", replicas: 5, available: 2 },
      ],
      { replicas: 2 },
      ["a 5", "b 2"],
    ],
    [
      "not before pods that were taken are gone",
      10,
      2,
      [{ name: "a", replicas: 3, available: 5 }],
      { replicas: 10 },
      [],
    ],
    ["not below nothing", 1, 1, [{ name: "a", replicas: 1 }], { replicas: 1 }, ["a 0"]],
  ])("%s", (_case, replicas, maxUnavailable, old, newest, steps) => {
    expect(shrunk({ replicas, maxUnavailable }, old, newest)).toEqual(steps);
  });
});

describe("the newest set grows", () => {
  it.each<[string, number, number, number, number | undefined]>([
    ["into the surge", 10, 10, 0, 3],
    ["into what old ones have left", 10, 8, 3, 5],
    ["no further than wanted", 10, 0, 9, 10],
    ["not when it is large enough", 10, 0, 10, undefined],
    ["not without room", 10, 13, 0, undefined],
    ["down when it is too large", 10, 0, 12, 10],
  ])("%s", (_case, replicas, old, newest, expected) => {
    const all = sets([{ name: "a", replicas: old }], { replicas: newest });
    if (all.newest === undefined) throw new Error("there is none");
    const step = growNewest(deployment({ replicas, maxSurge: 3 }), all, all.newest);
    expect(step?.replicas).toBe(expected);
  });
});
