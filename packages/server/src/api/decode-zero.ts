/**
 * Zero values and emptiness, by Go's rules: what JSON shows of a field that nobody set, and which
 * values `omitempty` leaves out.
 */
import type { ShapeField } from "./codec-shape.ts";
import { shapeOf, unionOf } from "./codec-shape.ts";
import type { ResolvedType } from "./scheme.ts";

/** What JSON shows of an absent field; undefined where it shows nothing. A fresh value each time. */
export function zeroOfField(field: ShapeField): unknown {
  if (isLeftOut(field)) return undefined;
  return zeroOf(field.type);
}

/** Whether an unset field is not written. A struct that is no pointer is written all the same. */
function isLeftOut(field: ShapeField): boolean {
  return field.omitZero || (field.omitEmpty && !isStructInGo(field.type));
}

/** Types that are structs in Go, which `omitempty` never finds empty. */
function isStructInGo(type: ResolvedType): boolean {
  return type.kind === "struct" || (type.kind === "wellKnown" && type.name !== "Duration");
}

/** The JSON form of a type's zero value. */
export function zeroOf(type: ResolvedType): unknown {
  switch (type.kind) {
    case "pointer":
    case "list":
    case "map":
      return null;
    case "struct":
      return zeroStruct(type.typeName);
    case "scalar":
      return type.scalar === "string"
        ? ""
        : type.scalar === "bool"
          ? false
          : zeroOfScalar(type.scalar);
    case "wellKnown":
      return zeroOfWellKnown(type.name);
  }
}

function zeroOfScalar(scalar: "int32" | "int64" | "float64" | "bytes"): 0 | null {
  return scalar === "bytes" ? null : 0;
}

function zeroOfWellKnown(name: Extract<ResolvedType, { kind: "wellKnown" }>["name"]): unknown {
  switch (name) {
    case "Time":
    case "MicroTime":
    case "FieldsV1":
    case "RawExtension":
    case "JSON":
      return null;
    case "Duration":
      return "0s";
    case "Quantity":
      return "0";
    case "IntOrString":
      return 0;
  }
}

function zeroStruct(typeName: string): unknown {
  const union = unionOf(typeName);
  if (union !== undefined) return union === "OrBool" ? false : null;
  const zero: Record<string, unknown> = {};
  for (const field of shapeOf(typeName).fields) {
    const value = zeroOfField(field);
    if (value !== undefined) zero[field.name] = value;
  }
  return zero;
}

/** Whether `omitempty` leaves out a decoded value that is neither null nor undefined. */
export function isEmptyValue(type: ResolvedType, value: unknown): boolean {
  switch (type.kind) {
    case "scalar":
      return value === "" || value === 0 || value === false || value === 0n;
    case "list":
      return Array.isArray(value) && value.length === 0;
    case "map":
      return isEmptyObject(value);
    default:
      return false;
  }
}

/** Whether it is an object without members. */
export function isEmptyObject(value: unknown): boolean {
  for (const _ in value as object) return false;
  return true;
}
