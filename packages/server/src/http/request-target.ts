/**
 * The target of a request line or `:path`, taken apart the way Go's `url.ParseRequestURI` does it.
 * @see go net/url (parse, unescape with encodePath)
 */
export interface RequestTarget {
  /** Decoded: `%2F` has become a slash. */
  readonly path: string;
  /** What follows the first `?`, undecoded. */
  readonly rawQuery: string;
}

const QUESTION_MARK = 0x3f;
const PERCENT = 0x25;
const SLASH = 0x2f;

/**
 * Splits a target into path and query and decodes the path.
 * @param target - As Node hands it over: one character per byte.
 * @returns undefined for what a Go server refuses with 400: an invalid escape, or a target that is
 *   neither a path, an absolute URL nor `*`.
 */
export function parseRequestTarget(target: string): RequestTarget | undefined {
  const start = target.charCodeAt(0) === SLASH ? 0 : startOfPath(target);
  if (start < 0) return undefined;
  let end = start;
  let plain = true;
  for (; end < target.length; end++) {
    const code = target.charCodeAt(end);
    if (code === QUESTION_MARK) break;
    if (code === PERCENT || code > 0x7e) plain = false;
  }
  const raw = start === 0 && end === target.length ? target : target.slice(start, end);
  const path = plain ? raw : decodePath(raw);
  if (path === undefined) return undefined;
  return { path, rawQuery: end < target.length ? target.slice(end + 1) : "" };
}

/** Where the path of an absolute URL starts; 0 for `*`, -1 for anything else. */
function startOfPath(target: string): number {
  if (target === "*") return 0;
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?]*/.exec(target);
  return scheme === null ? -1 : scheme[0].length;
}

/**
 * Decodes the escapes of a path; bytes that are no UTF-8 become U+FFFD.
 * @param path - One character per byte.
 * @returns undefined when an escape is incomplete or not hexadecimal.
 */
export function decodePath(path: string): string | undefined {
  const bytes = Buffer.allocUnsafe(path.length);
  let length = 0;
  for (let position = 0; position < path.length; position++) {
    let code = path.charCodeAt(position);
    if (code === PERCENT) {
      const high = hexDigit(path.charCodeAt(position + 1));
      const low = hexDigit(path.charCodeAt(position + 2));
      if (high < 0 || low < 0) return undefined;
      code = high * 16 + low;
      position += 2;
    }
    bytes[length++] = code;
  }
  return bytes.toString("utf8", 0, length);
}

/** Value of a hexadecimal digit, -1 for another character or none. */
export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
