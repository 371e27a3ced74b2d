import { hexDigit } from "../http/request-target.ts";

/**
 * Query parameters with the semantics of Go's `url.ParseQuery` as Kubernetes uses it: pairs with a
 * broken escape or a semicolon are dropped, `+` is a space, and of several values the first counts.
 * Values are decoded when somebody asks; a query that nobody asks costs nothing.
 * @see go net/url (parseQuery)
 */
export class Query {
  readonly raw: string;
  #values: Map<string, string[]> | undefined;

  /** @param raw - What follows the `?`, undecoded. */
  constructor(raw: string) {
    this.raw = raw;
  }

  /** The first value; undefined when the parameter is absent, `""` for `name` and `name=`. */
  get(name: string): string | undefined {
    return this.raw === "" ? undefined : this.#parsed().get(name)?.[0];
  }

  /** All values in order. */
  all(name: string): readonly string[] {
    return this.raw === "" ? NONE : (this.#parsed().get(name) ?? NONE);
  }

  has(name: string): boolean {
    return this.raw !== "" && this.#parsed().has(name);
  }

  #parsed(): Map<string, string[]> {
    this.#values ??= parsePairs(this.raw);
    return this.#values;
  }
}

const NONE: readonly string[] = [];

/** Query of a request that has none. */
export const emptyQuery: Query = new Query("");

export function parseQuery(raw: string): Query {
  return raw === "" ? emptyQuery : new Query(raw);
}

function parsePairs(raw: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const pair of raw.split("&")) {
    if (pair === "" || pair.includes(";")) continue;
    const equals = pair.indexOf("=");
    const name = decodeQueryComponent(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decodeQueryComponent(pair.slice(equals + 1));
    if (name === undefined || value === undefined) continue;
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

/** Decodes `%XX` and `+`; undefined when an escape is broken. Bytes that are no UTF-8 become U+FFFD. */
export function decodeQueryComponent(text: string): string | undefined {
  if (!text.includes("%")) return text.includes("+") ? text.replaceAll("+", " ") : text;
  const bytes = Buffer.from(text, "utf8");
  let length = 0;
  for (let position = 0; position < bytes.length; position++) {
    let code = bytes[position] ?? 0;
    if (code === 0x25) {
      const high = hexDigit(bytes[position + 1] ?? 0);
      const low = hexDigit(bytes[position + 2] ?? 0);
      if (high < 0 || low < 0) return undefined;
      code = high * 16 + low;
      position += 2;
    } else if (code === 0x2b) {
      code = 0x20;
    }
    bytes[length++] = code;
  }
  return bytes.toString("utf8", 0, length);
}
