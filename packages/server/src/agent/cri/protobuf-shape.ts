import { ProtobufReader } from "../../api/protobuf-reader.ts";

/**
 * Messages of protobuf described by tables: which field of an object has which number, and how it is
 * written. What a table does not name is skipped in reading.
 *
 *     const PAIR: Shape<{ key: string; value: number }> = { key: text(1), value: integer(2) };
 * @see https://protobuf.dev/programming-guides/encoding
 */
export type Shape<T> = { readonly [K in keyof T]-?: Field<NonNullable<T[K]>> };

export interface Field<V> {
  readonly number: number;
  /** Writes the field, tag and all; nothing where the value is the default. */
  encode(number: number, value: V): readonly Uint8Array[];
  /** Reads one occurrence of the field. @param previous - What earlier ones have made of it. */
  decode(reader: ProtobufReader, wireType: number, previous: V | undefined): V;
  /** What the field is when it does not occur; `undefined` for a message. */
  initial(): V | undefined;
}

const VARINT = 0;
const DELIMITED = 2;

/** @param value - All fields may be left out. */
export function encode<T extends object>(shape: Shape<T>, value: Partial<T>): Buffer {
  const parts: Uint8Array[] = [];
  for (const name of Object.keys(shape) as (keyof T)[]) {
    const given = value[name];
    if (given === undefined || given === null) continue;
    const field = shape[name];
    parts.push(...field.encode(field.number, given));
  }
  return Buffer.concat(parts);
}

/** @throws ProtobufError */
export function decode<T extends object>(shape: Shape<T>, bytes: Uint8Array): T {
  const reader = new ProtobufReader(bytes);
  const names = Object.keys(shape) as (keyof T)[];
  const byNumber = new Map(names.map((name) => [shape[name].number, name]));
  const value: Partial<T> = {};
  for (const name of names) {
    const initial = shape[name].initial();
    if (initial !== undefined) value[name] = initial;
  }
  while (!reader.isDone) {
    const tag = reader.tag("message");
    const name = byNumber.get(Math.floor(tag / 8));
    if (name === undefined) reader.skip(tag % 8);
    else {
      value[name] = shape[name].decode(reader, tag % 8, value[name] as NonNullable<T[keyof T]>);
    }
  }
  return value as T;
}

export function text(number: number): Field<string> {
  return {
    number,
    encode: (at, value) => (value === "" ? [] : delimited(at, Buffer.from(value))),
    decode: (reader) => reader.text(),
    initial: () => "",
  };
}

/** Of 32 or 64 bits, signed or not, or an enum; digits beyond 2^53 are lost. */
export function integer(number: number): Field<number> {
  return {
    number,
    encode: (at, value) => (value === 0 ? [] : [varint(at * 8 + VARINT), varint(value)]),
    decode: (reader) => Number(reader.int64()),
    initial: () => 0,
  };
}

export function boolean(number: number): Field<boolean> {
  return {
    number,
    encode: (at, value) => (value ? [varint(at * 8 + VARINT), varint(1)] : []),
    decode: (reader) => reader.bool(),
    initial: () => false,
  };
}

export function texts(number: number): Field<readonly string[]> {
  return {
    number,
    encode: (at, values) => values.flatMap((value) => delimited(at, Buffer.from(value))),
    decode: (reader, _, previous = []) => [...previous, reader.text()],
    initial: () => [],
  };
}

/** Packed, as proto3 writes them; read in both ways. */
export function integers(number: number): Field<readonly number[]> {
  return {
    number,
    encode: (at, values) =>
      values.length === 0 ? [] : delimited(at, Buffer.concat(values.map((value) => varint(value)))),
    decode: (reader, wireType, previous = []) => {
      if (wireType !== DELIMITED) return [...previous, Number(reader.int64())];
      const packed = reader.message();
      const values = [...previous];
      while (!packed.isDone) values.push(Number(packed.int64()));
      return values;
    },
    initial: () => [],
  };
}

export function message<T extends object>(number: number, shape: Shape<T>): Field<T> {
  return {
    number,
    // A message that is there, and empty, is something else than none.
    encode: (at, value) => delimited(at, encode(shape, value)),
    decode: (reader) => decode(shape, reader.bytes()),
    initial: () => undefined,
  };
}

export function messages<T extends object>(number: number, shape: Shape<T>): Field<readonly T[]> {
  return {
    number,
    encode: (at, values) => values.flatMap((value) => delimited(at, encode(shape, value))),
    decode: (reader, _, previous = []) => [...previous, decode(shape, reader.bytes())],
    initial: () => [],
  };
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

/** A map of texts: messages of a key and a value. */
export function map(number: number): Field<Readonly<Record<string, string>>> {
  const shape: Shape<Entry> = { key: text(1), value: text(2) };
  return {
    number,
    encode: (at, entries) =>
      Object.entries(entries).flatMap(([key, value]) =>
        delimited(at, encode(shape, { key, value })),
      ),
    decode: (reader, _, previous = {}) => {
      const { key, value } = decode(shape, reader.bytes());
      return { ...previous, [key]: value };
    },
    initial: () => ({}),
  };
}

function delimited(number: number, bytes: Uint8Array): readonly Uint8Array[] {
  return [varint(number * 8 + DELIMITED), varint(bytes.length), bytes];
}

/** Seven bits a byte, the lowest first; negative numbers as 64 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(Math.trunc(value)));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) + 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
