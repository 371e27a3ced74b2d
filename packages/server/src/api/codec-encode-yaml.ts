/**
 * YAML answers, written as yaml.v2 writes them: keys in natural order, lists not indented below
 * their key, quotes only where the plain text would mean something else, lines folded at 80.
 * @see go.yaml.in/yaml/v2 emitterc.go, encode.go, sorter.go
 */
import { needsQuotes } from "./yaml-parser-scalars.ts";

/** Where a line is folded at its next space. */
const BEST_WIDTH = 80;
/** A longer key needs a question mark. */
const MAX_SIMPLE_KEY = 128;

/** The YAML text of a plain JSON value, with a line end. */
export function encodeYaml(value: unknown): string {
  const writer = new YamlWriter();
  writer.root(value);
  return writer.whole;
}

type Style = "plain" | "single" | "double" | "literal";

/**
 * Characters of finished lines that are put aside: to look at the end of a text makes one piece of
 * it, all of it, and where that is done for every value a long text takes the square of its length.
 */
const PART_LENGTH = 1024;

class YamlWriter {
  readonly #finished: string[] = [];
  /** What follows them, from the start of a line on. */
  text = "";

  /** All that was written. */
  get whole(): string {
    return this.#finished.join("") + this.text;
  }

  root(value: unknown): void {
    this.#node(value, 0, "root");
    if (!this.text.endsWith("\n")) this.text += "\n";
  }

  /** Writes a value after `key:`, after `-`, or at the start. `indent` is that of its members. */
  #node(value: unknown, indent: number, after: "root" | "key" | "dash"): void {
    if (Array.isArray(value) && value.length > 0) this.#list(value, indent, after);
    else if (isMembers(value)) this.#map(value, indent, after);
    else {
      if (after !== "root") this.text += " ";
      this.#scalar(value, indent, after);
    }
  }

  #list(items: readonly unknown[], indent: number, after: "root" | "key" | "dash"): void {
    // Below a key the dashes stand under the key itself.
    const own = after === "key" ? indent - 2 : indent;
    items.forEach((item, index) => {
      if (index === 0 && after === "dash") this.text += " ";
      else this.#line(own);
      this.text += "-";
      this.#node(item, own + 2, "dash");
    });
  }

  #map(
    members: Readonly<Record<string, unknown>>,
    indent: number,
    after: "root" | "key" | "dash",
  ): void {
    const keys = Object.keys(members).filter((key) => members[key] !== undefined);
    keys.sort(compareNaturally).forEach((key, index) => {
      if (index === 0 && after === "dash") this.text += " ";
      else this.#line(indent);
      const isSimple = !key.includes("\n") && Buffer.byteLength(key) <= MAX_SIMPLE_KEY;
      if (isSimple) {
        this.text += `${scalarText(key, styleOf(key, true), indent, { column: 0, fold: false })}:`;
      } else {
        this.text += "? ";
        this.#scalar(key, indent + 2, "key");
        this.#line(indent);
        this.text += ":";
      }
      this.#node(members[key], indent + 2, "key");
    });
  }

  #scalar(value: unknown, indent: number, after: "root" | "key" | "dash"): void {
    if (typeof value !== "string") {
      this.text += otherScalar(value);
      return;
    }
    const column = this.text.length - this.text.lastIndexOf("\n") - 1;
    // The text of a value stands two columns further in than its key; libyaml counts from the parent.
    const inner = after === "root" ? 2 : indent;
    this.text += scalarText(value, styleOf(value, false), inner, { column, fold: true });
  }

  #line(indent: number): void {
    if (this.text !== "" && !this.text.endsWith("\n")) this.text += "\n";
    if (this.text.length > PART_LENGTH) {
      this.#finished.push(this.text);
      this.text = "";
    }
    this.text += " ".repeat(indent);
  }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).length > 0;
}

function otherScalar(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "[]";
  if (typeof value === "object") return "{}";
  if (typeof value !== "number" || Number.isInteger(value)) return plainNumber(value);
  return goFloat(value);
}

function plainNumber(value: unknown): string {
  if (typeof value === "number" && Math.abs(value) >= 1e21) return goFloat(value);
  return String(value);
}

