/**
 * The quick way from a plain JSON value to a canonical object, compiled per type at first use. It
 * reads only what is in order. Whatever is not (an unknown field, a wrong type) it merely notes,
 * and `decode-exact.ts` goes over the text once more to say what it is.
 */
import { type Shape, type ShapeField, shapeOf, UNION_SCHEMA, unionOf } from "./codec-shape.ts";
import { normalizeBase64 } from "./decode-base64.ts";
import { isEmptyValue, zeroOf, zeroOfField } from "./decode-zero.ts";
import { countMembersOf, setMember } from "./json-parser-plain.ts";
import { normalizeQuantity } from "./quantity.ts";
import type { ResolvedType, Scalar, WellKnown } from "./scheme.ts";
import { normalizeTime } from "./time-format.ts";
import { parseDuration, printDuration } from "./time-format-duration.ts";

/** What a decoder found on its way. */
export interface Finding {
  /** Members read so far, to be compared with the census of the text. */
  members: number;
  /** Something was not in order; the result is worthless. */
  isOdd: boolean;
}

/** Undefined means absent: null, or Go's zero time. */
type Reader = (value: unknown, finding: Finding) => unknown;

const structReaders = new Map<string, Reader>();

/** The reader of a struct. It gives a canonical object, unless it notes that something is odd. */
export function readerOf(typeName: string): Reader {
  const known = structReaders.get(typeName);
  if (known !== undefined) return known;
  const union = unionOf(typeName);
  const reader = union === undefined ? compileStruct(shapeOf(typeName)) : readUnion;
  structReaders.set(typeName, reader);
  return reader;
}

function odd(finding: Finding): undefined {
  finding.isOdd = true;
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface FieldReader {
  readonly name: string;
  readonly read: Reader;
  /** Present where an absent field shows all the same. */
  readonly zero: (() => unknown) | undefined;
}

function compileStruct(shape: Shape): Reader {
  let fields: readonly FieldReader[] | undefined;
  return (value, finding) => {
    if (!isObject(value)) return odd(finding);
    // At first use, not before: types refer to themselves.
    fields ??= shape.fields.map(compileField);
    const result: Record<string, unknown> = {};
    let used = 0;
    for (const { name, read, zero } of fields) {
      const member = value[name];
      if (member !== undefined) {
        used++;
        const decoded = read(member, finding);
        if (decoded !== undefined) result[name] = decoded;
      } else if (zero !== undefined) result[name] = zero();
    }
    let members = 0;
    for (const _ in value) members++;
    finding.members += members;
    if (members !== used) finding.isOdd = true;
    return result;
  };
}

function compileField(field: ShapeField): FieldReader {
  const zero = compileZero(field);
  const read = compile(field.type);
  const { name, type } = field;
  if (field.omitEmpty && !field.keepEmpty) {
    return {
      name,
      zero,
      read: (value, finding) => {
        const decoded = value === null ? undefined : read(value, finding);
        if (decoded === undefined) return zero?.();
        return isEmptyValue(type, decoded) ? undefined : decoded;
      },
    };
  }
  return {
    name,
    zero,
    read: (value, finding) => {
      const decoded = value === null ? undefined : read(value, finding);
      return decoded === undefined ? zero?.() : decoded;
    },
  };
}

/** Values with members are made anew each time, since their object may be changed. */
function compileZero(field: ShapeField): (() => unknown) | undefined {
  const zero = zeroOfField(field);
  if (zero === undefined) return undefined;
  return typeof zero === "object" && zero !== null ? () => zeroOfField(field) : () => zero;
}

/** A reader of values that are not null. */
function compile(type: ResolvedType): Reader {
  switch (type.kind) {
    case "pointer":
      return compile(type.element);
    case "struct":
      return (value, finding) => readerOf(type.typeName)(value, finding);
    case "list":
      return compileList(type.element);
    case "map":
      return compileMap(type.value);
    case "scalar":
      return SCALARS[type.scalar];
    case "wellKnown":
      return WELL_KNOWN[type.name];
  }
}

function compileList(element: ResolvedType): Reader {
  const read = compile(element);
  return (value, finding) => {
    if (!Array.isArray(value)) return odd(finding);
    const result = new Array<unknown>(value.length);
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      const decoded = item === null ? undefined : read(item, finding);
      result[index] = decoded === undefined ? zeroOf(element) : decoded;
    }
    return result;
  };
}

function compileMap(element: ResolvedType): Reader {
  const read = compile(element);
  // Upstream's maps of bytes come back from protobuf with empty bytes instead of none.
  const isBytes = element.kind === "scalar" && element.scalar === "bytes";
  return (value, finding) => {
    if (!isObject(value)) return odd(finding);
    const result: Record<string, unknown> = {};
    for (const key in value) {
      finding.members++;
      const item = value[key];
      const decoded = item === null ? undefined : read(item, finding);
      setMember(result, key, decoded === undefined ? (isBytes ? "" : zeroOf(element)) : decoded);
    }
    return result;
  };
}

const readString: Reader = (value, finding) => (typeof value === "string" ? value : odd(finding));

const readInt32: Reader = (value, finding) =>
  typeof value === "number" && (value | 0) === value ? value + 0 : odd(finding);

const SCALARS: Readonly<Record<Scalar, Reader>> = {
  string: readString,
  bool: (value, finding) => (typeof value === "boolean" ? value : odd(finding)),
  int32: readInt32,
  int64: (value, finding) => {
    if (typeof value === "number") return Number.isSafeInteger(value) ? value + 0 : odd(finding);
    return typeof value === "bigint" ? value : odd(finding);
  },
  float64: (value, finding) => {
    if (typeof value === "bigint") return Number(value);
    return typeof value === "number" ? value : odd(finding);
  },
  bytes: orOdd(normalizeBase64),
};

const readQuantity = orOdd((text) => normalizeQuantity(text.trim()));

const WELL_KNOWN: Readonly<Record<WellKnown, Reader>> = {
  Time: orOdd((text) => normalizeTime(text, "seconds")),
  MicroTime: orOdd((text) => normalizeTime(text, "micros")),
  Duration: orOdd((text) => printDuration(parseDuration(text))),
  Quantity: (value, finding) =>
    // A plain integer stands for its digits.
    readQuantity(typeof value === "number" ? String(value) : value, finding),
  IntOrString: (value, finding) => (typeof value === "string" ? value : readInt32(value, finding)),
  FieldsV1: readAnything,
  RawExtension: readAnything,
  JSON: readAnything,
};

/** A reader of texts out of a conversion that throws. */
function orOdd(convert: (text: string) => string | undefined): Reader {
  return (value, finding) => {
    if (typeof value !== "string") return odd(finding);
    try {
      return convert(value);
    } catch {
      return odd(finding);
    }
  };
}

function readAnything(value: unknown, finding: Finding): unknown {
  finding.members += countMembersOf(value);
  return value;
}

/** A schema, or one of the other forms: a boolean, a list of schemas, a list of strings. */
function readUnion(value: unknown, finding: Finding): unknown {
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      typeof item === "string" ? item : readerOf(UNION_SCHEMA)(item, finding),
    );
  }
  return readerOf(UNION_SCHEMA)(value, finding);
}
