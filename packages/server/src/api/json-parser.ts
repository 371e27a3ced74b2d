/**
 * JSON read exactly: members in the order of the text, duplicates kept, numbers as their literals,
 * and syntax errors in the words of Go's encoding/json. It serves what the quick way in `decode.ts`
 * cannot: odd bodies, and everything that ends in a message.
 * @see Go encoding/json/scanner.go · RFC 8259
 */

/** A number as it was written; `2.0` and `2` are different things to an integer field. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An object: names and values side by side, in order, duplicates included. */
export class JsonMembers {
  readonly names: string[] = [];
  readonly values: JsonNode[] = [];
}

/** Any value of an exactly read text. */
export type JsonNode = null | boolean | string | JsonNumber | JsonMembers | JsonNode[];

/** Thrown when the text is no JSON; `message` is Go's. */
export class JsonSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JsonSyntaxError";
  }
}

/** Go's limit of nested arrays and objects. */
export const MAX_DEPTH = 10_000;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const LITERALS: readonly (readonly [string, null | boolean])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/**
 * Reads one JSON value, with nothing but white space around it.
 * @throws JsonSyntaxError
 */
export function readJson(text: string): JsonNode {
  return new JsonReader(text).read();
}

/** Without recursion, so that depth costs memory and not the stack. */
class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonNode {
    const open: (JsonMembers | JsonNode[])[] = [];
    let top: JsonNode = null;
    for (;;) {
      let value = this.#begin();
      let isOpening = value instanceof JsonMembers || Array.isArray(value);
      if (isOpening) {
        if (open.length >= MAX_DEPTH) {
          const bracket = Array.isArray(value) ? "[" : "{";
          throw new JsonSyntaxError(`invalid character '${bracket}' exceeded max depth`);
        }
        const container = value as JsonMembers | JsonNode[];
        isOpening = !this.#isEmpty(container);
        if (isOpening) {
          open.push(container);
          continue;
        }
      }
      // A value is complete: put it into its container, and close what ends here.
      for (;;) {
        const container = open.at(-1);
        if (container === undefined) {
          top = value;
          this.#space();
          if (this.#at < this.#text.length) this.#unexpected("after top-level value");
          return top;
        }
        if (container instanceof JsonMembers) container.values.push(value);
        else container.push(value);
        if (!this.#closes(container)) break;
        open.pop();
        value = container;
      }
    }
  }

  /** A scalar whole, or an array or object of which only the bracket has been read. */
  #begin(): JsonNode {
    this.#space();
    const start = this.#text[this.#at];
    if (start === "{") {
      this.#at++;
      return new JsonMembers();
    }
    if (start === "[") {
      this.#at++;
      return [];
    }
    if (start === '"') return this.#string();
    if (start === "-" || (start !== undefined && start >= "0" && start <= "9")) {
      return this.#number();
    }
    for (const [word, value] of LITERALS) {
      if (start === word[0]) return this.#literal(word, value);
    }
    return this.#unexpected("looking for beginning of value");
  }

  /** After an opening bracket: whether the closing one follows; an object's first name is read. */
  #isEmpty(container: JsonMembers | JsonNode[]): boolean {
    this.#space();
    const isObject = container instanceof JsonMembers;
    if (this.#text[this.#at] === (isObject ? "}" : "]")) {
      this.#at++;
      return true;
    }
    if (isObject) this.#name(container);
    return false;
  }

  /** After a value: whether its container ends; if not, the comma and an object's name are read. */
  #closes(container: JsonMembers | JsonNode[]): boolean {
    this.#space();
    const next = this.#text[this.#at];
    const isObject = container instanceof JsonMembers;
    if (next === (isObject ? "}" : "]")) {
      this.#at++;
      return true;
    }
    if (next !== ",") {
      this.#unexpected(isObject ? "after object key:value pair" : "after array element");
    }
    this.#at++;
    if (isObject) this.#name(container);
    return false;
  }

  #name(container: JsonMembers): void {
    this.#space();
    if (this.#text[this.#at] !== '"')
      this.#unexpected("looking for beginning of object key string");
    container.names.push(this.#string());
    this.#space();
    if (this.#text[this.#at] !== ":") this.#unexpected("after object key");
    this.#at++;
  }

  #string(): string {
    const text = this.#text;
    let from = ++this.#at;
    let value = "";
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === 0x22) {
        value += text.slice(from, this.#at++);
        return value.isWellFormed() ? value : value.toWellFormed();
      }
      if (Number.isNaN(code)) this.#unexpected("");
      if (code < 0x20) this.#unexpected("in string literal");
      if (code === 0x5c) {
        value += text.slice(from, this.#at);
        value += this.#escape();
        from = this.#at;
      } else this.#at++;
    }
  }

  #escape(): string {
    this.#at++;
    const letter = this.#text[this.#at];
    if (letter === "u") {
      this.#at++;
      return this.#hexadecimal();
    }
    const escaped = letter === undefined ? undefined : ESCAPES[letter];
    if (escaped === undefined) this.#unexpected("in string escape code");
    this.#at++;
    return escaped;
  }

  #hexadecimal(): string {
    const start = this.#at;
    for (; this.#at < start + 4; this.#at++) {
      if (!/^[0-9a-fA-F]$/.test(this.#text[this.#at] ?? "")) {
        this.#unexpected("in \\u hexadecimal character escape");
      }
    }
    return String.fromCharCode(Number.parseInt(this.#text.slice(start, this.#at), 16));
  }

  #number(): JsonNumber {
    const start = this.#at;
    if (this.#text[this.#at] === "-") this.#at++;
    if (this.#text[this.#at] === "0") this.#at++;
    else this.#digits("in numeric literal");
    if (this.#text[this.#at] === ".") {
      this.#at++;
      this.#digits("after decimal point in numeric literal");
    }
    if (this.#text[this.#at] === "e" || this.#text[this.#at] === "E") {
      this.#at++;
      if (this.#text[this.#at] === "+" || this.#text[this.#at] === "-") this.#at++;
      this.#digits("in exponent of numeric literal");
    }
    return new JsonNumber(this.#text.slice(start, this.#at));
  }

  #digits(context: string): void {
    const start = this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (!(code >= 0x30 && code <= 0x39)) break;
      this.#at++;
    }
    if (this.#at === start) this.#unexpected(context);
  }

  #literal<T>(word: string, value: T): T {
    for (let letter = 0; letter < word.length; letter++, this.#at++) {
      if (this.#text[this.#at] !== word[letter]) {
        this.#unexpected(`in literal ${word} (expecting '${word[letter] ?? ""}')`);
      }
    }
    return value;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #unexpected(context: string): never {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new JsonSyntaxError("unexpected end of JSON input");
    throw new JsonSyntaxError(`invalid character ${quoteCharacter(code)} ${context}`);
  }
}

/** Go's scanner goes by bytes: of a character beyond ASCII it shows the first byte as Latin-1. */
function quoteCharacter(code: number): string {
  if (code === 0x27) return "'\\''";
  if (code === 0x22) return "'\"'";
  const byte = code < 0x80 ? code : (new TextEncoder().encode(String.fromCodePoint(code))[0] ?? 0);
  const named: Readonly<Record<number, string>> = {
    7: "\\a",
    8: "\\b",
    9: "\\t",
    10: "\\n",
    11: "\\v",
    12: "\\f",
    13: "\\r",
    92: "\\\\",
  };
  const name = named[byte];
  if (name !== undefined) return `'${name}'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, "0")}'`;
  return `'${String.fromCharCode(byte)}'`;
}
