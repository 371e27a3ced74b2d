/** JSON values as patches handle them: copied once, then changed in place. */
import { badRequest } from "../status-error.ts";

export type JsonMap = Record<string, unknown>;

/** How deep a patch and what it makes may nest; objects of the API stay far below. */
export const MAX_DEPTH = 500;

export function isJsonMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own member; undefined when there is none, whatever the prototype has. */
export function memberOf(map: Readonly<JsonMap>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Sets an own member, also one named `__proto__`. */
export function setMember(map: JsonMap, name: string, value: unknown): void {
  if (name === "__proto__") {
    const attributes = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(map, name, attributes);
  } else map[name] = value;
}

/**
 * A deep copy that shares nothing with `value`.
 * @throws StatusError 400 when it nests too deep.
 */
export function copyJson(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) throw badRequest("exceeded max depth");
  if (Array.isArray(value)) return value.map((item) => copyJson(item, depth + 1));
  const copy: JsonMap = {};
  for (const name of Object.keys(value)) {
    setMember(copy, name, copyJson((value as JsonMap)[name], depth + 1));
  }
  return copy;
}

/** What Go's decoder calls a value: `cannot unmarshal array into …`. */
export function jsonTypeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" ? "number" : typeof value;
}