/** Go's shortest form: exponents have two digits at least. */
function goFloat(value: number): string {
  const [mantissa = "", exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 21) return String(value);
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Facts about a text that decide how it may be written. */
function styleOf(text: string, isKey: boolean): Style {
  const hasBreak = /[\n\r\u0085\u2028\u2029]/.test(text);
  const isSpecial = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(text);
  const isPrintable = !isSpecial;
  const spaceBeforeBreak = / [\n\r\u0085\u2028\u2029]/.test(text);
  if (text.includes("\n")) {
    const isBlock = isPrintable && !spaceBeforeBreak && !text.endsWith(" ");
    return isBlock && !isKey ? "literal" : "double";
  }
  if (needsQuotes(text)) return "double";
  if (!isPrintable || spaceBeforeBreak) return "double";
  if (text === "") return isKey ? "single" : "double";
  if (hasBreak) return isKey ? "double" : "single";
  return isPlainAllowed(text) ? "plain" : "single";
}

function isPlainAllowed(text: string): boolean {
  if (/^ | $/.test(text) || /^(?:---|\.\.\.)/.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[?:-](?:[ \t]|$)/.test(text)) return false;
  return !/:(?:[ \t]|$)|[ \t]#/.test(text);
}

interface Place {
  /** Columns written on the line so far. */
  readonly column: number;
  readonly fold: boolean;
}

function scalarText(text: string, style: Style, indent: number, place: Place): string {
  switch (style) {
    case "plain":
      return fold(text, indent, place);
    case "single":
      return `'${fold(text.replaceAll("'", "''"), indent, { ...place, column: place.column + 1 }, 1)}'`;
    case "double":
      return doubleQuoted(text, indent, place);
    case "literal":
      return literal(text, indent);
  }
}

/** Breaks a line at single spaces once it is too long; `edge` keeps off the ends of a quoted text. */
function fold(text: string, indent: number, { column, fold: mayFold }: Place, edge = 0): string {
  if (!mayFold || column + text.length <= BEST_WIDTH) return text;
  let result = "";
  let written = 0;
  let width = column;
  for (let at = text.indexOf(" "); at >= 0; at = text.indexOf(" ", at + 1)) {
    const isInside = at >= edge && at < text.length - edge;
    const mayBreak = isInside && text[at - 1] !== " " && text[at + 1] !== " ";
    if (!mayBreak || width + lettersIn(text, written, at) <= BEST_WIDTH) continue;
    result += `${text.slice(written, at)}\n${" ".repeat(indent)}`;
    written = at + 1;
    width = indent;
  }
  return result + text.slice(written);
}

/** Characters between two places, counted no further than to the width of a line. */
function lettersIn(text: string, from: number, to: number): number {
  let letters = 0;
  for (let at = from; at < to && letters <= BEST_WIDTH; at++) {
    const code = text.charCodeAt(at);
    if (code < 0xdc00 || code > 0xdfff) letters++;
  }
  return letters;
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x00, "0"],
  [0x07, "a"],
  [0x08, "b"],
  [0x09, "t"],
  [0x0a, "n"],
  [0x0b, "v"],
  [0x0c, "f"],
  [0x0d, "r"],
  [0x1b, "e"],
  [0x22, '"'],
  [0x5c, "\\"],
  [0x85, "N"],
  [0xa0, "_"],
  [0x2028, "L"],
  [0x2029, "P"],
]);
/** What is printable in YAML, needs no escape in double quotes, and is no place to break a line. */
const DIRECT = /[!#-[\]-~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]+/uy;

function doubleQuoted(text: string, indent: number, { column, fold: mayFold }: Place): string {
  let result = '"';
  let width = column + 1;
  for (let at = 0; at < text.length; ) {
    DIRECT.lastIndex = at;
    const run = DIRECT.exec(text)?.[0];
    const letter = run ?? String.fromCodePoint(text.codePointAt(at) ?? 0);
    const next = at + letter.length;
    const mayBreak =
      letter === " " && mayFold && at > 0 && next < text.length && text[at - 1] !== " ";
    if (mayBreak && width > BEST_WIDTH) {
      const broken = `\n${" ".repeat(indent)}${text[next] === " " ? "\\" : ""}`;
      result += broken;
      width = broken.length - 1;
    } else {
      const written = run ?? (letter === " " ? letter : escapeLetter(letter));
      result += written;
      width += written.length;
    }
    at = next;
  }
  return `${result}"`;
}

function escapeLetter(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  const named = ESCAPES.get(code);
  if (named !== undefined) return `\\${named}`;
  const digits = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const chomp = text.endsWith("\n") ? (text === "\n" || text.endsWith("\n\n") ? "+" : "") : "-";
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  const body = lines.map((line) => `${line === "" ? "" : " ".repeat(indent) + line}\n`).join("");
  return `|${hint}${chomp}\n${body}${last === "" ? "" : " ".repeat(indent) + last}`;
}

/** Letters last, numbers by value: the order of yaml.v2's keys. */
function compareNaturally(left: string, right: string): number {
  const quick = compareAscii(left, right);
  if (quick !== undefined) return quick;
  const [a, b] = [[...left], [...right]];
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [x = "", y = ""] = [a[at], b[at]];
    if (x === y) continue;
    const [isLetterX, isLetterY] = [/\p{L}/u.test(x), /\p{L}/u.test(y)];
    if (isLetterX && isLetterY) return codeOf(x) - codeOf(y);
    if (isLetterX || isLetterY) return isLetterY ? -1 : 1;
    const [m, n] = [digitsFrom(a, at), digitsFrom(b, at)];
    const hasLead = (x === "0" || y === "0") && isAfterNonZero(a, at);
    const numberX = Number((hasLead ? "1" : "") + m);
    const numberY = Number((hasLead ? "1" : "") + n);
    if (numberX !== numberY) return numberX - numberY;
    if (m.length !== n.length) return m.length - n.length;
    return codeOf(x) - codeOf(y);
  }
  return a.length - b.length;
}

/** The same where keys first differ in letters of ASCII, as nearly all do; undefined elsewhere. */
function compareAscii(left: string, right: string): number | undefined {
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  const [x, y] = [left.charCodeAt(at), right.charCodeAt(at)];
  return isAsciiLetter(x) && isAsciiLetter(y) ? x - y : undefined;
}

function isAsciiLetter(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

function codeOf(letter: string): number {
  return letter.codePointAt(0) ?? 0;
}

function digitsFrom(letters: readonly string[], start: number): string {
  let digits = "";
  for (let at = start; /^\d$/.test(letters[at] ?? ""); at++) digits += letters[at];
  return digits;
}

/** Whether the digits just before belong to a number that has begun with something else than zero. */
function isAfterNonZero(letters: readonly string[], at: number): boolean {
  for (let before = at - 1; /^\d$/.test(letters[before] ?? ""); before--) {
    if (letters[before] !== "0") return true;
  }
  return false;
}
