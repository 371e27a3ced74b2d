import { describe, expect, it } from "vitest";
import type { ReplicaSet } from "../../api/types.ts";
import {
  activeOrLatest,
  byRevision,
  isSameTemplate,
  isSaturated,
  tellApart,
  withoutHash,
} from "./replica-sets.ts";
import { deployment, replicaSet, sets } from "./sets.fixture.ts";

const nameOf = (set: Readonly<ReplicaSet> | undefined): string | undefined => set?.metadata.name;

describe("the sets of a deployment", () => {
  it("are told apart by their templates, whatever their hash says", () => {
    const all = [
      replicaSet({ name: "c", replicas: 1, image: "new", createdAt: 3 }),
      replicaSet({ name: "b", replicas: 1, image: "new", createdAt: 2 }),
      replicaSet({ name: "a", replicas: 1, image: "old", createdAt: 1 }),
    ];
    const { newest, old } = tellApart(deployment({ replicas: 1 }), all);
    expect([nameOf(newest), ...old.map(nameOf)]).toEqual(["b", "a", "c"]);
    expect(tellApart(deployment({ replicas: 1, image: "other" }), all).newest).toBeUndefined();
  });

  it("are equal when what is absent and what is empty is all that differs", () => {
    const spec = { containers: [], securityContext: {} };
    expect(isSameTemplate({ metadata: { labels: {} }, spec }, { spec })).toBe(true);
    expect(isSameTemplate({ spec }, { spec: { ...spec, hostNetwork: true } })).toBe(false);
    const hashed = { metadata: { labels: { "pod-template-hash": "x", a: "b" } } };
    expect(withoutHash(hashed)).toEqual({ metadata: { labels: { a: "b" } } });
  });

  it("sort by revision, and by age where they have none", () => {
    const set = (name: string, createdAt: number, revision?: string) =>
      replicaSet({
        name,
        replicas: 0,
        createdAt,
        ...(revision === undefined
          ? {}
          : { annotations: { "deployment.kubernetes.io/revision": revision } }),
      });
    const sorted = [set("c", 1, "10"), set("b", 9, "2"), set("d", 2), set("e", 3)].sort(byRevision);
    expect(sorted.map(nameOf)).toEqual(["d", "e", "b", "c"]);
  });
});

describe("the only set with pods", () => {
  it.each<[string, readonly number[], number | undefined, string | undefined]>([
    ["is the one that has some", [0, 2, 0], 0, "b"],
    ["is the newest when it has", [0, 0], 1, "new"],
    ["is the newest when none has", [0, 0], 0, "new"],
    ["is the latest when none has and there is no newest", [0, 0], undefined, "b"],
    ["is nothing when several have", [1, 0], 1, undefined],
    ["is nothing when there is none", [], undefined, undefined],
  ])("%s", (_case, old, newest, expected) => {
    const facts = old.map((replicas, index) => ({
      name: "abc".charAt(index),
      replicas,
      createdAt: index,
    }));
    const all = sets(facts, newest === undefined ? undefined : { replicas: newest });
    expect(nameOf(activeOrLatest(all))).toBe(expected);
  });
});

it("a set is saturated when it has all, all are available, and nobody scaled since", () => {
  const desired = "deployment.kubernetes.io/desired-replicas";
  const wanted = deployment({ replicas: 2 });
  const set = (replicas: number, available: number, annotation?: string) =>
    replicaSet({
      name: "s",
      replicas,
      available,
      ...(annotation === undefined ? {} : { annotations: { [desired]: annotation } }),
    });
  expect(isSaturated(wanted, set(2, 2, "2"))).toBe(true);
  expect(isSaturated(wanted, set(2, 1, "2"))).toBe(false);
  expect(isSaturated(wanted, set(1, 1, "2"))).toBe(false);
  expect(isSaturated(wanted, set(2, 2, "3"))).toBe(false);
  expect(isSaturated(wanted, set(2, 2))).toBe(false);
  expect(isSaturated(wanted, undefined)).toBe(false);
});
