/**
 * What a strategic merge patch has to know of types: whether a list merges, and by which key.
 * @see apimachinery pkg/util/strategicpatch/meta.go, third_party/forked/golang/json/fields.go
 */
import { quoteGo } from "../go-quote.ts";
import type { FieldDefinition } from "../schema/language.ts";
import { type ResolvedType, resolveType, structOf } from "../scheme.ts";
import { bareError } from "../status-error.ts";

/** A field's type and how patches of it are merged. */
export interface PatchField {
  /** Type of the value, or of a list's items. */
  readonly type: ResolvedType;
  /** `merge`, `replace`, or empty; `retainKeys` is left out. */
  readonly strategy: string;
  /** Empty for none. */
  readonly mergeKey: string;
}

/**
 * A field that holds a map or a struct.
 * @throws StatusError 500 when the type has no such field.
 */
export function structField(type: ResolvedType, name: string): PatchField {
  const row = rowOf(type, name);
  const strategies = (row.patchStrategy ?? "").split(",").filter((each) => each !== "retainKeys");
  return {
    type: resolveType(row.type),
    strategy: strategies[0] ?? "",
    mergeKey: row.patchMergeKey ?? "",
  };
}

/**
 * A field that holds a list.
 * @throws StatusError 500 when the type has no such field, or it is no list.
 */
export function listField(type: ResolvedType, name: string): PatchField {
  const field = structField(type, name);
  const list = field.type.kind === "pointer" ? field.type.element : field.type;
  if (list.kind !== "list") {
    throw bareError(`expected slice or array type, but got: ${goKind(type)}`);
  }
  if (list.element.kind === "list") throw bareError("unexpected slice of slice");
  return { ...field, type: list.element };
}

/** The kind of a type as Go's reflection names it. */
export function goKind(type: ResolvedType): string {
  switch (type.kind) {
    case "struct":
      return "struct";
    case "pointer":
      return "ptr";
    case "list":
      return "slice";
    case "map":
      return "map";
    case "scalar":
      return type.scalar === "bytes" ? "slice" : type.scalar;
    case "wellKnown":
      return "struct";
  }
}

/** Names are compared as Go's decoder does: exactly first, then whatever the case. */
function rowOf(type: ResolvedType, name: string): FieldDefinition {
  const struct = type.kind === "pointer" ? type.element : type;
  if (struct.kind !== "struct") {
    throw bareError(
      `merging an object in json but data type is not struct, instead is: ${goKind(struct)}`,
    );
  }
  const rows = rowsOf(struct.typeName);
  const folded = name.toLowerCase();
  const row =
    rows.find((each) => each.name === name) ??
    rows.find((each) => each.name.toLowerCase() === folded);
  if (row !== undefined) return row;
  const shortName = struct.typeName.slice(struct.typeName.lastIndexOf(".") + 1);
  throw bareError(
    `unable to find api field in struct ${shortName} for the json field ${quoteGo(name)}`,
  );
}

function rowsOf(typeName: string): readonly FieldDefinition[] {
  return structOf(typeName).fields.flatMap((row) => {
    const type = row.name === "" ? resolveType(row.type) : undefined;
    return type?.kind === "struct" ? rowsOf(type.typeName) : [row];
  });
}
