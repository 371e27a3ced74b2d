/**
 * JSON that is known to be valid, read by `JSON.parse` unless it may hold integers that a number
 * would round: 2^53 has sixteen digits.
 */
import { decodeText, type JsonValue, parseJson } from "./json-parser-plain.ts";

const LONG = 16;
const LONG_DIGITS = /\d{16}/;
const ZERO = 0x30;
const NINE = 0x39;

const decoder = new TextDecoder();

/** Parses what this server has encoded; integers of 64 bits are exact (bigint). */
export function parseStoredJson(bytes: Uint8Array): JsonValue {
  if (hasLongDigits(bytes)) return parseJson(decodeText(bytes)).value;
  return JSON.parse(decoder.decode(bytes)) as JsonValue;
}

/** Parses what should be JSON; integers of 64 bits are exact (bigint). @throws SyntaxError or JsonSyntaxError */
export function parseValidJson(text: string): JsonValue {
  return LONG_DIGITS.test(text) ? parseJson(text).value : (JSON.parse(text) as JsonValue);
}

/** Whether so many digits stand in a row; one byte of every so many tells, which an expression cannot. */
function hasLongDigits(bytes: Uint8Array): boolean {
  for (let at = LONG - 1; at < bytes.length; at += LONG) {
    if (!isDigit(bytes[at])) continue;
    let start = at;
    while (start > 0 && isDigit(bytes[start - 1])) start--;
    let end = at + 1;
    while (end < bytes.length && isDigit(bytes[end])) end++;
    if (end - start >= LONG) return true;
  }
  return false;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
