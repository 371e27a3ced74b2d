import { quoteGo } from "../../api/go-quote.ts";
import { parseDuration } from "../../api/time-format-duration.ts";

/**
 * Readers of the few types that a credential provider's configuration and answer are made of. They
 * are strict: a member that a type does not have is a problem, as with kubelet's own.
 */
export type Reader<T> = (value: unknown, at: ReadPlace) => T | undefined;

export interface ReadPlace {
  /** `providers[0].matchImages`; empty for the whole. */
  readonly path: string;
  /** `unknown field "providers[0].x"`, in the order of the text. */
  readonly unknown: string[];
}

/** A value of another type than its field has. It never holds the value. */
export class ReadError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ReadError";
  }
}

type Fields<T> = { readonly [Name in keyof T]-?: Reader<Exclude<T[Name], undefined>> };

/** An object with these members; those that are null or missing are left out. */
export function object<T extends object>(goType: string, fields: Fields<T>): Reader<Partial<T>> {
  return (value, { path, unknown }) => {
    if (!isRecord(value)) throw mismatch(value, path, goType);
    const read: Partial<T> = {};
    for (const [name, inner] of Object.entries(value)) {
      const at = path === "" ? name : `${path}.${name}`;
      if (!Object.hasOwn(fields, name)) unknown.push(`unknown field ${quoteGo(at)}`);
      else if (inner !== null) {
        const key = name as keyof T & string;
        const found = fields[key](inner, { path: at, unknown });
        if (found !== undefined) read[key] = found;
      }
    }
    return read;
  };
}

/** A list of one type; null members are the type's zero value, which `zero` makes. */
export function list<T>(goType: string, item: Reader<T>, zero: T): Reader<readonly T[]> {
  return (value, { path, unknown }) => {
    if (!Array.isArray(value)) throw mismatch(value, path, `[]${goType}`);
    return value.map((inner: unknown, index) =>
      inner === null ? zero : (item(inner, { path: `${path}[${index}]`, unknown }) ?? zero),
    );
  };
}

/** An object with members of any name. */
export function map<T>(goType: string, item: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (value, { path, unknown }) => {
    if (!isRecord(value)) throw mismatch(value, path, `map[string]${goType}`);
    const read = new Map<string, T>();
    for (const [name, inner] of Object.entries(value)) {
      const found = inner === null ? undefined : item(inner, { path: `${path}.${name}`, unknown });
      if (found !== undefined) read.set(name, found);
    }
    return read;
  };
}

export const text: Reader<string> = (value, { path }) => {
  if (typeof value === "string") return value;
  throw mismatch(value, path, "string");
};

export const flag: Reader<boolean> = (value, { path }) => {
  if (typeof value === "boolean") return value;
  throw mismatch(value, path, "bool");
};

/** Nanoseconds of `1h30m`. @throws TimeFormatError */
export const duration: Reader<bigint> = (value, { path }) => {
  if (typeof value === "string") return parseDuration(value);
  throw mismatch(value, path, "string");
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @see go encoding/json UnmarshalTypeError */
function mismatch(value: unknown, path: string, goType: string): ReadError {
  const found = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  const field = path.replace(/\[\d+\]/g, "");
  const where = field === "" ? "value" : `struct field ${field}`;
  return new ReadError(`json: cannot unmarshal ${found} into Go ${where} of type ${goType}`);
}
