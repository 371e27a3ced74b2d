import { describe, expect, it } from "vitest";
import {
  maxReplicasOf,
  maxSurgeOf,
  maxUnavailableOf,
  newestReplicas,
  terminatingCount,
} from "./replica-counts.ts";
import { deployment, replicaSet } from "./sets.fixture.ts";

type Amount = number | string;

describe("surge and unavailability", () => {
  it.each<[number, Amount, Amount, number, number]>([
    [10, 3, 2, 3, 2],
    [2, "0%", "1%", 0, 1],
    [1, "0%", "1%", 0, 1],
    [2, "1%", "25%", 1, 0],
    [1, "1%", "25%", 1, 0],
    [2, "1%", "0%", 1, 0],
    [10, "25%", "25%", 3, 2],
    [3, 0, 5, 0, 3],
    [0, "25%", "25%", 0, 0],
    [0, 1, 1, 1, 0],
  ])("of %i with %s and %s are %i and %i", (replicas, maxSurge, maxUnavailable, surge, away) => {
    const it = deployment({ replicas, maxSurge, maxUnavailable });
    expect([maxSurgeOf(it), maxUnavailableOf(it)]).toEqual([surge, away]);
    expect(maxReplicasOf(it)).toBe(replicas + surge);
  });

  it("are none where everything is made anew", () => {
    const it = deployment({ replicas: 10, recreate: true });
    expect([maxSurgeOf(it), maxUnavailableOf(it)]).toEqual([0, 0]);
  });
});

describe("the newest set", () => {
  it.each<[string, number, Amount, number, number, number]>([
    ["has all when there is nothing else", 10, 0, 0, 0, 10],
    ["has what the surge leaves room for", 10, 3, 10, 0, 3],
    ["grows by the room that is left", 10, 3, 8, 3, 5],
    ["stays when there is no room", 10, 0, 10, 0, 0],
    ["stays when there are too many", 10, 0, 12, 1, 1],
    ["has no more than are wanted", 10, 50, 1, 9, 10],
    ["rounds a surge up", 3, "25%", 3, 0, 1],
  ])("%s", (_case, replicas, maxSurge, old, newest, expected) => {
    const all = [
      replicaSet({ name: "old", replicas: old }),
      replicaSet({ name: "new", replicas: newest }),
    ];
    expect(newestReplicas(deployment({ replicas, maxSurge }), all, newest)).toBe(expected);
  });

  it("has all at once where everything is made anew", () => {
    expect(newestReplicas(deployment({ replicas: 7, recreate: true }), [], 0)).toBe(7);
  });
});

describe("pods that are going", () => {
  const going = (terminatingReplicas?: number, observedGeneration = 1) => ({
    metadata: {},
    status: {
      replicas: 0,
      observedGeneration,
      ...(terminatingReplicas === undefined ? {} : { terminatingReplicas }),
    },
  });
  it("are counted when every set that was looked at says how many", () => {
    expect(terminatingCount([])).toBe(0);
    expect(terminatingCount([going(1), going(2)])).toBe(3);
    expect(terminatingCount([going(1), going(undefined, 0), { metadata: {} }])).toBe(1);
    expect(terminatingCount([going(1), going()])).toBeUndefined();
  });
});
