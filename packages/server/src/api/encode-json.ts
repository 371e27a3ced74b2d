/**
 * Objects to JSON as Go's encoder writes them: fields in the order of the schema, `omitempty`, sorted
 * map keys, `<`, `>`, `&`, U+2028 and U+2029 escaped. One writer per type, compiled at first use.
 */
import { type Shape, type ShapeField, shapeOf, UNION_SCHEMA, unionOf } from "./codec-shape.ts";
import { isEmptyValue, zeroOf, zeroOfField } from "./decode-zero.ts";
import { quoteJson, sortedKeys, writeAnyJson } from "./encode-json-text.ts";
import type { ResolvedType } from "./scheme.ts";

/** Writes a value that is neither null nor undefined. */
type Writer = (value: unknown) => string;

const structWriters = new Map<string, Writer>();

/**
 * The JSON text of an object, in one line without a line end. Unknown members are left out; a value
 * of the wrong type is written as it is.
 * @param typeName - a struct of the tables, `core.v1.Pod`.
 */
export function encodeJson(typeName: string, value: unknown): string {
  return writerOf(typeName)(value);
}

/** The writer behind `encodeJson`, for those who write many objects of one type. */
export function writerOf(typeName: string): (value: unknown) => string {
  const known = structWriters.get(typeName);
  if (known !== undefined) return known;
  const writer = unionOf(typeName) === undefined ? compileStruct(shapeOf(typeName)) : writeUnion;
  structWriters.set(typeName, writer);
  return writer;
}

interface FieldWriter {
  readonly name: string;
  /** `{"name":`, before the first member of an object. */
  readonly first: string;
  /** `,"name":`, before the others. */
  readonly next: string;
  readonly write: Writer;
  /** Undefined where an absent field is left out. */
  readonly zero: string | undefined;
  /** The type whose empty value is left out; undefined when none is. */
  readonly omitted: ResolvedType | undefined;
}

function compileStruct(shape: Shape): Writer {
  let fields: readonly FieldWriter[] | undefined;
  return (value) => {
    if (typeof value !== "object" || value === null) return writeAnyJson(value);
    fields ??= shape.fields.map(compileField);
    const members = value as Readonly<Record<string, unknown>>;
    let text = "";
    for (const field of fields) {
      const member = members[field.name];
      if (member === undefined || member === null) {
        if (field.zero !== undefined) text += headOf(field, text) + field.zero;
      } else if (field.omitted === undefined || !isEmptyValue(field.omitted, member)) {
        text += headOf(field, text) + field.write(member);
      }
    }
    return text === "" ? "{}" : `${text}}`;
  };
}

function headOf(field: FieldWriter, before: string): string {
  return before === "" ? field.first : field.next;
}

function compileField(field: ShapeField): FieldWriter {
  const zero = zeroOfField(field);
  const name = quoteJson(field.name);
  return {
    name: field.name,
    first: `{${name}:`,
    next: `,${name}:`,
    write: compile(field.type),
    zero: zero === undefined ? undefined : writeAnyJson(zero),
    omitted: field.omitEmpty ? field.type : undefined,
  };
}

function compile(type: ResolvedType): Writer {
  switch (type.kind) {
    case "pointer":
      return compile(type.element);
    case "struct":
      return (value) => writerOf(type.typeName)(value);
    case "list":
      return compileList(type.element);
    case "map":
      return compileMap(type.value);
    case "scalar":
      return type.scalar === "string" || type.scalar === "bytes" ? writeString : writeAnyJson;
    case "wellKnown":
      return type.name === "Time" || type.name === "MicroTime" ? writeString : writeAnyJson;
  }
}

const writeString: Writer = (value) =>
  typeof value === "string" ? quoteJson(value) : writeAnyJson(value);

function compileList(element: ResolvedType): Writer {
  const write = compile(element);
  const zero = writeAnyJson(zeroOf(element));
  return (value) => {
    if (!Array.isArray(value)) return writeAnyJson(value);
    let text = "[";
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (index > 0) text += ",";
      text += item === undefined || item === null ? zero : write(item);
    }
    return `${text}]`;
  };
}

function compileMap(element: ResolvedType): Writer {
  const write = compile(element);
  const zero = writeAnyJson(zeroOf(element));
  return (value) => {
    if (typeof value !== "object" || value === null) return writeAnyJson(value);
    const members = value as Readonly<Record<string, unknown>>;
    let text = "";
    for (const key of sortedKeys(members)) {
      const member = members[key];
      if (member === undefined) continue;
      text += `${text === "" ? "{" : ","}${quoteJson(key)}:${member === null ? zero : write(member)}`;
    }
    return text === "" ? "{}" : `${text}}`;
  };
}

const writeUnion: Writer = (value) => {
  if (Array.isArray(value)) return `[${value.map(writeUnion).join(",")}]`;
  return typeof value === "object" ? writerOf(UNION_SCHEMA)(value) : writeAnyJson(value);
};
