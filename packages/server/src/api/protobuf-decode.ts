/**
 * Protobuf messages to objects. The result has plain values and no order; `canonical` of `decode.ts`
 * does the rest. Fields that no table has are passed over.
 */
import { UNION_SCHEMA, type UnionName, unionOf } from "./codec-shape.ts";
import { encodeBase64 } from "./decode-base64.ts";
import { goFieldName } from "./go-names.ts";
import { parseJson, setMember } from "./json-parser-plain.ts";
import { isWrappedList } from "./protobuf-encode.ts";
import { ProtobufError, type ProtobufReader, wrongWireType } from "./protobuf-reader.ts";
import { BYTES, FIXED64, VARINT } from "./protobuf-writer.ts";
import type { FieldDefinition } from "./schema/language.ts";
import { type ResolvedType, resolveType, type Scalar, structOf, type WellKnown } from "./scheme.ts";
import { formatInstant, type TimeLayout } from "./time-format.ts";
import { printDuration } from "./time-format-duration.ts";

type Members = Record<string, unknown>;
/** Reads one value; `existing` is what an earlier field of the same number left. */
type ValueReader = (reader: ProtobufReader, existing: unknown) => unknown;

interface FieldReader {
  readonly name: string;
  readonly wireType: number;
  readonly read: ValueReader;
}

const structs = new Map<string, ReadonlyMap<number, FieldReader>>();

/**
 * Reads the fields of a struct into an object.
 * @throws ProtobufError
 */
export function readMessage(typeName: string, reader: ProtobufReader, into: Members): Members {
  const fields = fieldsOf(typeName);
  while (!reader.isDone) {
    const tag = reader.tag(typeName.slice(typeName.lastIndexOf(".") + 1));
    const field = fields.get(Math.floor(tag / 8));
    if (field === undefined) {
      reader.skip(tag % 8);
      continue;
    }
    if (field.wireType !== tag % 8) {
      throw wrongWireType(tag % 8, fieldNameIn(typeName, tag));
    }
    if (field.name === "") field.read(reader, into);
    else into[field.name] = field.read(reader, into[field.name]);
  }
  return into;
}

/** Metadata is a struct without a name of its own in every list, and in whatever has it. */
function fieldNameIn(typeName: string, tag: number): string {
  const number = Math.floor(tag / 8);
  const field = structOf(typeName).fields.find((each) => each.number === number);
  if (field === undefined) return "";
  return goFieldName(typeName, field.name === "metadata" ? { ...field, name: "" } : field);
}

function fieldsOf(typeName: string): ReadonlyMap<number, FieldReader> {
  const known = structs.get(typeName);
  if (known !== undefined) return known;
  const fields = new Map(
    structOf(typeName).fields.map((field): [number, FieldReader] => [
      field.number,
      compileField(field),
    ]),
  );
  fields.delete(0);
  structs.set(typeName, fields);
  return fields;
}

function compileField(field: FieldDefinition): FieldReader {
  const type = resolveType(field.type);
  const read = isWrappedList(field.type) ? readWrapped : compile(type);
  return { name: field.name, wireType: wireTypeOf(type), read };
}

function wireTypeOf(type: ResolvedType): number {
  if (type.kind === "pointer" || type.kind === "list") return wireTypeOf(type.element);
  if (type.kind !== "scalar") return BYTES;
  if (type.scalar === "float64") return FIXED64;
  return type.scalar === "string" || type.scalar === "bytes" ? BYTES : VARINT;
}

const readWrapped: ValueReader = (reader, existing) => {
  const inner = reader.message();
  const items: unknown[] = Array.isArray(existing) ? existing : [];
  while (!inner.isDone) {
    const tag = inner.tag("ExtraValue");
    if (tag === 8 + BYTES) items.push(inner.text());
    else inner.skip(tag % 8);
  }
  return items;
};

function compile(type: ResolvedType): ValueReader {
  switch (type.kind) {
    case "pointer":
      return compile(type.element);
    case "list":
      return compileList(type.element);
    case "map":
      return compileMap(type.value);
    case "scalar":
      return SCALARS[type.scalar];
    case "struct":
      return compileStruct(type.typeName);
    case "wellKnown":
      return WELL_KNOWN[type.name];
  }
}

