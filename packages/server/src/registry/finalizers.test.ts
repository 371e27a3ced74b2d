import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finalizersForDeletion, isFinished } from "./finalizers.ts";

const NONE = { propagationPolicy: undefined, orphanDependents: undefined };

describe("finalizers of a deletion", () => {
  it.each([
    [["a"], NONE, ["a"]],
    [["a"], { ...NONE, propagationPolicy: "Orphan" }, ["a", "orphan"]],
    [["a"], { ...NONE, propagationPolicy: "Foreground" }, ["a", "foregroundDeletion"]],
    [["orphan"], { ...NONE, propagationPolicy: "Background" }, []],
    [["orphan"], { ...NONE, propagationPolicy: "Foreground" }, ["foregroundDeletion"]],
    [["foregroundDeletion", "a"], { ...NONE, propagationPolicy: "Orphan" }, ["a", "orphan"]],
    [["orphan"], NONE, ["orphan"]],
    [["foregroundDeletion"], NONE, ["foregroundDeletion"]],
    [[], { ...NONE, orphanDependents: true }, ["orphan"]],
    [["orphan", "foregroundDeletion"], { ...NONE, orphanDependents: false }, []],
  ])("%j under %j are %j", (finalizers, propagation, wanted) => {
    expect(finalizersForDeletion(finalizers, propagation, {})).toEqual(wanted);
  });

  it.each([
    ["orphan where the kind says so", [], NONE, ["orphan"]],
    ["and not where the request says otherwise", [], { ...NONE, orphanDependents: false }, []],
    ["nor where the object does", ["foregroundDeletion"], NONE, ["foregroundDeletion"]],
  ])("%s", (_what, finalizers, propagation, wanted) => {
    const rules = { orphansByDefault: true };
    expect(finalizersForDeletion(finalizers, propagation, rules)).toEqual(wanted);
  });

  it("say nothing of dependents that cannot be", () => {
    const rules = { ignoresPropagation: true };
    const orphan = { ...NONE, propagationPolicy: "Orphan" };
    expect(finalizersForDeletion(["a", "foregroundDeletion"], orphan, rules)).toEqual(["a"]);
  });

  it("other people's finalizers stay, in order", () => {
    const name = fc.constantFrom("a", "b", "c", "orphan", "foregroundDeletion");
    const policy = fc.constantFrom(undefined, "Orphan", "Foreground", "Background");
    fc.assert(
      fc.property(fc.uniqueArray(name), policy, (finalizers, propagationPolicy) => {
        const own = (list: readonly string[]): string[] => list.filter((item) => item.length === 1);
        const result = finalizersForDeletion(finalizers, { ...NONE, propagationPolicy }, {});
        expect(own(result)).toEqual(own(finalizers));
      }),
    );
  });
});

describe("an update ends an object", () => {
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  const bare = { metadata: {} };
  it.each([
    ["not while nobody deletes it", bare, bare, false],
    ["when nothing holds it any more", bare, { metadata: { deletionTimestamp } }, true],
    [
      "when it has waited out its grace",
      bare,
      { metadata: { deletionTimestamp, deletionGracePeriodSeconds: 0 } },
      true,
    ],
    [
      "not with finalizers",
      { metadata: { finalizers: ["a"] } },
      { metadata: { deletionTimestamp, finalizers: ["a", "b"] } },
      false,
    ],
    [
      "not in its grace",
      bare,
      { metadata: { deletionTimestamp, deletionGracePeriodSeconds: 3 } },
      false,
    ],
    [
      "not when a namespace still has its own",
      { kind: "Namespace", metadata: {}, spec: { finalizers: ["kubernetes"] } },
      { kind: "Namespace", metadata: { deletionTimestamp } },
      false,
    ],
    [
      "when a namespace has none left",
      { kind: "Namespace", metadata: {}, spec: {} },
      { kind: "Namespace", metadata: { deletionTimestamp }, spec: { finalizers: ["kubernetes"] } },
      true,
    ],
    ["whatever the update itself says", { metadata: { deletionTimestamp } }, bare, false],
  ])("%s", (_when, object, old, ends) => {
    expect(isFinished(object, old)).toBe(ends);
  });
});
