/** Laws of JSON and of decoding by schema. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { objectOf, SAMPLE_TYPES } from "./codec.arbitrary.ts";
import { decode, decodeJson, decodeNode, JsonTypeError } from "./decode.ts";
import { encodeJson } from "./encode-json.ts";
import { prettyJson } from "./encode-json-text.ts";
import { JsonSyntaxError, readJson } from "./json-parser.ts";
import { countMembers } from "./json-parser-census.ts";
import {
  countMembersOf,
  type JsonValue,
  parseJson,
  parseNatively,
  plainValue,
} from "./json-parser-plain.ts";

/** Integers beyond 2^53, which JSON.parse rounds. */
function asNumbers(value: JsonValue): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(asNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asNumbers(item)]));
}

describe("readers of JSON", () => {
  it("agree with JSON.parse about what JSON.stringify writes", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ noUnicodeString: false }),
        fc.constantFrom(0, 1, 2),
        (value, space) => {
          const text = JSON.stringify(value, null, space);
          expect(asNumbers(plainValue(readJson(text)))).toEqual(JSON.parse(text));
          const { value: parsed, duplicates } = parseJson(text);
          expect(asNumbers(parsed)).toEqual(JSON.parse(text));
          expect(duplicates).toEqual([]);
        },
      ),
    );
  });

  it("agree with JSON.parse about what is JSON, whatever is changed in it", () => {
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom(...'{}[],:"\\truefalsn0123456789.-+eE \u0001é'),
    );
    fc.assert(
      fc.property(fc.json(), fc.array(change, { minLength: 1, maxLength: 3 }), (json, changes) => {
        let text = json;
        for (const [at, letter] of changes) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + letter + text.slice(place + (at % 2));
        }
        if (parseNatively(text) !== undefined) expect(() => readJson(text)).not.toThrow();
        else expect(() => readJson(text)).toThrow(JsonSyntaxError);
      }),
      { numRuns: 500 },
    );
  });

  it("count the members of a plain text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const members = countMembers(text);
        if (members >= 0) expect(members).toBe(countMembersOf(JSON.parse(text)));
      }),
    );
  });

  it("indent as JSON.stringify does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed: unknown = JSON.parse(JSON.stringify(value));
        expect(prettyJson(JSON.stringify(parsed))).toBe(JSON.stringify(parsed, null, 2));
      }),
    );
  });
});

describe.each(SAMPLE_TYPES)("%s", (typeName) => {
  it("comes back from its own text, by the quick way and by the exact one", () => {
    fc.assert(
      fc.property(objectOf(typeName), (object) => {
        const text = encodeJson(typeName, object);
        expect(decodeJson(typeName, text)).toEqual({ value: object, strictErrors: [] });
        expect(decodeNode(typeName, readJson(text))).toEqual({ value: object, strictErrors: [] });
        expect(decode(typeName, object).value).toEqual(object);
        expect(encodeJson(typeName, decodeJson(typeName, text).value)).toBe(text);
      }),
      { numRuns: 40 },
    );
  });

  it("is decoded or refused, whatever its members hold", () => {
    fc.assert(
      fc.property(
        objectOf(typeName),
        fc.nat(),
        fc.jsonValue({ maxDepth: 1 }),
        (object, at, value) => {
          const text = encodeJson(typeName, object);
          const places = [...text.matchAll(/:/g)].map((match) => match.index + 1);
          const place = places[at % Math.max(1, places.length)] ?? 0;
          const changed = `${text.slice(0, place)}${JSON.stringify(value)}${text.slice(place).replace(/^("[^"]*"|[^,}\]{["]+)/, "")}`;
          try {
            const { value: decoded } = decodeJson(typeName, changed);
            expect(decodeJson(typeName, encodeJson(typeName, decoded)).value).toEqual(decoded);
          } catch (error) {
            expect([JsonSyntaxError, JsonTypeError]).toContain((error as Error).constructor);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
