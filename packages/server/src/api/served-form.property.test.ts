import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { objectOf, SAMPLE_TYPES } from "./codec.arbitrary.ts";
import { encodeJson } from "./encode-json.ts";
import { parseJson } from "./json-parser-plain.ts";
import { servedForm } from "./served-form.ts";

/** The same object with members that somebody has emptied or set to nothing. */
function blur(value: unknown, choose: () => number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => blur(item, choose));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, blurMember(member, choose)]),
  );
}

function blurMember(member: unknown, choose: () => number): unknown {
  const choice = choose();
  if (choice === 0) return undefined;
  if (choice === 1) return null;
  return choice === 2 ? emptied(member) : blur(member, choose);
}

function emptied(member: unknown): unknown {
  if (Array.isArray(member)) return [];
  if (typeof member === "object" && member !== null) return {};
  return typeof member === "string" ? "" : undefined;
}

describe.each(SAMPLE_TYPES)("%s", (typeName) => {
  const written = (object: object): unknown => parseJson(encodeJson(typeName, object)).value;

  test("is what a reader of its JSON has, and nothing has to be done twice", () => {
    fc.assert(
      fc.property(objectOf(typeName), (object) => {
        const form = servedForm(typeName, object as object);
        expect(form).toStrictEqual(written(object as object));
        expect(servedForm(typeName, form)).toBe(form);
      }),
      { numRuns: 100 },
    );
  });

  test("is so when members are empty or set to nothing, and these stay as they are", () => {
    fc.assert(
      fc.property(objectOf(typeName), fc.infiniteStream(fc.nat(9)), (object, choices) => {
        const blurred = blur(object, () => choices.next().value ?? 0) as object;
        const before = structuredClone(blurred);
        // Members that are undefined may stay in values of no schema.
        expect(servedForm(typeName, blurred)).toEqual(written(blurred));
        expect(blurred).toStrictEqual(before);
      }),
      { numRuns: 100 },
    );
  });
});

test("what is in that form is shared", () => {
  const containers = [{ name: "a", image: "b", resources: {} }];
  const pod = { metadata: { name: "p" }, spec: { containers }, note: "of nobody" };
  const form = servedForm("core.v1.Pod", pod);
  expect(form).toEqual({ metadata: { name: "p" }, spec: { containers }, status: {} });
  expect(form.spec).toBe(pod.spec);
});
