import { writeAnyJson } from "./encode-json-text.ts";
import { equalValues } from "./field-management/equal-values.ts";
import { INTERNAL_FIELDS, MOVED_FIELDS } from "./internal-fields.ts";
import { compareQuantities, parseQuantity, type Quantity } from "./quantity.ts";
import type { FieldDefinition } from "./schema/language.ts";
import { aliasOf, structOf } from "./scheme.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * Whether two values of a type of the tables are one to a Go server: no list or map is an empty one,
 * nothing is a zero, but a pointer to nothing is not a pointer to something empty.
 * @param type - a type reference, `core.v1.PodSpec`, `*meta.v1.LabelSelector`
 * @see kubernetes apimachinery/pkg/api/equality/semantic.go
 */
export function equalAs(type: string, left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (type.startsWith("*")) {
    const oneIsAbsent = left == null || right == null;
    return oneIsAbsent ? left == null && right == null : equalAs(type.slice(1), left, right);
  }
  if (type.startsWith("[]")) return equalLists(type.slice(2), left, right);
  if (type.startsWith("map[string]")) {
    return equalMaps(type.slice("map[string]".length), left, right);
  }
  const alias = aliasOf(type);
  return alias === undefined ? equalBare(type, left, right) : equalAs(alias.type, left, right);
}

function equalLists(element: string, left: unknown, right: unknown): boolean {
  const one = (left ?? []) as readonly unknown[];
  const other = (right ?? []) as readonly unknown[];
  return (
    one.length === other.length && one.every((item, index) => equalAs(element, item, other[index]))
  );
}

function equalMaps(element: string, left: unknown, right: unknown): boolean {
  const one = (left ?? {}) as Members;
  const other = (right ?? {}) as Members;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && equalAs(element, one[key], other[key]))
  );
}

function quantityOf(value: unknown): Quantity {
  return parseQuantity(String(value ?? "0"));
}

function equalBare(type: string, left: unknown, right: unknown): boolean {
  switch (type) {
    case "string":
    case "bytes":
      return (left ?? "") === (right ?? "");
    case "bool":
      return (left ?? false) === (right ?? false);
    case "int32":
    case "int64":
    case "float64":
      return equalValues(left ?? 0, right ?? 0);
    case "IntOrString":
      return (left ?? 0) === (right ?? 0);
    case "Quantity":
      return compareQuantities(quantityOf(left), quantityOf(right)) === 0;
    case "Time":
    case "MicroTime":
    case "Duration":
      return (left ?? "") === (right ?? "");
    case "FieldsV1":
    case "RawExtension":
    case "JSON":
      return writeAnyJson(left) === writeAnyJson(right);
    default:
      return equalStructs(type, (left ?? {}) as Members, (right ?? {}) as Members);
  }
}

/** Fields that only a Go server has count where they are moved to. */
function equalStructs(typeName: string, left: Members, right: Members): boolean {
  const move = MOVED_FIELDS[typeName];
  const one = move === undefined ? left : move(left);
  const other = move === undefined ? right : move(right);
  return fieldsOf(typeName).every(({ name, type }) =>
    name === "" ? equalAs(type, one, other) : equalAs(type, one[name], other[name]),
  );
}

function fieldsOf(typeName: string): readonly FieldDefinition[] {
  const rows = structOf(typeName).fields;
  const order = INTERNAL_FIELDS[typeName];
  if (order === undefined) return rows;
  const own = new Map(rows.map((row) => [row.name, row]));
  return order.flatMap((entry) => (typeof entry === "string" ? (own.get(entry) ?? []) : entry));
}
