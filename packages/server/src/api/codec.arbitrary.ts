/** Random objects of any type of the tables, canonical as a decoder gives them. For tests alone. */
import fc from "fast-check";
import { shapeOf, unionOf } from "./codec-shape.ts";
import { canonical } from "./decode.ts";
import { encodeBase64 } from "./decode-base64.ts";
import { parseJson } from "./json-parser-plain.ts";
import type { ResolvedType, Scalar, WellKnown } from "./scheme.ts";

/** Types that between them have every construct of the tables. */
export const SAMPLE_TYPES: readonly string[] = [
  "core.v1.ServiceAccount",
  "core.v1.Pod",
  "core.v1.Secret",
  "core.v1.Service",
  "core.v1.Event",
  "apps.v1.StatefulSet",
  "apps.v1.ControllerRevision",
  "authentication.v1.TokenReview",
  "rbac.v1.ClusterRole",
  "meta.v1.APIResourceList",
  "meta.v1.Status",
  "resource.v1.ResourceSlice",
  "apiextensions.v1.CustomResourceDefinition",
];

/** Texts that tell encoders apart: quotes, HTML, characters outside the first plane, line ends. */
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.constantFrom("", "<a&b>", "\u2028", 'q"\\', "😀", "a\nb", "yes", "1.0", "__proto__", "\u0000"),
);

/**
 * Keys of maps. Array indexes are left out: JavaScript puts them first in every object, so a foreign
 * codec that keeps maps in objects writes them in another order.
 */
const mapKey = text.filter((key) => !/^(0|[1-9]\d{0,9})$/.test(key));

const SCALARS: Readonly<Record<Scalar, fc.Arbitrary<unknown>>> = {
  string: text,
  bool: fc.boolean(),
  int32: fc.integer(),
  int64: fc.maxSafeInteger(),
  float64: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  bytes: fc.uint8Array({ maxLength: 9 }).map((bytes) => encodeBase64(bytes)),
};

const seconds = fc
  .integer({ min: Date.UTC(1, 1, 1) / 1000, max: Date.UTC(9999, 11, 31) / 1000 })
  .map((at) => new Date(at * 1000).toISOString().slice(0, 19));

/** As a reader gives it: large integers are bigints, for example. */
const anything = fc
  .jsonValue({ maxDepth: 2, noUnicodeString: false })
  .filter((value) => value !== null)
  .map((value) => parseJson(JSON.stringify(value)).value);

const WELL_KNOWN: Readonly<Record<WellKnown, fc.Arbitrary<unknown>>> = {
  Time: seconds.map((at) => `${at}Z`),
  MicroTime: fc
    .tuple(seconds, fc.integer({ min: 0, max: 999_999 }))
    .map(([at, micros]) => `${at}.${String(micros).padStart(6, "0")}Z`),
  Duration: fc.constantFrom("0s", "1h0m0s", "1.5s", "250ms"),
  Quantity: fc.constantFrom("0", "1", "500m", "1Gi", "1500Ki", "12e6", "-3", "7n", "5T"),
  IntOrString: fc.oneof(fc.integer(), text),
  FieldsV1: anything,
  RawExtension: anything,
  JSON: anything,
};

/** An object of a type, with few fields set, so that deep types stay small. */
export function objectOf(typeName: string): fc.Arbitrary<Record<string, unknown>> {
  return struct(typeName, 5).map((value) => canonical(typeName, value));
}

function struct(typeName: string, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = shapeOf(typeName).fields.filter(
    ({ name }) => name !== "kind" && name !== "apiVersion",
  );
  const set = fc.subarray([...fields], { maxLength: Math.min(fields.length, depth + 1) });
  return set.chain((chosen) =>
    fc.record(
      Object.fromEntries(chosen.map(({ name, type }) => [name, arbitraryOf(type, depth - 1)])),
    ),
  );
}

function arbitraryOf(type: ResolvedType, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "pointer":
      return arbitraryOf(type.element, depth);
    case "scalar":
      return SCALARS[type.scalar];
    case "wellKnown":
      return WELL_KNOWN[type.name];
    case "list":
      return depth < 0
        ? fc.constant(null)
        : fc.array(arbitraryOf(type.element, depth), { minLength: 1, maxLength: 2 });
    case "map":
      return depth < 0
        ? fc.constant(null)
        : fc.dictionary(mapKey, arbitraryOf(type.value, depth), DICTIONARY);
    case "struct":
      if (unionOf(type.typeName) !== undefined) return unionValue(type.typeName);
      return depth < 0 ? fc.constant({}) : struct(type.typeName, depth);
  }
}

const DICTIONARY = { minKeys: 1, maxKeys: 3, noNullPrototype: true };

function unionValue(typeName: string): fc.Arbitrary<unknown> {
  if (unionOf(typeName) === "OrBool") return fc.boolean();
  return fc.constant({ type: "string" });
}
