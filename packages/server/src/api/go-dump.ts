import { goFieldName } from "./go-names.ts";
import { heldQuantity } from "./quantity.ts";
import type { FieldDefinition } from "./schema/language.ts";
import { aliasOf, structOf } from "./scheme.ts";

/**
 * Prints a value of the API as Go's programs print their own memory to make hashes of it: with
 * types, with pointers followed and everything that is absent.
 *
 *     (v1.HostIP){IP:(string)10.0.0.1}
 *
 * The tables are all that it takes: their rows stand in the order of Go's fields, and say what is a
 * pointer. What Go has and the API does not (a quantity's two forms, a time's three words) is
 * printed as it is in an object that came over the wire.
 * @param type - A type reference of the tables.
 * @param value - As the API serves it.
 * @see k8s.io/utils dump/dump.go (ForHash) · github.com/davecgh/go-spew spew/format.go
 */
export function dumpForHash(type: string, value: unknown): string {
  return dump(type, value, true);
}

const ZERO_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}";
/** `math/big` keeps numbers in words of 64 bits, the lowest first. */
const WORD_BITS = 64n;

/** @param typed - Whether the type is printed: it is not where a list or map says it already. */
function dump(type: string, value: unknown, typed: boolean): string {
  const isAbsent = value === undefined || value === null;
  if (type.startsWith("*")) {
    if (isAbsent) return `${typed ? `(${goType(type)})` : ""}<nil>`;
    // Of pointers in lists only the number of stars is printed.
    return `${typed ? `(${goType(type)})` : "<*>"}${dump(type.slice(1), value, false)}`;
  }
  return (typed ? `(${goType(type)})` : "") + dumpBare(type, value);
}

function dumpBare(type: string, value: unknown): string {
  if (type.startsWith("[]")) return dumpList(type.slice(2), value as readonly unknown[]);
  if (type.startsWith("map[string]")) {
    return dumpMap(type.slice("map[string]".length), value as Readonly<Record<string, unknown>>);
  }
  const alias = aliasOf(type);
  if (alias !== undefined) return dumpBare(alias.type, value);
  switch (type) {
    case "string":
    case "types.UID":
      return String(value ?? "");
    case "bool":
      return String(value ?? false);
    case "int32":
    case "int64":
    case "float64":
      return String(value ?? 0);
    case "Time":
      return ZERO_TIME;
    case "Quantity":
      return dumpQuantity(String(value ?? "0"));
    case "IntOrString":
      return dumpIntOrString((value ?? 0) as number | string);
    default:
      return dumpStruct(type, (value ?? {}) as Readonly<Record<string, unknown>>);
  }
}

/** The wire knows no empty lists and maps: they arrive as none. */
function dumpList(element: string, items: readonly unknown[] | undefined): string {
  if (items === undefined || items === null || items.length === 0) return "<nil>";
  return `[${items.map((item) => dump(element, item, false)).join(" ")}]`;
}

function dumpMap(element: string, entries: Readonly<Record<string, unknown>> | undefined): string {
  const keys = Object.keys(entries ?? {}).sort();
  if (entries === undefined || entries === null || keys.length === 0) return "<nil>";
  return `map[${keys.map((key) => `${key}:${dump(element, entries[key], false)}`).join(" ")}]`;
}

function dumpStruct(typeName: string, value: Readonly<Record<string, unknown>>): string {
  const fields = structOf(typeName).fields.map((field) => {
    // The fields of an inlined struct stand at this level in JSON, and below its name in Go.
    const inner = field.name === "" ? value : value[field.name];
    return `${goFieldName(typeName, field)}:${dump(fieldType(field), inner, true)}`;
  });
  return `{${fields.join(" ")}}`;
}

/** Tables write uids as strings; Go has a type for them. */
function fieldType({ name, type }: FieldDefinition): string {
  return name === "uid" && type === "string" ? "types.UID" : type;
}

function dumpIntOrString(value: number | string): string {
  const isText = typeof value === "string";
  const number = isText ? 0 : value;
  return `{Type:(intstr.Type)${isText ? 1 : 0} IntVal:(int32)${number} StrVal:(string)${isText ? value : ""}}`;
}

function dumpQuantity(text: string): string {
  const { exact, value, scale, format, text: kept } = heldQuantity(text);
  const [small, smallScale] = exact ? [0n, 0] : [value, scale];
  const decimal = exact ? dumpDecimal(value, scale) : "<nil>";
  return [
    `{i:(resource.int64Amount){value:(int64)${small} scale:(resource.Scale)${smallScale}}`,
    `d:(resource.infDecAmount){Dec:(*inf.Dec)${decimal}}`,
    `s:(string)${kept}`,
    `Format:(resource.Format)${format}}`,
  ].join(" ");
}

function dumpDecimal(value: bigint, scale: number): string {
  const words: bigint[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= WORD_BITS) {
    words.push(BigInt.asUintN(Number(WORD_BITS), rest));
  }
  const digits = words.length === 0 ? "<nil>" : `[${words.join(" ")}]`;
  return `{unscaled:(big.Int){neg:(bool)${value < 0n} abs:(big.nat)${digits}} scale:(inf.Scale)${scale}}`;
}

const GO_TYPES: Readonly<Record<string, string>> = {
  Time: "v1.Time",
  Quantity: "resource.Quantity",
  IntOrString: "intstr.IntOrString",
};

/** `*core.v1.Probe` is `*v1.Probe` in Go. */
function goType(type: string): string {
  const prefix = /^(?:\*|\[\]|map\[string\])*/.exec(type)?.[0] ?? "";
  const bare = type.slice(prefix.length);
  return prefix + (GO_TYPES[bare] ?? bare.replace(/^[a-z]+\.(?=v[0-9])/, ""));
}
