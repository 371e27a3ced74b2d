/** What the rows of a struct say of its schema, whatever the version. */

import type { FieldDefinition, StructDefinition } from "../../api/schema/language.ts";
import { type ResolvedType, resolveType, type Scalar, structOf } from "../../api/scheme.ts";

/** A schema as JSON; keys in the order in which they are written. */
export type OpenApiSchema = Record<string, unknown>;

const ZEROS: Readonly<Partial<Record<Scalar, unknown>>> = {
  string: "",
  bool: false,
  int32: 0,
  int64: 0,
  float64: 0,
};
const TYPE_META: readonly FieldDefinition[] = [
  {
    name: "kind",
    type: "string",
    number: 0,
    omitEmpty: true,
    description: "Name of the object's kind, in CamelCase. It cannot be changed.",
  },
  {
    name: "apiVersion",
    type: "string",
    number: 0,
    omitEmpty: true,
    description: "Group and version that the object is written in, `apps/v1` for example.",
  },
];
/** A row, and where it comes from. */
export interface OwnedRow {
  /** The struct whose row it is. */
  readonly owner: string;
  readonly row: FieldDefinition;
}

/** The rows as they stand in JSON: kind and version first, inlined structs opened. */
export function flattened(typeName: string, definition: StructDefinition): readonly OwnedRow[] {
  const rows: OwnedRow[] = [];
  if (definition.topLevel === true) {
    for (const row of TYPE_META) rows.push({ owner: typeName, row });
  }
  for (const row of definition.fields) {
    if (row.name !== "") {
      rows.push({ owner: typeName, row });
      continue;
    }
    const type = unpointed(resolveType(row.type));
    if (type.kind === "struct") rows.push(...flattened(type.typeName, structOf(type.typeName)));
  }
  return rows;
}

function unpointed(type: ResolvedType): ResolvedType {
  return type.kind === "pointer" ? unpointed(type.element) : type;
}

/** Whether an object without the field is incomplete. */
export function isRequired(row: FieldDefinition): boolean {
  return row.required === true || (row.optional !== true && row.omitEmpty !== true);
}

/**
 * The declared default, or the zero value of what is always written: an absent scalar is its zero,
 * an absent struct is one without fields.
 */
export function defaultOf(row: FieldDefinition): unknown {
  if (row.default !== undefined) return row.default;
  const type = resolveType(row.type);
  if (type.kind === "struct") return {};
  return type.kind === "scalar" && row.omitEmpty !== true ? ZEROS[type.scalar] : undefined;
}

/** How lists and maps are owned and merged. */
export function extensionsOf(row: FieldDefinition): OpenApiSchema {
  const { listMapKeys, listType, mapType, structType, patchMergeKey, patchStrategy } = row;
  const map = mapType ?? structType;
  return {
    ...(listMapKeys === undefined ? {} : { "x-kubernetes-list-map-keys": listMapKeys }),
    ...(listType === undefined ? {} : { "x-kubernetes-list-type": listType }),
    ...(map === undefined ? {} : { "x-kubernetes-map-type": map }),
    ...(patchMergeKey === undefined ? {} : { "x-kubernetes-patch-merge-key": patchMergeKey }),
    ...(patchStrategy === undefined ? {} : { "x-kubernetes-patch-strategy": patchStrategy }),
  };
}
