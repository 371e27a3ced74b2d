import { describe, expect, it } from "vitest";
import type { Pod, StatefulSet, StatefulSetSpec } from "../../api/types.ts";
import {
  decideCondemned,
  decideReplaced,
  decideWanted,
  firstUnavailable,
  isMadeOfCurrent,
  sortPods,
} from "./pod-steps.ts";

const NOW = Date.UTC(2026, 0, 1);

function set(spec: Partial<StatefulSetSpec> = {}): StatefulSet {
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 0 } } as const;
  return {
    metadata: { name: "db" },
    spec: { replicas: 3, selector: {}, template: {}, updateStrategy, ...spec },
  };
}

interface Facts {
  readonly phase?: "Pending" | "Running" | "Failed" | "Succeeded";
  readonly ready?: boolean;
  readonly going?: boolean;
  readonly revision?: string;
}

function pod(ordinal: number | string, facts: Facts = {}): Pod {
  const { phase = "Running", ready = true, going = false, revision = "new" } = facts;
  const time = "2025-12-31T23:59:50Z";
  return {
    metadata: {
      name: `db-${ordinal}`,
      labels: { "controller-revision-hash": revision },
      ...(going ? { deletionTimestamp: time } : {}),
    },
    status: {
      phase,
      conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: time }],
    },
  };
}

const nameOf = (it: Readonly<Pod> | undefined): string | undefined => it?.metadata.name;

it("pods stand in the place of their number, and those without one beside them", () => {
  const all = [pod(4), pod(3), pod("x"), pod(7), pod(1)];
  const { wanted, condemned } = sortPods(set({ ordinals: { start: 2 } }), all);
  expect(wanted.map(nameOf)).toEqual([undefined, "db-3", "db-4"]);
  expect(condemned.map(nameOf)).toEqual(["db-7", "db-1"]);
});

describe("a pod that is wanted", () => {
  it.each<[string, Pod | undefined, Partial<StatefulSetSpec>, string]>([
    ["is made when there is none", undefined, {}, "create"],
    ["goes when it has ended", pod(0, { phase: "Failed" }), {}, "remove"],
    ["goes when it has ended well, too", pod(0, { phase: "Succeeded" }), {}, "remove"],
    ["is waited for while it goes", pod(0, { phase: "Failed", going: true }), {}, "wait"],
    ["is waited for until it is ready", pod(0, { ready: false }), {}, "wait"],
    ["is waited for until it is so for long enough", pod(0), { minReadySeconds: 11 }, "wait"],
    ["is as it should be", pod(0), { minReadySeconds: 10 }, "check"],
    ["is not waited for", pod(0, { ready: false }), { podManagementPolicy: "Parallel" }, "check"],
  ])("%s", (_case, it, spec, step) => {
    expect(decideWanted(set(spec), it, NOW)).toBe(step);
  });
});

describe("a pod that is too many", () => {
  const ill = pod(5, { ready: false });
  it.each<[string, Pod, Pod | undefined, Partial<StatefulSetSpec>, string]>([
    ["goes when it is well", pod(4), ill, {}, "remove"],
    ["is waited for when it is not, and another one is not either", ill, pod(1), {}, "wait"],
    ["goes when it is the only one that is not well", ill, ill, {}, "remove"],
    ["is waited for while it goes", pod(4, { going: true }), undefined, {}, "wait"],
    [
      "need not be waited for",
      pod(4, { going: true }),
      undefined,
      { podManagementPolicy: "Parallel" },
      "skip",
    ],
    ["goes anyway", ill, pod(1), { podManagementPolicy: "Parallel" }, "remove"],
  ])("%s", (_case, it, unavailable, spec, decision) => {
    expect(decideCondemned(set(spec), it, unavailable, NOW)).toBe(decision);
  });

  it("is the first that is not well only after those that are wanted", () => {
    const first = (pods: readonly Pod[]) =>
      nameOf(firstUnavailable(set(), sortPods(set(), pods), NOW));
    const well = [pod(0), pod(1), pod(2)];
    expect(first([...well, ill, pod(4, { ready: false })])).toBe("db-4");
    expect(first([pod(0), pod(1, { going: true }), pod(2), ill])).toBe("db-1");
    expect(first(well)).toBeUndefined();
  });
});

describe("the pod that makes way for a new one", () => {
  const old = { revision: "old" };
  it.each<[string, Pod[], Partial<StatefulSetSpec>, string | undefined]>([
    ["is the last that is old", [pod(0, old), pod(1, old), pod(2)], {}, "db-1"],
    [
      "is none while a new one is not well",
      [pod(0, old), pod(1, old), pod(2, { ready: false })],
      {},
      undefined,
    ],
    [
      "is none while one is going",
      [pod(0, old), pod(1, { ...old, going: true }), pod(2)],
      {},
      undefined,
    ],
    ["is none while one is missing", [pod(0, old), pod(2)], {}, undefined],
    ["is none when all are new", [pod(0), pod(1), pod(2)], {}, undefined],
    [
      "is none below the partition",
      [pod(0, old), pod(1, old), pod(2)],
      { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } },
      undefined,
    ],
    [
      "is none where nobody asks",
      [pod(0, old), pod(1, old), pod(2, old)],
      { updateStrategy: { type: "OnDelete" } },
      undefined,
    ],
  ])("%s", (_case, pods, spec, expected) => {
    const of = set(spec);
    expect(nameOf(decideReplaced(of, sortPods(of, pods), "new", NOW))).toBe(expected);
  });
});

it("below the partition pods are made of the old revision", () => {
  const rollingUpdate = { partition: 2 };
  const updateStrategy = { type: "RollingUpdate", rollingUpdate } as const;
  const of = set({ updateStrategy, ordinals: { start: 10 } });
  expect([10, 11, 12].map((ordinal) => isMadeOfCurrent(of, ordinal))).toEqual([true, true, false]);
  const plain = {
    ...set({ updateStrategy: { type: "RollingUpdate" } }),
    status: { replicas: 2, currentReplicas: 1 },
  };
  expect([0, 1].map((ordinal) => isMadeOfCurrent(plain, ordinal))).toEqual([true, false]);
});
