/**
 * JSON as plain JavaScript values, for those who work on bodies without a schema: patches, custom
 * resources. Duplicates are reported by their paths, and the last one counts.
 */

import { isBeyond64Bits } from "./int64.ts";
import {
  JsonMembers,
  type JsonNode,
  JsonNumber,
  JsonSyntaxError,
  readJson,
} from "./json-parser.ts";
import { countMembers, NOT_PLAIN } from "./json-parser-census.ts";

/** Null, booleans, strings, numbers (bigint where a number would lose digits), lists, objects. */
export type JsonValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | JsonValue[]
  | { [name: string]: JsonValue };

export interface ParsedJson {
  readonly value: JsonValue;
  /** Paths of members that came a second time, each once, in order: `data.k`, `items[0].name`. */
  readonly duplicates: readonly string[];
}

const MAX_INT64 = 2n ** 63n - 1n;

/**
 * Parses JSON bytes or text. Invalid UTF-8 and lone surrogates become U+FFFD; integers of 64 bits
 * are exact; `2.0` is the number 2; a member `__proto__` is a member like any other.
 * @throws JsonSyntaxError with Go's text.
 */
export function parseJson(source: Uint8Array | string): ParsedJson {
  const text = typeof source === "string" ? source : decodeText(source);
  const members = countMembers(text);
  if (members !== NOT_PLAIN) {
    const value = parseNatively(text);
    if (value !== undefined && countMembersOf(value) === members) return { value, duplicates: [] };
  }
  const node = readJson(text);
  try {
    return { value: plainValue(node), duplicates: duplicatesOf(node) };
  } catch (error) {
    // Nested within Go's limit, but beyond our stack.
    throw error instanceof RangeError ? new JsonSyntaxError("exceeded max depth") : error;
  }
}

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 as Go reads it: every byte that belongs to no character is a U+FFFD of its own. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

function decodeBroken(bytes: Uint8Array): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const width = widthAt(bytes, at);
    if (width === 0) {
      text += "\ufffd";
      at++;
    } else {
      text += strictDecoder.decode(bytes.subarray(at, at + width));
      at += width;
    }
  }
  return text;
}

/** Bytes of the valid character that starts at `at`; 0 if none does. */
function widthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  try {
    const text = strictDecoder.decode(bytes.subarray(at, at + width));
    return text.length === (width === 4 ? 2 : 1) ? width : 0;
  } catch {
    return 0;
  }
}

/** What `JSON.parse` makes of it; undefined if it is no JSON. */
export function parseNatively(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Members of all objects in a value. */
export function countMembersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += countMembersOf(item);
    return members;
  }
  for (const item of Object.values(value)) members += 1 + countMembersOf(item);
  return members;
}

/** Sets a member, also one that is named `__proto__`. */
export function setMember(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else target[name] = value;
}

/** The plain value of an exactly read one; of duplicates the last. */
export function plainValue(node: JsonNode): JsonValue {
  if (node instanceof JsonNumber) return plainNumber(node.text);
  if (Array.isArray(node)) return node.map(plainValue);
  if (!(node instanceof JsonMembers)) return node;
  const value: { [name: string]: JsonValue } = {};
  node.names.forEach((name, index) => {
    setMember(value, name, plainValue(node.values[index] ?? null));
  });
  return value;
}

function plainNumber(text: string): number | bigint {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  if (isBeyond64Bits(number) || !/^-?\d+$/.test(text)) return number;
  const exact = BigInt(text);
  return exact > MAX_INT64 || exact < -MAX_INT64 - 1n ? number : exact;
}

/** The exact form of a plain value, as if its canonical text had been read. */
export function exactNode(value: unknown): JsonNode {
  if (typeof value === "number") return new JsonNumber(Object.is(value, -0) ? "-0" : String(value));
  if (typeof value === "bigint") return new JsonNumber(String(value));
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(exactNode);
  if (typeof value !== "object" || value === null) return null;
  const members = new JsonMembers();
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue;
    members.names.push(name);
    members.values.push(exactNode(item));
  }
  return members;
}

function duplicatesOf(node: JsonNode): string[] {
  const found = new Set<string>();
  collectDuplicates(node, "", found);
  return [...found];
}

function collectDuplicates(node: JsonNode, path: string, found: Set<string>): void {
  if (Array.isArray(node)) {
    node.forEach((item, index) => {
      collectDuplicates(item, `${path}[${index}]`, found);
    });
  } else if (node instanceof JsonMembers) {
    const seen = new Set<string>();
    node.names.forEach((name, index) => {
      const inner = path === "" ? name : `${path}.${name}`;
      if (seen.has(name)) found.add(inner);
      seen.add(name);
      collectDuplicates(node.values[index] ?? null, inner, found);
    });
  }
}
