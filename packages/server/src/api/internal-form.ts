import { goFieldName } from "./go-names.ts";
import { INTERNAL_FIELDS, MOVED_FIELDS } from "./internal-fields.ts";
import type { FieldDefinition } from "./schema/language.ts";
import { aliasOf, structOf } from "./scheme.ts";

type Members = Readonly<Record<string, unknown>>;

/** Packages whose types are the same inside a Go server as on the wire, tags and all. */
const SHARED_PACKAGES = ["meta.v1.", "runtime."];

/**
 * A value as kube-apiserver holds it in memory, ready to be written as JSON: its own types have no
 * JSON names, so members are called as in Go, nothing is left out, and order is that of its structs.
 * It shows in messages that print a whole struct.
 *
 *     {"Name":"c","Image":"i","Command":null, …}
 *
 * @param type - a type reference of the tables, `core.v1.SecurityContext`
 * @param value - as the API serves it
 * @see kubernetes pkg/apis/core/types.go
 */
export function internalForm(type: string, value: unknown): unknown {
  const isAbsent = value === undefined || value === null;
  if (type.startsWith("*")) return isAbsent ? null : internalForm(type.slice(1), value);
  if (type.startsWith("[]")) {
    if (isAbsent) return null;
    return (value as readonly unknown[]).map((item) => internalForm(type.slice(2), item));
  }
  if (type.startsWith("map[string]")) {
    return isAbsent ? null : mapForm(type.slice("map[string]".length), value as Members);
  }
  return bareForm(type, value);
}

function bareForm(type: string, value: unknown): unknown {
  const alias = aliasOf(type);
  if (alias !== undefined) return internalForm(alias.type, value);
  switch (type) {
    case "string":
      return value ?? "";
    case "bool":
      return value ?? false;
    case "int32":
    case "int64":
    case "float64":
    case "IntOrString":
      return value ?? 0;
    case "Quantity":
      return value ?? "0";
    case "bytes":
    case "Time":
    case "MicroTime":
    case "FieldsV1":
    case "RawExtension":
    case "JSON":
      return value ?? null;
    case "Duration":
      return value ?? "0s";
    default:
      return structForm(type, (value ?? {}) as Members);
  }
}

function mapForm(element: string, entries: Members): Members {
  const keys = Object.keys(entries).sort();
  return Object.fromEntries(keys.map((key) => [key, internalForm(element, entries[key])]));
}

function structForm(typeName: string, value: Members): Members {
  if (SHARED_PACKAGES.some((prefix) => typeName.startsWith(prefix))) {
    return sharedForm(typeName, value);
  }
  const held = MOVED_FIELDS[typeName]?.(value) ?? value;
  const form: Record<string, unknown> = {};
  for (const field of internalFields(typeName)) {
    if (field.name === "" || field.name === "metadata") {
      // An embedded struct: its fields stand at this level.
      const inner = field.name === "" ? held : held[field.name];
      Object.assign(form, internalForm(field.type, inner));
    } else {
      form[goFieldName(typeName, field)] = internalForm(field.type, held[field.name]);
    }
  }
  return form;
}

function internalFields(typeName: string): readonly FieldDefinition[] {
  const rows = structOf(typeName).fields;
  const order = INTERNAL_FIELDS[typeName];
  if (order === undefined) return rows;
  return order.map((entry) => {
    if (typeof entry !== "string") return entry;
    const row = rows.find(({ name }) => name === entry);
    if (row === undefined) throw new Error(`${typeName} has no field ${entry}`);
    return row;
  });
}

/** In the order of the tables, without what JSON tags leave out. */
function sharedForm(typeName: string, value: Members): Members {
  const form: Record<string, unknown> = {};
  for (const { name, type, omitEmpty } of structOf(typeName).fields) {
    const member = value[name];
    if (member === undefined || member === null) {
      if (omitEmpty !== true) form[name] = internalForm(type, member);
    } else {
      form[name] = internalForm(type, member);
    }
  }
  return form;
}
