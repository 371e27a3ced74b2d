import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalValues } from "./equal-values.ts";
import { equalSets, intersection, union } from "./field-set.ts";
import { shapeOf } from "./schema-shape.ts";
import { toFieldSet } from "./to-field-set.ts";
import { diffTyped } from "./typed-diff.ts";

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const text = fc.constantFrom("a", "b", "c");
const texts = fc.dictionary(fc.constantFrom("x", "y", "constructor"), text, { maxKeys: 3 });
const unique = <T extends { name: string }>(item: fc.Arbitrary<T>) =>
  fc.uniqueArray(item, { selector: ({ name }) => name, maxLength: 3 });

/** Pods with lists by key, by value, atomic ones, maps and structs, without absent members. */
const pod = fc
  .record({
    metadata: fc.record({
      labels: optional(texts),
      finalizers: optional(fc.uniqueArray(text, { maxLength: 3 })),
    }),
    spec: fc.record({
      nodeName: optional(text),
      nodeSelector: optional(texts),
      securityContext: optional(fc.constantFrom({}, { runAsUser: 1 }, { runAsUser: 2 })),
      containers: unique(
        fc.record({ name: text, image: text, args: fc.array(text, { maxLength: 2 }) }),
      ),
    }),
  })
  .map((value): Record<string, unknown> => JSON.parse(JSON.stringify(value)));

const shape = shapeOf("core.v1.Pod");

describe("the difference of two versions", () => {
  test("is empty exactly when they are equal", () => {
    fc.assert(
      fc.property(pod, pod, (old, value) => {
        const { added, modified, removed } = diffTyped(shape, old, value);
        const none = added.length + modified.length + removed.length === 0;
        const reordered = equalSets(toFieldSet(shape, old), toFieldSet(shape, value));
        expect(equalValues(old, value) ? none : !none || reordered).toBe(true);
      }),
    );
  });

  test("mirrors when they are exchanged", () => {
    fc.assert(
      fc.property(pod, pod, (old, value) => {
        const there = diffTyped(shape, old, value);
        const back = diffTyped(shape, value, old);
        expect(equalSets(there.added, back.removed)).toBe(true);
        expect(equalSets(there.removed, back.added)).toBe(true);
        expect(equalSets(there.modified, back.modified)).toBe(true);
      }),
    );
  });

  test("has no path twice", () => {
    fc.assert(
      fc.property(pod, pod, (old, value) => {
        const { added, modified, removed } = diffTyped(shape, old, value);
        expect(intersection(added, modified)).toEqual([]);
        expect(intersection(union(added, modified), removed)).toEqual([]);
      }),
    );
  });

  test("holds no field of the new version that the old one has too, but for changed ones", () => {
    fc.assert(
      fc.property(pod, pod, (old, value) => {
        const { added, removed } = diffTyped(shape, old, value);
        expect(intersection(toFieldSet(shape, value), removed)).toEqual([]);
        expect(intersection(toFieldSet(shape, old), added)).toEqual([]);
      }),
    );
  });
});
