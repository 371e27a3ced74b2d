import { quoteGo } from "../api/go-quote.ts";
import { badRequest } from "../api/status-error.ts";
import type { Query } from "./query.ts";

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/**
 * A decimal 64-bit integer as `strconv.ParseInt(text, 10, 64)` reads it. Values beyond 2^53 lose
 * digits, which limits and timeouts cannot notice.
 * @throws StatusError 400 with Go's text
 */
export function parseInt64(text: string): number {
  return Number(parseExactInt64(text));
}

/** The same with all its digits: a bigint where a number would lose some. */
function parseExactInt64(text: string): number | bigint {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${quoteGo(text)}: invalid syntax`);
  }
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  if (value > MAX_INT64 || value < MIN_INT64) {
    throw badRequest(`strconv.ParseInt: parsing ${quoteGo(text)}: value out of range`);
  }
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * An integer parameter; undefined when it is absent.
 * @throws StatusError 400 with the text of Go's `strconv.ParseInt`, for an empty value too
 */
export function integerParameter(query: Query, name: string): number | undefined {
  const text = query.get(name);
  return text === undefined ? undefined : parseInt64(text);
}

/** An integer parameter that is stored. @throws StatusError as `integerParameter` does */
export function exactIntegerParameter(query: Query, name: string): number | bigint | undefined {
  const text = query.get(name);
  return text === undefined ? undefined : parseExactInt64(text);
}

/**
 * A boolean parameter, undefined when it is absent. It never fails: `0` and `false` in any case are
 * false, the rest, the empty value included, is true.
 * @see apimachinery pkg/runtime/converter.go (Convert_Slice_string_To_bool)
 */
export function optionalBoolean(query: Query, name: string): boolean | undefined {
  const text = query.get(name);
  return text === undefined ? undefined : text !== "0" && text.toLowerCase() !== "false";
}

/** A boolean parameter that is false when it is absent. */
export function booleanParameter(query: Query, name: string): boolean {
  return optionalBoolean(query, name) ?? false;
}
