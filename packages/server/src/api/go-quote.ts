/**
 * Strings as Go's `%q` prints them. Kubernetes' messages are full of it, and it is not JSON: control
 * characters are `\x7f` or `\u0085`, everything printable stays as it is.
 * @see go strconv.Quote, strconv.IsPrint
 */

const PLAIN = /^[ !#-[\]-~]*$/;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

function escapeRune(rune: string): string {
  const short = SHORT[rune];
  if (short !== undefined) return short;
  if (PRINTABLE.test(rune)) return rune;
  const code = rune.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  // A lone surrogate cannot come off the wire; Go would have decoded the replacement character.
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

/** One string in double quotes: `"a\tb"`. */
export function quoteGo(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const rune of text) quoted += escapeRune(rune);
  return `${quoted}"`;
}

/** A list of strings as `%q` prints a slice: `["a" "b"]`. */
export function quoteGoList(texts: readonly string[]): string {
  return `[${texts.map(quoteGo).join(" ")}]`;
}
