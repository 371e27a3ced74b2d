import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import {
  boolean,
  decode,
  encode,
  integer,
  integers,
  map,
  message,
  messages,
  type Shape,
  text,
  texts,
} from "./protobuf-shape.ts";

interface Inner {
  readonly name: string;
  readonly numbers: readonly number[];
}

interface Outer {
  readonly title: string;
  readonly count: number;
  readonly yes: boolean;
  readonly words: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly one?: Inner;
  readonly many: readonly Inner[];
}

const INNER: Shape<Inner> = { name: text(1), numbers: integers(2000) };
const OUTER: Shape<Outer> = {
  title: text(1),
  count: integer(2),
  yes: boolean(3),
  words: texts(4),
  labels: map(5),
  one: message(6, INNER),
  many: messages(77, INNER),
};

/** The same, in the words of another library. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Inner { string name = 1; repeated int64 numbers = 2000; }
  message Outer {
    string title = 1; int64 count = 2; bool yes = 3; repeated string words = 4;
    map<string, string> labels = 5; Inner one = 6; repeated Inner many = 77; string unknown = 9;
  }
`);
const other = root.lookupType("Outer");

const whole = fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 });
const name = fc.string({ unit: "grapheme", maxLength: 40 });
const inner = fc.record({ name, numbers: fc.array(whole, { maxLength: 5 }) });
const outer: fc.Arbitrary<Outer> = fc.record(
  {
    title: name,
    count: whole,
    yes: fc.boolean(),
    words: fc.array(name, { maxLength: 4 }),
    labels: fc.dictionary(
      name.filter((key) => key !== "__proto__"),
      name,
      { maxKeys: 4, noNullPrototype: true },
    ),
    one: inner,
    many: fc.array(inner, { maxLength: 3 }),
  },
  { requiredKeys: ["title", "count", "yes", "words", "labels", "many"] },
);

describe("messages by tables", () => {
  test("are read back as they were written", () => {
    fc.assert(
      fc.property(outer, (value) => {
        expect(decode(OUTER, encode(OUTER, value))).toEqual(value);
      }),
    );
  });

  test("are what another library reads", () => {
    fc.assert(
      fc.property(outer, (value) => {
        const read = other.toObject(other.decode(encode(OUTER, value)), {
          longs: Number,
          defaults: true,
        });
        expect({ ...read, unknown: undefined, one: read.one ?? undefined }).toEqual({
          ...value,
          unknown: undefined,
          one: value.one,
        });
      }),
    );
  });

  test("are read as another library has written them, with what nobody knows", () => {
    fc.assert(
      fc.property(outer, name, (value, unknown) => {
        const bytes = other.encode(other.fromObject({ ...value, unknown })).finish();
        expect(decode(OUTER, bytes)).toEqual(value);
      }),
    );
  });

  test("a message that is empty is not one that is missing", () => {
    expect(decode(OUTER, encode(OUTER, { one: { name: "", numbers: [] } })).one).toEqual({
      name: "",
      numbers: [],
    });
    expect(decode(OUTER, Buffer.alloc(0)).one).toBeUndefined();
  });

  test("numbers that are not packed are read, too", () => {
    // 2000 << 3 | 0 = 16000, once for each.
    expect(decode(INNER, Buffer.from([0x80, 0x7d, 5, 0x80, 0x7d, 6])).numbers).toEqual([5, 6]);
  });

  test("what is cut short is no message", () => {
    const bytes = encode(OUTER, { title: "a title", many: [{ name: "x", numbers: [1] }] });
    expect(() => decode(OUTER, bytes.subarray(0, bytes.length - 1))).toThrow("EOF");
  });
});
