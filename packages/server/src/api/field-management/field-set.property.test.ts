import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  difference,
  EMPTY_SET,
  equalSets,
  type FieldSet,
  hasPath,
  intersection,
  pathsOf,
  recursiveDifference,
  setOfPaths,
  union,
} from "./field-set.ts";
import { decodeFieldsV1, encodeFieldsV1 } from "./fields-v1.ts";
import {
  compareElements,
  fieldElement,
  indexElement,
  keyElement,
  type PathElement,
  printPath,
  valueElement,
} from "./path-element.ts";

const scalar = fc.oneof(
  fc.constantFrom("a", "b", "a<b", 'q"', "ä", "\u{1f600}", "\uffee", "\b"),
  fc.integer({ min: -2, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);
const name = fc.constantFrom("a", "b", "c", "a.b/c", ".", "__proto__", "\u{1f600}", "\uffee");
const element: fc.Arbitrary<PathElement> = fc.oneof(
  name.map(fieldElement),
  scalar.map(valueElement),
  fc.integer({ min: 0, max: 2 }).map(indexElement),
  scalar.map((value) => keyElement([{ name: "k", value }])),
  fc.tuple(scalar, scalar).map(([a, b]) =>
    keyElement([
      { name: "a", value: a },
      { name: "b", value: b },
    ]),
  ),
);
const paths = fc.array(fc.array(element, { minLength: 1, maxLength: 3 }), { maxLength: 8 });
const set = paths.map(setOfPaths);

const textsOf = (of: FieldSet): Set<string> =>
  new Set([...pathsOf(of)].map((path) => path.map(({ text }) => text).join(" ")));

describe("sets of fields", () => {
  test("hold exactly the paths they are made of", () => {
    fc.assert(
      fc.property(paths, (list) => {
        const made = setOfPaths(list);
        expect(list.every((path) => hasPath(made, path))).toBe(true);
        expect(textsOf(made)).toEqual(
          new Set(list.map((path) => path.map(({ text }) => text).join(" "))),
        );
      }),
    );
  });

  test("agree with sets of texts", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [left, right] = [textsOf(a), textsOf(b)];
        expect(textsOf(union(a, b))).toEqual(left.union(right));
        expect(textsOf(intersection(a, b))).toEqual(left.intersection(right));
        expect(textsOf(difference(a, b))).toEqual(left.difference(right));
        expect(equalSets(a, b)).toBe(left.symmetricDifference(right).size === 0);
      }),
    );
  });

  test("are put together again by what two of them share and do not share", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(equalSets(union(difference(a, b), intersection(a, b)), a)).toBe(true);
        expect(intersection(difference(a, b), b)).toEqual([]);
        expect(equalSets(union(a, b), union(b, a))).toBe(true);
        expect(union(a, EMPTY_SET)).toBe(a);
        expect(difference(a, a)).toBe(EMPTY_SET);
      }),
    );
  });

  test("lose what is below a path too when taken apart recursively", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const left = [...pathsOf(a)].filter(
          (path) => !path.some((_, at) => hasPath(b, path.slice(0, at + 1))),
        );
        expect(equalSets(recursiveDifference(a, b), setOfPaths(left))).toBe(true);
      }),
    );
  });

  test("come back from the wire, whatever order their members had", () => {
    fc.assert(
      fc.property(set, (a) => {
        const wire = JSON.stringify(encodeFieldsV1(a));
        expect(equalSets(decodeFieldsV1(JSON.parse(wire)), a)).toBe(true);
        expect(equalSets(decodeFieldsV1(reversed(JSON.parse(wire))), a)).toBe(true);
        expect(JSON.stringify(encodeFieldsV1(decodeFieldsV1(JSON.parse(wire))))).toBe(wire);
      }),
    );
  });

  test("order their elements totally", () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        expect(Math.sign(compareElements(a, b)) + Math.sign(compareElements(b, a))).toBe(0);
        expect(compareElements(a, b) === 0).toBe(a.text === b.text);
        if (compareElements(a, b) <= 0 && compareElements(b, c) <= 0) {
          expect(compareElements(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe("paths as conflicts show them", () => {
  test.each([
    [[fieldElement("spec"), fieldElement("replicas")], ".spec.replicas"],
    [[fieldElement("c"), keyElement([{ name: "name", value: "a" }])], '.c[name="a"]'],
    [
      [
        keyElement([
          { name: "containerPort", value: 80 },
          { name: "protocol", value: "TCP" },
        ]),
      ],
      '[containerPort=80,protocol="TCP"]',
    ],
    [[fieldElement("finalizers"), valueElement("example.com/c")], '.finalizers[="example.com/c"]'],
    [[indexElement(3)], "[3]"],
  ])("%#", (path, text) => {
    expect(printPath(path)).toBe(text);
  });
});