function compileStruct(typeName: string): ValueReader {
  const union = unionOf(typeName);
  if (union !== undefined) return (reader) => readUnion(union, reader.message());
  return (reader, existing) =>
    readMessage(typeName, reader.message(), isMembers(existing) ? existing : {});
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function compileList(element: ResolvedType): ValueReader {
  const read = compile(element);
  return (reader, existing) => {
    const items: unknown[] = Array.isArray(existing) ? existing : [];
    items.push(read(reader, undefined));
    return items;
  };
}

function compileMap(element: ResolvedType): ValueReader {
  const read = element.kind === "list" ? readWrapped : compile(element);
  const wireType = element.kind === "list" ? BYTES : wireTypeOf(element);
  return (reader, existing) => {
    const members: Members = isMembers(existing) ? existing : {};
    const entry = reader.message();
    let key = "";
    let value: unknown = null;
    while (!entry.isDone) {
      const tag = entry.tag("MapEntry");
      if (tag === 8 + BYTES) key = entry.text();
      else if (tag === 16 + wireType) value = read(entry, undefined);
      else entry.skip(tag % 8);
    }
    setMember(members, key, value ?? null);
    return members;
  };
}

const SCALARS: Readonly<Record<Scalar, ValueReader>> = {
  string: (reader) => reader.text(),
  bytes: (reader) => encodeBase64(reader.bytes()),
  bool: (reader) => reader.bool(),
  int32: (reader) => reader.int32(),
  int64: (reader) => reader.int64(),
  float64: (reader) => reader.double(),
};

const WELL_KNOWN: Readonly<Record<WellKnown, ValueReader>> = {
  Time: timeReader("seconds"),
  MicroTime: timeReader("micros"),
  Duration: (reader) => printDuration(BigInt(readFields(reader.message()).first)),
  Quantity: (reader) => {
    const inner = reader.message();
    let text = "0";
    while (!inner.isDone) {
      const tag = inner.tag("Quantity");
      if (tag === 8 + BYTES) text = inner.text();
      else inner.skip(tag % 8);
    }
    return text;
  },
  IntOrString: readIntOrString,
  FieldsV1: readRaw,
  RawExtension: readRaw,
  JSON: readRaw,
};

/** The two integers of a timestamp. */
function readFields(reader: ProtobufReader): { first: number | bigint; second: number } {
  let first: number | bigint = 0;
  let second = 0;
  while (!reader.isDone) {
    const tag = reader.tag("Timestamp");
    if (tag === 8 + VARINT) first = reader.int64();
    else if (tag === 16 + VARINT) second = reader.int32();
    else reader.skip(tag % 8);
  }
  return { first, second };
}

/** Years 0 … 9999, beyond which no text of the API goes. */
const EARLIEST_SECONDS = -62_167_219_200;
const LATEST_SECONDS = 253_402_300_799;

function timeReader(layout: TimeLayout): ValueReader {
  return (reader) => {
    const inner = reader.message();
    if (inner.isDone) return null;
    const { first, second } = readFields(inner);
    const seconds = Number(first);
    const isInRange = seconds >= EARLIEST_SECONDS && seconds <= LATEST_SECONDS;
    if (!isInRange || second < 0 || second > 999_999_999) {
      throw new ProtobufError("proto: time out of range");
    }
    return formatInstant({ seconds, nanos: layout === "micros" ? second : 0 }, layout) ?? null;
  };
}

function readIntOrString(reader: ProtobufReader): number | string {
  const inner = reader.message();
  let isText = false;
  let number = 0;
  let text = "";
  while (!inner.isDone) {
    const tag = inner.tag("IntOrString");
    if (tag === 8 + VARINT) isText = inner.int64() === 1;
    else if (tag === 16 + VARINT) number = inner.int32();
    else if (tag === 24 + BYTES) text = inner.text();
    else inner.skip(tag % 8);
  }
  return isText ? text : number;
}

/** JSON in a message; nothing is null. */
function readRaw(reader: ProtobufReader): unknown {
  const inner = reader.message();
  let raw: Uint8Array | undefined;
  while (!inner.isDone) {
    const tag = inner.tag("RawExtension");
    if (tag === 8 + BYTES) raw = inner.bytes();
    else inner.skip(tag % 8);
  }
  if (raw === undefined || raw.length === 0) return null;
  try {
    return parseJson(raw).value;
  } catch (error) {
    throw new ProtobufError(error instanceof Error ? error.message : String(error));
  }
}

/** The unions of JSON schema, whose messages have a field for each form. */
function readUnion(union: UnionName, reader: ProtobufReader): unknown {
  let allows = false;
  let schema: Members | undefined;
  const list: unknown[] = [];
  const schemaTag = (union === "OrBool" ? 16 : 8) + BYTES;
  while (!reader.isDone) {
    const tag = reader.tag(`JSONSchemaProps${union}`);
    if (tag === schemaTag) schema = readMessage(UNION_SCHEMA, reader.message(), schema ?? {});
    else if (union === "OrBool" && tag === 8 + VARINT) allows = reader.bool();
    else if (union === "OrArray" && tag === 16 + BYTES) {
      list.push(readMessage(UNION_SCHEMA, reader.message(), {}));
    } else if (union === "OrStringArray" && tag === 16 + BYTES) list.push(reader.text());
    else reader.skip(tag % 8);
  }
  if (union === "OrBool") return schema ?? allows;
  return list.length > 0 ? list : (schema ?? null);
}
