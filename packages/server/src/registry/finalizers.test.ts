import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finalizersForDeletion, isReadyToGo } from "./finalizers.ts";

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
    expect(finalizersForDeletion(finalizers, propagation)).toEqual(wanted);
  });

  it("other people's finalizers stay, in order", () => {
    const name = fc.constantFrom("a", "b", "c", "orphan", "foregroundDeletion");
    const policy = fc.constantFrom(undefined, "Orphan", "Foreground", "Background");
    fc.assert(
      fc.property(fc.uniqueArray(name), policy, (finalizers, propagationPolicy) => {
        const own = (list: readonly string[]): string[] => list.filter((item) => item.length === 1);
        const result = finalizersForDeletion(finalizers, { ...NONE, propagationPolicy });
        expect(own(result)).toEqual(own(finalizers));
      }),
    );
  });
});

describe("an object goes", () => {
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  it.each([
    ["while nobody deletes it", { metadata: {} }, false],
    ["when nothing holds it", { metadata: { deletionTimestamp } }, true],
    ["with finalizers", { metadata: { deletionTimestamp, finalizers: ["a"] } }, false],
    ["in its grace", { metadata: { deletionTimestamp, deletionGracePeriodSeconds: 3 } }, false],
    [
      "when a namespace still has its own",
      { kind: "Namespace", metadata: { deletionTimestamp }, spec: { finalizers: ["kubernetes"] } },
      false,
    ],
    [
      "when a namespace has none left",
      { kind: "Namespace", metadata: { deletionTimestamp }, spec: {} },
      true,
    ],
  ])("%s", (_when, object, goes) => {
    expect(isReadyToGo(object)).toBe(goes);
  });
});
