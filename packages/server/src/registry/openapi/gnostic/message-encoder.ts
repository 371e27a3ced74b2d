/**
 * Writes JSON documents as the protobuf messages of gnostic, by tables of their fields: the form in
 * which Go clients read OpenAPI. What JSON says with a map or a choice of shapes, those messages say
 * with wrappers, and therefore a table may also choose a field by the value.
 */
import { FIXED64, ProtobufWriter, VARINT } from "../../../api/protobuf-writer.ts";

/**
 * What a field holds: `string`, `bool`, `double`; `yaml`, the text of any value; `Name`, a message;
 * `[]Name` or `[]string`, many; `{}Name`, a map, written as many messages of name (1) and value (2).
 */
export type FieldType = string;

export type Field = readonly [number: number, type: FieldType];

/**
 * A message that stands for a JSON object: fields by key. `x-` holds the keys that begin so, `*` all
 * that are not named; both are maps.
 */
export type MessageFields = Readonly<Record<string, Field>>;

/** A message around a value: the field that the value goes into; undefined when it has none. */
export type MessageChoice = (value: unknown) => Field | undefined;

export type MessageTables = Readonly<Record<string, MessageFields | MessageChoice>>;

/** Encodes documents of one version. */
export type DocumentEncoder = (document: unknown) => Uint8Array;

interface OrderedField {
  readonly key: string;
  readonly number: number;
  readonly type: FieldType;
}

type Encode = (writer: ProtobufWriter, value: unknown) => void;

/**
 * @returns encodes a `Document`, fields in ascending order
 * @throws Error from the encoder, when the document says something that the tables do not have
 */
export function createDocumentEncoder(tables: MessageTables): DocumentEncoder {
  const encodersByName = new Map<string, Encode>();
  const encoderOf = (name: string): Encode => {
    const known = encodersByName.get(name);
    if (known !== undefined) return known;
    const table = tables[name];
    if (table === undefined) throw new Error(`no message is named ${name}`);
    const encode: Encode =
      typeof table === "function"
        ? choiceEncoder(table, encoderOf)
        : objectEncoder(name, table, encoderOf);
    encodersByName.set(name, encode);
    return encode;
  };
  return (document) => {
    const writer = new ProtobufWriter();
    encoderOf("Document")(writer, document);
    return writer.finish().slice();
  };
}

function choiceEncoder(choose: MessageChoice, encoderOf: (name: string) => Encode): Encode {
  return (writer, value) => {
    const field = choose(value);
    if (field !== undefined) writeField(writer, field[0], field[1], value, encoderOf);
  };
}

function objectEncoder(
  name: string,
  table: MessageFields,
  encoderOf: (name: string) => Encode,
): Encode {
  // The writer goes backwards: the last field first.
  const fields: readonly OrderedField[] = Object.entries(table)
    .map(([key, [number, type]]) => ({ key, number, type }))
    .sort((left, right) => right.number - left.number);
  return (writer, value) => {
    const object = value as Readonly<Record<string, unknown>>;
    const groups = grouped(name, table, object);
    for (const { key, number, type } of fields) {
      const found = groups.get(key) ?? (isPattern(key) ? undefined : object[key]);
      if (found !== undefined) writeField(writer, number, type, found, encoderOf);
    }
  };
}

function isPattern(key: string): boolean {
  return key === "x-" || key === "*";
}

/** The parts of an object that go into the fields of a pattern. */
function grouped(
  name: string,
  table: MessageFields,
  object: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const groups = new Map<string, Record<string, unknown>>();
  for (const [key, value] of Object.entries(object)) {
    if (Object.hasOwn(table, key) && !isPattern(key)) continue;
    const pattern = Object.hasOwn(table, "x-") && key.startsWith("x-") ? "x-" : "*";
    if (!Object.hasOwn(table, pattern)) throw new Error(`${name} has no field ${key}`);
    const group = groups.get(pattern);
    if (group === undefined) groups.set(pattern, { [key]: value });
    else group[key] = value;
  }
  return groups;
}

function writeField(
  writer: ProtobufWriter,
  number: number,
  type: FieldType,
  value: unknown,
  encoderOf: (name: string) => Encode,
): void {
  const end = writer.size;
  if (type.startsWith("[]")) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const item of items.toReversed()) {
      writeField(writer, number, type.slice(2), item, encoderOf);
    }
  } else if (type.startsWith("{}")) {
    for (const [key, item] of Object.entries(value as object).reverse()) {
      const entryEnd = writer.size;
      writeField(writer, 2, type.slice(2), item, encoderOf);
      writeField(writer, 1, "string", key, encoderOf);
      writer.head(number, entryEnd);
    }
  } else if (!writeScalar(writer, number, type, value)) {
    encoderOf(type)(writer, value);
    writer.head(number, end);
  }
}

/** False, and nothing written, when the type is no scalar's. */
function writeScalar(
  writer: ProtobufWriter,
  number: number,
  type: FieldType,
  value: unknown,
): boolean {
  const end = writer.size;
  switch (type) {
    case "string":
      writer.text(String(value));
      writer.head(number, end);
      return true;
    case "yaml":
      // JSON is YAML, too.
      writer.text(`${JSON.stringify(value)}\n`);
      writer.head(number, end);
      return true;
    case "bool":
      writer.varint(value === true ? 1 : 0);
      writer.tag(number, VARINT);
      return true;
    case "double":
      writer.double(Number(value));
      writer.tag(number, FIXED64);
      return true;
    default:
      return false;
  }
}
