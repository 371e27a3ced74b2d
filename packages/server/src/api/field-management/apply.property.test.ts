import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../object.ts";
import { applyObject } from "./apply.ts";
import { difference, equalSets, intersection } from "./field-set.ts";
import { shapeOf } from "./schema-shape.ts";
import { toFieldSet } from "./to-field-set.ts";
import { mergeTyped } from "./typed-merge.ts";
import { removeFields } from "./typed-remove.ts";

const text = fc.constantFrom("a", "b", "c");
const configuration = fc
  .record(
    {
      metadata: fc.record(
        {
          labels: fc.dictionary(text, text, { minKeys: 1 }),
          finalizers: fc.uniqueArray(text, { minLength: 1 }),
        },
        { requiredKeys: [] },
      ),
      spec: fc.record(
        {
          nodeName: text,
          tolerations: fc.array(fc.record({ key: text }), { minLength: 1, maxLength: 2 }),
          containers: fc.uniqueArray(
            fc.record({ name: text, image: text, tty: fc.boolean() }, { requiredKeys: ["name"] }),
            { selector: ({ name }) => name, minLength: 1 },
          ),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )
  .map(
    (value): Record<string, unknown> => ({
      ...withoutEmpty(value),
      apiVersion: "v1",
      kind: "Pod",
    }),
  );

/** An empty map is owned itself, until something is put into it. */
function withoutEmpty(value: unknown): Record<string, unknown> {
  const keep = (_: string, inner: unknown): unknown => (isEmpty(inner) ? undefined : inner);
  return JSON.parse(JSON.stringify(value), keep) ?? {};
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

const shape = shapeOf("core.v1.Pod");

function apply(live: KubeObject | undefined, manager: string, applied: Record<string, unknown>) {
  const endpoint = { shape, apiVersion: "v1", kind: "Pod", now: 0, force: true };
  const { object } = applyObject({ ...endpoint, live, manager, applied });
  const { metadata, ...rest } = object as KubeObject;
  return { ...rest, metadata: { ...metadata, uid: "u" } };
}

describe("apply", () => {
  test("of the same configuration a second time changes nothing", () => {
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const live = apply(apply(undefined, "a", first), "b", second);
        expect(apply(live, "b", second)).toEqual(live);
      }),
    );
  });

  test("leaves every field that is applied with the value that is applied", () => {
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const live = apply(apply(undefined, "a", first), "b", second);
        const applied = toFieldSet(shape, second);
        expect(difference(applied, toFieldSet(shape, live))).toEqual([]);
      }),
    );
  });

  test("of something else by the same manager leaves nothing of what it applied before", () => {
    fc.assert(
      fc.property(configuration, configuration, (first, second) => {
        const again = apply(apply(undefined, "a", first), "a", second);
        const fresh = apply(undefined, "a", second);
        const gone = difference(toFieldSet(shape, first), toFieldSet(shape, second));
        expect(intersection(toFieldSet(shape, withoutEmpty(again)), gone)).toEqual([]);
        expect(again.metadata.managedFields).toEqual(fresh.metadata.managedFields);
      }),
    );
  });
});

describe("merging and removing", () => {
  test("merge with itself or nothing is the identity", () => {
    fc.assert(
      fc.property(configuration, (value) => {
        expect(mergeTyped(shape, value, value)).toEqual(value);
        expect(mergeTyped(shape, value, undefined)).toEqual(value);
        expect(mergeTyped(shape, undefined, value)).toEqual(value);
      }),
    );
  });

  test("a merge has the fields of both", () => {
    fc.assert(
      fc.property(configuration, configuration, (live, applied) => {
        const merged = toFieldSet(shape, mergeTyped(shape, live, applied));
        expect(difference(toFieldSet(shape, live), merged)).toEqual([]);
        expect(difference(toFieldSet(shape, applied), merged)).toEqual([]);
      }),
    );
  });

  test("what is removed is gone, and the rest stays", () => {
    fc.assert(
      fc.property(configuration, configuration, (value, other) => {
        const gone = toFieldSet(shape, other);
        const left = toFieldSet(shape, removeFields(shape, value, gone));
        expect(intersection(left, gone)).toEqual([]);
        const apart = intersection(toFieldSet(shape, value), gone).length === 0;
        if (apart) expect(equalSets(left, toFieldSet(shape, value))).toBe(true);
      }),
    );
  });
});
