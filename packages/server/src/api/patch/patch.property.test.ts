import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyJsonPatch } from "./json-patch.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

const name = fc.constantFrom("a", "b", "c", "~", "/", "__proto__", "constructor");
const { json, map } = fc.letrec<{ json: unknown; map: Record<string, unknown> }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>("x", "y", 1, 2, true, null),
    fc.array(tie("json"), { maxLength: 3 }),
    tie("map"),
  ),
  map: fc.dictionary(name, tie("json"), { maxKeys: 4, noNullPrototype: true }),
}));

const labels = fc.dictionary(name, fc.constantFrom("x", "y", null), { noNullPrototype: true });

/** Where upstream leaves the RFC: nulls somewhere inside a list. */
function hasNullInList(value: unknown, inside = false): boolean {
  if (typeof value !== "object" || value === null) return inside && value === null;
  const list = Array.isArray(value);
  return Object.values(value).some((inner) => hasNullInList(inner, inside || list));
}

/** RFC 7386, written as in the RFC. */
function mergeOfRfc(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isMap = typeof target === "object" && target !== null && !Array.isArray(target);
  const out = new Map(Object.entries(isMap ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) out.delete(key);
    else out.set(key, mergeOfRfc(out.get(key), value));
  }
  return Object.fromEntries(out);
}

const pointer = (...steps: string[]): string =>
  steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

describe("patches", () => {
  test("change neither original nor patch, and share nothing with them", () => {
    fc.assert(
      fc.property(map, map, labels, labels, (original, patch, old, changed) => {
        const accountOf = (of: unknown) => ({ metadata: { labels: of } });
        const before = JSON.stringify([original, patch, old, changed]);
        const merged = applyMergePatch(original, patch);
        const patched = applyJsonPatch(original, [{ op: "add", path: "/x", value: patch }]);
        const strategic = applyStrategicMergePatch(
          accountOf(old),
          accountOf(changed),
          "core.v1.ServiceAccount",
        );
        for (const result of [merged, patched, strategic]) scribble(result);
        expect(JSON.stringify([original, patch, old, changed])).toBe(before);
      }),
    );
  });

  test("merge as RFC 7386 says, where there are no nulls in lists", () => {
    fc.assert(
      fc.property(map, map, (original, patch) => {
        fc.pre(!hasNullInList(patch));
        expect(applyMergePatch(original, patch)).toEqual(mergeOfRfc(original, patch));
      }),
    );
  });

  test("that are empty are the identity", () => {
    fc.assert(
      fc.property(map, (original) => {
        expect(applyMergePatch(original, {})).toEqual(original);
        expect(applyJsonPatch(original, [])).toEqual(original);
        expect(applyStrategicMergePatch(original, {}, "core.v1.Pod")).toEqual(original);
      }),
    );
  });

  test("of JSON add, test and remove what a pointer names", () => {
    fc.assert(
      fc.property(map, name, name, json, (original, outer, inner, value) => {
        const path = pointer(outer, inner);
        const added = [
          { op: "add", path: pointer(outer), value: {} },
          { op: "add", path, value },
          { op: "test", path, value },
        ];
        const result = applyJsonPatch(original, added);
        expect(
          applyJsonPatch(original, [...added, { op: "test", path: "", value: result }]),
        ).toEqual(result);
        const undone = [...added, { op: "remove", path: pointer(outer) }];
        const rest = Object.entries(original).filter(([key]) => key !== outer);
        expect(applyJsonPatch(original, undone)).toEqual(Object.fromEntries(rest));
      }),
    );
  });

  test("of JSON move like remove and add", () => {
    fc.assert(
      fc.property(map, name, name, (original, from, to) => {
        fc.pre(Object.hasOwn(original, from) && from !== to);
        const value = original[from];
        expect(
          applyJsonPatch(original, [{ op: "move", from: pointer(from), path: pointer(to) }]),
        ).toEqual(
          applyJsonPatch(original, [
            { op: "remove", path: pointer(from) },
            { op: "add", path: pointer(to), value },
          ]),
        );
      }),
    );
  });

  test("merge lists by key into the union of their keys, each once", () => {
    const names = fc.uniqueArray(fc.constantFrom<string>("a", "b", "c", "d", "e"));
    fc.assert(
      fc.property(names, names, (old, patch) => {
        const list = (of: string[]) => ({
          spec: { containers: of.map((each) => ({ name: each })) },
        });
        const merged: unknown = applyStrategicMergePatch(list(old), list(patch), "core.v1.Pod");
        const order = JSON.stringify(merged).match(/(?<=name":")./g) ?? [];
        expect([...order].sort()).toEqual([...new Set([...old, ...patch])].sort());
        expect(order.filter((each) => patch.includes(each))).toEqual(patch);
        const theirs = old.filter((each) => !patch.includes(each));
        expect(order.filter((each) => !patch.includes(each))).toEqual(theirs);
      }),
    );
  });

  test("merge the same once or twice", () => {
    fc.assert(
      fc.property(map, map, (original, patch) => {
        fc.pre(!hasNullInList(patch));
        const once = applyMergePatch(original, patch);
        expect(applyMergePatch(once as Record<string, unknown>, patch)).toEqual(once);
      }),
    );
  });
});

/** Changes everything that can be reached. */
function scribble(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) scribble(inner);
  if (Array.isArray(value)) value.push("scribbled");
  else Object.assign(value, { scribbled: true });
}
