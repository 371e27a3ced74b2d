/**
 * Objects to protobuf messages, one writer per type, compiled at first use. The bytes are those of
 * Kubernetes' generated code: fields in ascending number, map keys sorted, scalars that are no
 * pointers and structs that are no pointers always written.
 */
import { UNION_SCHEMA, type UnionName, unionOf } from "./codec-shape.ts";
import { decodeBase64 } from "./decode-base64.ts";
import { sortedKeys, writeAnyJson } from "./encode-json-text.ts";
import { FIXED64, type ProtobufWriter, VARINT } from "./protobuf-writer.ts";
import type { FieldDefinition } from "./schema/language.ts";
import {
  aliasOf,
  type ResolvedType,
  resolveType,
  type Scalar,
  structOf,
  type WellKnown,
} from "./scheme.ts";
import { parseTime, type TimeLayout } from "./time-format.ts";
import { parseDuration } from "./time-format-duration.ts";

/** Writes the content of a message, without its head. */
type MessageWriter = (value: unknown, writer: ProtobufWriter) => void;
/** Writes a field or an element, tag included. */
type FieldWriter = (value: unknown, writer: ProtobufWriter) => void;

const messages = new Map<string, MessageWriter>();

/** The writer of a struct's fields. */
export function messageWriterOf(typeName: string): MessageWriter {
  const known = messages.get(typeName);
  if (known !== undefined) return known;
  const union = unionOf(typeName);
  const writer = union === undefined ? compileStruct(typeName) : compileUnion(union);
  messages.set(typeName, writer);
  return writer;
}

