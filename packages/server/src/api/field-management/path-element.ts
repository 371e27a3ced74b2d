/**
 * One step of a path into an object, as field ownership names it: a member (`f:name`), an element of
 * a list by its key fields (`k:{"name":"x"}`) or by its value (`v:"x"`), or by its place (`i:0`).
 * @see structured-merge-diff fieldpath/element.go, fieldpath/serialize-pe.go
 */
import { quoteGo } from "../go-quote.ts";
import { compareText } from "./text-order.ts";

/** A value that can tell elements of a list apart. Lists and maps appear only in what clients send. */
export type ElementValue = unknown;

export interface KeyField {
  readonly name: string;
  readonly value: ElementValue;
}

const FIELD = 0;
const KEY = 1;
const VALUE = 2;
const INDEX = 3;

/** All elements have the same members, so that comparing them stays monomorphic. */
export interface PathElement {
  /** Kind and first sort key: 0 member, 1 key fields, 2 value, 3 index. */
  readonly rank: 0 | 1 | 2 | 3;
  /** Name of a member; empty otherwise. */
  readonly name: string;
  /** Key fields in the order of their names; empty otherwise. */
  readonly key: readonly KeyField[];
  /** Value of a set's item, or an index. */
  readonly value: ElementValue;
  /** As `fieldsV1` spells it. Equal elements have equal texts. */
  readonly text: string;
}

const NO_KEY: readonly KeyField[] = [];

export function fieldElement(name: string): PathElement {
  return { rank: FIELD, name, key: NO_KEY, value: undefined, text: `f:${name}` };
}

/** @param key - sorted by name. */
export function keyElement(key: readonly KeyField[]): PathElement {
  let text = "k:{";
  for (let at = 0; at < key.length; at++) {
    const field = key[at];
    if (field === undefined) continue;
    text += `${at === 0 ? "" : ","}"${field.name}":${printJson(field.value)}`;
  }
  return { rank: KEY, name: "", key, value: undefined, text: `${text}}` };
}

export function valueElement(value: ElementValue): PathElement {
  return { rank: VALUE, name: "", key: NO_KEY, value, text: `v:${printJson(value)}` };
}

export function indexElement(index: number): PathElement {
  return { rank: INDEX, name: "", key: NO_KEY, value: index, text: `i:${index}` };
}

/** Negative, zero or positive; the order in which `fieldsV1` lists its members. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.rank === FIELD) return compareText(a.name, b.name);
  return a.rank === KEY ? compareKeys(a.key, b.key) : compareValues(a.value, b.value);
}

function compareKeys(a: readonly KeyField[], b: readonly KeyField[]): number {
  for (let at = 0; ; at++) {
    const left = a[at];
    const right = b[at];
    if (left === undefined) return right === undefined ? 0 : -1;
    if (right === undefined) return 1;
    const order = compareText(left.name, right.name) || compareValues(left.value, right.value);
    if (order !== 0) return order;
  }
}

/** Numbers before texts before booleans before lists before maps before null. */
function compareValues(a: ElementValue, b: ElementValue): number {
  const left = rankOfValue(a);
  const right = rankOfValue(b);
  if (left !== right) return left - right;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "boolean") return Number(a) - Number(b);
  return a === null ? 0 : compareText(JSON.stringify(a), JSON.stringify(b));
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function rankOfValue(value: ElementValue): number {
  if (isNumber(value)) return 0;
  if (typeof value === "string") return 1;
  if (typeof value === "boolean") return 2;
  if (value === null) return 5;
  return Array.isArray(value) ? 3 : 4;
}

/** As conflicts show it: `.name`, `[name="x"]`, `[="x"]`, `[0]`. */
export function printElement(element: PathElement): string {
  switch (element.rank) {
    case FIELD:
      return `.${element.name}`;
    case KEY:
      return `[${element.key.map(({ name, value }) => `${name}=${printShort(value)}`).join(",")}]`;
    case VALUE:
      return `[=${printShort(element.value)}]`;
    case INDEX:
      return `[${String(element.value)}]`;
  }
}

/** A path as conflicts show it. */
export function printPath(path: readonly PathElement[]): string {
  return path.map(printElement).join("");
}

/** @see structured-merge-diff value/value.go (ToString) */
function printShort(value: ElementValue): string {
  if (typeof value === "string") return quoteGo(value);
  if (Array.isArray(value)) return `[${value.map(printShort).join(",")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return members.map(([name, inner]) => `${name}=${printShort(inner)}`).join("");
}

/** Code points that Go's encoders escape though JSON does not ask for it, and those JSON.stringify abbreviates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
const ODD = /[\u0000-\u001f"\\<>&\u2028\u2029\ud800-\udfff]/;
const ESCAPED_BY_GO = /[<>&\u2028\u2029]|\\[bf]/g;

function printJson(value: ElementValue): string {
  if (typeof value === "string") {
    return ODD.test(value)
      ? JSON.stringify(value).replace(ESCAPED_BY_GO, escapeAsGo)
      : `"${value}"`;
  }
  if (typeof value === "bigint") return value.toString();
  return JSON.stringify(value).replace(ESCAPED_BY_GO, escapeAsGo);
}

function escapeAsGo(found: string): string {
  if (found === "\\b") return "\\u0008";
  if (found === "\\f") return "\\u000c";
  return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Reads an element as `fieldsV1` spells it.
 * @returns undefined for a kind of element nobody knows yet: upstream drops those.
 * @throws Error when it is malformed.
 */
export function parseElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new Error("key must be 2 characters long:");
  if (text[1] !== ":") throw new Error(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text[0]) {
    case "f":
      return { rank: FIELD, name: rest, key: NO_KEY, value: undefined, text };
    case "v":
      return valueElement(JSON.parse(rest));
    case "k":
      return keyElement(parseKey(rest));
    case "i":
      if (!/^[+-]?\d+$/.test(rest)) throw new Error(`invalid index: ${rest}`);
      return indexElement(Number(rest));
    default:
      return undefined;
  }
}

function parseKey(text: string): KeyField[] {
  const key: unknown = JSON.parse(text);
  if (typeof key !== "object" || key === null || Array.isArray(key)) {
    throw new Error(`expected an object: ${text}`);
  }
  const fields = Object.entries(key).map(([name, value]) => ({ name, value }));
  return fields.sort((a, b) => compareText(a.name, b.name));
}
