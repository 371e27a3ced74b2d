/**
 * Tells, without building anything, whether a text may be left to `JSON.parse`, which is several
 * times faster than any reader of ours but forgets what matters here: duplicates and literals.
 */

/** Deeper texts are read exactly, which has a limit and uses no stack. */
const MAX_PLAIN_DEPTH = 256;
/** Every integer of so many digits is exact as a number. */
const MAX_PLAIN_DIGITS = 15;
/** The census of a text that must be read exactly. */
export const NOT_PLAIN = -1;

/**
 * The number of members in all objects of a JSON text, or `NOT_PLAIN` if it has a number that is no
 * small plain integer, an escaped surrogate, or deep nesting. Whoever finds as many members in
 * the parsed value knows that there are no duplicates. The text need not be valid.
 */
export function countMembers(text: string): number {
  if (text.includes("\\u") && /\\u[dD]/.test(text)) return NOT_PLAIN;
  let members = 0;
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at);
      if (at === 0) return NOT_PLAIN;
      continue;
    }
    if (code === 0x3a) members++;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_PLAIN_DEPTH) return NOT_PLAIN;
    } else if (code === 0x7d || code === 0x5d) depth--;
    else if (code >= 0x30 && code <= 0x39) {
      at = endOfInteger(text, at);
      if (at === 0) return NOT_PLAIN;
      continue;
    }
    at++;
  }
  return members;
}

/** The place after the closing quote, or 0 if there is none. */
function endOfString(text: string, start: number): number {
  let close = text.indexOf('"', start + 1);
  while (close > 0 && text.charCodeAt(close - 1) === 0x5c && isEscaped(text, close)) {
    close = text.indexOf('"', close + 1);
  }
  return close + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - backslashes - 1) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

/** The place after a run of digits, or 0 if they are many, or a fraction or exponent follows. */
function endOfInteger(text: string, start: number): number {
  let at = start + 1;
  let code = text.charCodeAt(at);
  while (code >= 0x30 && code <= 0x39) code = text.charCodeAt(++at);
  const isPlain = at - start <= MAX_PLAIN_DIGITS && code !== 0x2e && (code | 0x20) !== 0x65;
  return isPlain ? at : 0;
}
