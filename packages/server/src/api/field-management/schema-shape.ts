/**
 * Shapes of the built-in types, compiled from the schema tables, each when it is first asked for.
 * @see kube-openapi pkg/schemaconv/smd.go, openapi.go
 */

import type { FieldDefinition, StructDefinition } from "../schema/language.ts";
import { type ResolvedType, resolveType, structOf, type WellKnown } from "../scheme.ts";
import { ATOMIC_STRUCTS } from "./atomic-structs.ts";
import {
  ATOMIC_SHAPE,
  DEDUCED_SHAPE,
  type ListKey,
  listShape,
  mapShape,
  scalarShape,
  structShape,
  type TypeShape,
} from "./type-shape.ts";

const STRING = scalarShape("string");
const NUMERIC = scalarShape("numeric");
const BOOLEAN = scalarShape("boolean");
const UNTYPED = scalarShape("untyped");

const structs = new Map<string, TypeShape>();
const granularStructs = new Map<string, TypeShape>();

/**
 * The shape of a struct by its full name, `core.v1.Pod`.
 * @throws Error when no table has it.
 */
export function shapeOf(typeName: string): TypeShape {
  const known = structs.get(typeName);
  if (known !== undefined) return known;
  const shape = compileStruct(typeName, ATOMIC_STRUCTS.has(typeName));
  structs.set(typeName, shape);
  return shape;
}

/** The same with its fields owned apart, where a field says so of a type that is otherwise atomic. */
function granularShapeOf(typeName: string): TypeShape {
  const known = granularStructs.get(typeName);
  if (known !== undefined) return known;
  const shape = compileStruct(typeName, false);
  granularStructs.set(typeName, shape);
  return shape;
}

function compileStruct(typeName: string, atomic: boolean): TypeShape {
  const fields: Record<string, () => TypeShape> = {};
  addFields(fields, structOf(typeName));
  return structShape(fields, {
    atomic,
    // Ownership does not own itself.
    ignored: typeName === "meta.v1.ObjectMeta" ? ["managedFields"] : [],
    zero: once(() => zeroOfStruct(typeName)),
  });
}

function addFields(fields: Record<string, () => TypeShape>, definition: StructDefinition): void {
  if (definition.topLevel === true) {
    fields.apiVersion = () => STRING;
    fields.kind = () => STRING;
  }
  for (const row of definition.fields) {
    const type = resolveType(row.type);
    if (row.name === "" && type.kind === "struct") addFields(fields, structOf(type.typeName));
    else fields[row.name] = once(() => fieldShape(row, type));
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function fieldShape(row: FieldDefinition, type: ResolvedType): TypeShape {
  switch (type.kind) {
    case "pointer":
      return fieldShape(row, type.element);
    case "list":
      return listOf(row, type.element);
    case "map":
      return mapShape(
        once(() => shapeOfType(type.value)),
        row.mapType === "atomic",
      );
    case "struct":
      return row.structType === "granular"
        ? granularShapeOf(type.typeName)
        : shapeOf(type.typeName);
    default:
      return shapeOfType(type);
  }
}

/** A list without a marker is merged by its patch merge key if it has one; else it is atomic. */
function listOf(row: FieldDefinition, element: ResolvedType): TypeShape {
  const shape = once(() => shapeOfType(element));
  const merges = row.patchStrategy === "merge" || row.patchStrategy === "merge,retainKeys";
  const listType =
    row.listType ?? (!merges ? "atomic" : row.patchMergeKey === undefined ? "set" : "map");
  if (listType === "atomic") return listShape(shape, { atomic: true });
  if (listType === "set") return listShape(shape, { atomic: false });
  const names = row.listMapKeys ?? (row.patchMergeKey === undefined ? [] : [row.patchMergeKey]);
  return listShape(shape, { atomic: false, keys: names.map((name) => listKey(name, element)) });
}

function listKey(name: string, element: ResolvedType): ListKey {
  const type = element.kind === "pointer" ? element.element : element;
  const row = type.kind === "struct" ? rowOf(structOf(type.typeName), name) : undefined;
  return { name, fallback: row === undefined ? undefined : fallbackOf(row) };
}

function rowOf({ fields }: StructDefinition, name: string): FieldDefinition | undefined {
  for (const row of fields) {
    if (row.name === name) return row;
    const type = resolveType(row.type);
    const inner =
      row.name === "" && type.kind === "struct" ? rowOf(structOf(type.typeName), name) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** A key that is always written has its zero value where nothing else is said: a name is empty. */
function fallbackOf(row: FieldDefinition): unknown {
  if (row.default !== undefined || row.omitEmpty === true) return row.default;
  const type = resolveType(row.type);
  return type.kind === "scalar" ? zeroOfType(type) : undefined;
}

function shapeOfType(type: ResolvedType): TypeShape {
  switch (type.kind) {
    case "scalar":
      if (type.scalar === "bool") return BOOLEAN;
      return type.scalar === "string" || type.scalar === "bytes" ? STRING : NUMERIC;
    case "wellKnown":
      return shapeOfWellKnown(type.name);
    case "struct":
      return type.typeName === "runtime.RawExtension" ? ATOMIC_SHAPE : shapeOf(type.typeName);
    case "pointer":
      return shapeOfType(type.element);
    case "list":
      return listShape(
        once(() => shapeOfType(type.element)),
        { atomic: true },
      );
    case "map":
      return mapShape(
        once(() => shapeOfType(type.value)),
        false,
      );
  }
}

function shapeOfWellKnown(name: WellKnown): TypeShape {
  switch (name) {
    case "Duration":
      return STRING;
    case "Time":
    case "MicroTime":
    case "Quantity":
      return UNTYPED;
    case "RawExtension":
      return ATOMIC_SHAPE;
    case "FieldsV1":
    case "JSON":
    // Its schema names no type, so that it may be anything until it is decoded.
    case "IntOrString":
      return DEDUCED_SHAPE;
  }
}

function zeroOfStruct(typeName: string): Readonly<Record<string, unknown>> {
  const out: Record<string, unknown> = {};
  addZeros(out, structOf(typeName));
  return Object.freeze(out);
}

function addZeros(out: Record<string, unknown>, definition: StructDefinition): void {
  for (const row of definition.fields) {
    const type = resolveType(row.type);
    if (type.kind === "struct") {
      if (row.name === "") addZeros(out, structOf(type.typeName));
      else out[row.name] = shapeOf(type.typeName).map?.zero();
    } else if (row.omitEmpty !== true || type.kind === "wellKnown") {
      // Well-known types are structs in Go, which `omitempty` does not leave out.
      out[row.name] = zeroOfType(type);
    }
  }
}

/** What Go's encoder writes for a value nobody has set. */
function zeroOfType(type: ResolvedType): unknown {
  if (type.kind === "scalar") {
    if (type.scalar === "string") return "";
    if (type.scalar === "bool") return false;
    return type.scalar === "bytes" ? null : 0;
  }
  if (type.kind !== "wellKnown") return null;
  if (type.name === "Quantity") return "0";
  if (type.name === "Duration") return "0s";
  return type.name === "IntOrString" ? 0 : null;
}
