import { badRequest } from "../api/status-error.ts";
import type { Query } from "./query.ts";

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/**
 * An integer parameter. Values beyond 2^53 lose digits, which no parameter of the API can notice.
 * @returns undefined when the parameter is absent.
 * @throws StatusError 400 with the text of Go's `strconv.ParseInt`, for an empty value too.
 */
export function integerParameter(query: Query, name: string): number | undefined {
  const text = query.get(name);
  return text === undefined ? undefined : parseInt64(text);
}

/** A decimal 64-bit integer as `strconv.ParseInt(text, 10, 64)` reads it. @throws StatusError 400 */
export function parseInt64(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${quoteGo(text)}: invalid syntax`);
  }
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  if (value > MAX_INT64 || value < MIN_INT64) {
    throw badRequest(`strconv.ParseInt: parsing ${quoteGo(text)}: value out of range`);
  }
  return Number(value);
}

/**
 * A boolean parameter, which never fails: absent, `0` and `false` in any case are false, the rest,
 * the empty value included, is true.
 * @see apimachinery pkg/runtime/converter.go (Convert_Slice_string_To_bool)
 */
export function booleanParameter(query: Query, name: string): boolean {
  const text = query.get(name);
  return text !== undefined && text !== "0" && text.toLowerCase() !== "false";
}

/** Escapes of Go's `%q` that have a name of their own. */
const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/** Text as Go's `strconv.Quote` writes it: what cannot be printed is escaped, everything else stays. */
export function quoteGo(text: string): string {
  let quoted = '"';
  for (const character of text) quoted += NAMED_ESCAPES[character] ?? printable(character);
  return `${quoted}"`;
}

function printable(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) return character;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}