function compileStruct(typeName: string): MessageWriter {
  let fields: readonly { name: string; write: FieldWriter }[] | undefined;
  return (value, writer) => {
    fields ??= structOf(typeName)
      .fields.filter((field) => field.number > 0)
      .toSorted((left, right) => right.number - left.number)
      .map((field) => ({ name: field.name, write: compileField(field) }));
    const members = isMembers(value) ? value : {};
    // An inlined struct takes its fields from this same object.
    for (const { name, write } of fields) write(name === "" ? members : members[name], writer);
  };
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function compileField(field: FieldDefinition): FieldWriter {
  const { number, type: reference } = field;
  if (isWrappedList(reference)) return wrapped(number);
  const type = resolveType(reference);
  const write = compileElement(number, type);
  // Of these, the absent is not written; of scalars and structs the zero value is.
  const mayBeAbsent =
    type.kind !== "struct" &&
    type.kind !== "wellKnown" &&
    (type.kind !== "scalar" || type.scalar === "bytes");
  if (!mayBeAbsent) return write;
  return (value, writer) => {
    if (value !== undefined && value !== null) write(value, writer);
  };
}

/** A named list of scalars is a message of its own, `ExtraValue`, `Verbs`; null is an empty one. */
export function isWrappedList(reference: string): boolean {
  return aliasOf(reference)?.type.startsWith("[]string") === true;
}

function wrapped(number: number): FieldWriter {
  const write = compileElement(1, resolveType("[]string"));
  return (value, writer) => {
    if (value === undefined || value === null) return;
    const before = writer.size;
    write(value, writer);
    writer.head(number, before);
  };
}

function compileElement(number: number, type: ResolvedType): FieldWriter {
  switch (type.kind) {
    case "pointer":
      return compileElement(number, type.element);
    case "list":
      return compileList(number, type.element);
    case "map":
      return compileMap(number, type.value);
    case "scalar":
      return SCALARS[type.scalar](number);
    case "struct":
      return message(number, (value, writer) => messageWriterOf(type.typeName)(value, writer));
    case "wellKnown":
      return message(number, WELL_KNOWN[type.name]);
  }
}

function message(number: number, write: MessageWriter): FieldWriter {
  return (value, writer) => {
    const before = writer.size;
    write(value, writer);
    writer.head(number, before);
  };
}

function compileList(number: number, element: ResolvedType): FieldWriter {
  const write = compileElement(number, element);
  return (value, writer) => {
    if (!Array.isArray(value)) return;
    for (let index = value.length - 1; index >= 0; index--) write(value[index], writer);
  };
}

function compileMap(number: number, element: ResolvedType): FieldWriter {
  // Lists are map values only as named types, which are messages.
  const write =
    element.kind === "list" ? message(2, compileElement(1, element)) : compileElement(2, element);
  return (value, writer) => {
    if (!isMembers(value)) return;
    for (const key of sortedKeys(value).toReversed()) {
      const before = writer.size;
      write(value[key], writer);
      const beforeKey = writer.size;
      writer.text(key);
      writer.head(1, beforeKey);
      writer.head(number, before);
    }
  };
}

const SCALARS: Readonly<Record<Scalar, (number: number) => FieldWriter>> = {
  string: (number) => (value, writer) => {
    const before = writer.size;
    if (typeof value === "string") writer.text(value);
    writer.head(number, before);
  },
  bytes: (number) => (value, writer) => {
    const before = writer.size;
    if (typeof value === "string") writer.bytes(decodeBase64(value));
    writer.head(number, before);
  },
  bool: (number) => (value, writer) => {
    writer.varint(value === true ? 1 : 0);
    writer.tag(number, VARINT);
  },
  int32: writeInt,
  int64: writeInt,
  float64: (number) => (value, writer) => {
    writer.double(typeof value === "number" ? value : 0);
    writer.tag(number, FIXED64);
  },
};

function writeInt(number: number): FieldWriter {
  return (value, writer) => {
    writer.int(typeof value === "number" || typeof value === "bigint" ? value : 0);
    writer.tag(number, VARINT);
  };
}

const writeText1 = SCALARS.string(1);

const WELL_KNOWN: Readonly<Record<WellKnown, MessageWriter>> = {
  Time: timeWriter("seconds"),
  MicroTime: timeWriter("micros"),
  Duration: (value, writer) => {
    writeInt(1)(typeof value === "string" ? parseDuration(value) : 0, writer);
  },
  Quantity: (value, writer) => {
    writeText1(value === undefined || value === null ? "0" : String(value), writer);
  },
  IntOrString: (value, writer) => {
    const isText = typeof value === "string";
    SCALARS.string(3)(isText ? value : "", writer);
    writeInt(2)(isText ? 0 : value, writer);
    writeInt(1)(isText ? 1 : 0, writer);
  },
  FieldsV1: writeRaw,
  RawExtension: writeRaw,
  JSON: writeRaw,
};

/** The zero time is an empty message. */
function timeWriter(layout: TimeLayout): MessageWriter {
  return (value, writer) => {
    if (typeof value !== "string") return;
    const { seconds, nanos } = parseTime(value, layout);
    writer.int(layout === "micros" ? nanos - (nanos % 1000) : 0);
    writer.tag(2, VARINT);
    writer.int(seconds);
    writer.tag(1, VARINT);
  };
}

/** JSON in a message: bytes that others have encoded are taken as they are. */
function writeRaw(value: unknown, writer: ProtobufWriter): void {
  if (value === undefined || value === null) return;
  const before = writer.size;
  if (value instanceof Uint8Array) writer.bytes(value);
  else writer.text(writeAnyJson(value));
  writer.head(1, before);
}

/** The unions of JSON schema, whose messages have a field for each form. */
function compileUnion(union: UnionName): MessageWriter {
  const schema = compileElement(union === "OrBool" ? 2 : 1, {
    kind: "struct",
    typeName: UNION_SCHEMA,
  });
  const list = compileElement(
    2,
    resolveType(union === "OrArray" ? `[]${UNION_SCHEMA}` : "[]string"),
  );
  return (value, writer) => {
    if (Array.isArray(value)) list(value, writer);
    else if (isMembers(value)) schema(value, writer);
    if (union !== "OrBool") return;
    writer.varint(value === true || isMembers(value) ? 1 : 0);
    writer.tag(1, VARINT);
  };
}
