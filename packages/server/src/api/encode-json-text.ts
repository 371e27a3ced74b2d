/**
 * JSON texts as Go writes them: strings with HTML escapes, values of no schema, indentation.
 * @see Go encoding/json/encode.go, indent.go
 */

/**
 * Everything that either JSON or Go's HTML escaping changes; lone surrogates too. One class of what
 * is left: an alternative takes twice as long, and tokens are long.
 */
const SPECIAL = /[^ !#-%'-;=?-[\]-\u2027\u202a-\ud7ff\ue000-\uffff]/;
const HTML = /[<>&\u2028\u2029]/g;
const HTML_ESCAPES: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};
/** Up to this length a loop is quicker than a regular expression. */
const SHORT = 24;

/** A string as a JSON literal. */
export function quoteJson(text: string): string {
  if (text.length <= SHORT ? isShortPlain(text) : !SPECIAL.test(text)) return `"${text}"`;
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return escapeHtml(JSON.stringify(wellFormed));
}

/** Letters, digits and the signs that names are made of; others take the expression. */
function isShortPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isPlain = code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c;
    if (!isPlain || code === 0x26 || code === 0x3c || code === 0x3e) return false;
  }
  return true;
}

/** Escapes in a text of JSON what Go escapes for the sake of HTML. */
export function escapeHtml(json: string): string {
  return json.replace(HTML, (letter) => HTML_ESCAPES[letter] ?? letter);
}

/** The keys in the order in which Go writes a map's. */
export function sortedKeys(members: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(members);
  for (let index = 1; index < keys.length; index++) {
    if (compareKeys(keys[index - 1] ?? "", keys[index] ?? "") > 0) return keys.sort(compareKeys);
  }
  return keys;
}

/** By code points, which is the order of UTF-8 bytes. */
function compareKeys(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === b) continue;
    // Surrogates stand for characters beyond all others.
    const surrogates = Number(isSurrogate(a)) - Number(isSurrogate(b));
    return surrogates === 0 ? a - b : surrogates;
  }
  return left.length - right.length;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

/** A value without a schema: members in their own order, bigints as integers. */
export function writeAnyJson(value: unknown): string {
  if (typeof value === "string") return quoteJson(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (typeof value !== "object" || value === null) return "null";
  if (Array.isArray(value)) return `[${value.map(writeAnyJson).join(",")}]`;
  let text = "";
  for (const key in value) {
    const member: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    text += `${text === "" ? "{" : ","}${quoteJson(key)}:${writeAnyJson(member)}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

/** The same of what most often holds no bigints: the native way, which is much quicker, knows none. */
export function writeMostlyPlainJson(value: object | null): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return writeAnyJson(value);
    throw error;
  }
}

/**
 * Indents JSON, without a line end: what a browser or curl is shown.
 * @param json - a valid JSON text, or a value that is written as one.
 * @param unit - What a level is indented by.
 */
export function prettyJson(json: unknown, unit = "  "): string {
  const source = typeof json === "string" ? json : writeAnyJson(json);
  let text = "";
  let depth = 0;
  let at = 0;
  while (at < source.length) {
    const letter = source.charAt(at);
    if (letter === '"') {
      const end = endOfString(source, at);
      text += source.slice(at, end);
      at = end;
      continue;
    }
    at++;
    if (letter === "{" || letter === "[") {
      at = skipSpace(source, at);
      const isEmpty = source.charAt(at) === (letter === "{" ? "}" : "]");
      if (isEmpty) text += letter + source.charAt(at++);
      else text += `${letter}${lineBreak(++depth, unit)}`;
    } else if (letter === "}" || letter === "]") text += lineBreak(--depth, unit) + letter;
    else if (letter === ",") text += `,${lineBreak(depth, unit)}`;
    else if (letter === ":") text += ": ";
    else if (!isSpace(letter)) text += letter;
  }
  return text;
}

function lineBreak(depth: number, unit: string): string {
  return `\n${unit.repeat(depth)}`;
}

function isSpace(letter: string): boolean {
  return letter === " " || letter === "\n" || letter === "\r" || letter === "\t";
}

function skipSpace(source: string, start: number): number {
  let at = start;
  while (isSpace(source.charAt(at))) at++;
  return at;
}

function endOfString(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source.charAt(at) !== '"') at += source.charAt(at) === "\\" ? 2 : 1;
  return at + 1;
}
