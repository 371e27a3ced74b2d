/**
 * JSON values as Go prints them in messages.
 * @see go fmt: %v and %#v of map[string]interface{}, []interface{} and scalars
 */
import { compareText } from "../field-management/text-order.ts";
import { quoteGo } from "../go-quote.ts";
import { isJsonMap, type JsonMap } from "./patch-value.ts";

/** `%v`: `map[image:x name:c]`, `[a b]`, `<nil>`. */
export function printGo(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printGo).join(" ")}]`;
  if (isJsonMap(value)) {
    return `map[${sortedEntries(value)
      .map(([name, inner]) => `${name}:${printGo(inner)}`)
      .join(" ")}]`;
  }
  return printScalar(value);
}

/** `%s`: texts as they are, other scalars with a complaint: `%!s(int64=1)`. */
export function printGoText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printGoText).join(" ")}]`;
  if (isJsonMap(value)) {
    const members = sortedEntries(value).map(([name, inner]) => `${name}:${printGoText(inner)}`);
    return `map[${members.join(" ")}]`;
  }
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "%!s(<nil>)";
  return `%!s(${goTypeName(value)}=${printScalar(value)})`;
}

/** `%#v`: `map[string]interface {}{"a":1}`, `"text"`. */
export function printGoSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(printGoSyntax).join(", ")}}`;
  if (isJsonMap(value)) {
    const members = sortedEntries(value).map(
      ([name, inner]) => `${quoteGo(name)}:${printGoSyntax(inner)}`,
    );
    return `map[string]interface {}{${members.join(", ")}}`;
  }
  if (value === null || value === undefined) return "interface {}(nil)";
  return typeof value === "string" ? quoteGo(value) : printScalar(value);
}

/** `%T` of a decoded value. */
export function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isJsonMap(value)) return "map[string]interface {}";
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return typeof value === "bigint" || Number.isInteger(value) ? "int64" : "float64";
}

function sortedEntries(map: JsonMap): [string, unknown][] {
  return Object.entries(map).sort(([a], [b]) => compareText(a, b));
}

function printScalar(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  return typeof value === "number" && !Number.isInteger(value) ? printFloat(value) : String(value);
}

/** Shortest digits; an exponent of at least two digits below 1e-4 and from 1e21 on. */
function printFloat(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e21) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}
