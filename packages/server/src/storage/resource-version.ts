const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

const METADATA = Buffer.from('"metadata"');
const RESOURCE_VERSION = Buffer.from('"resourceVersion"');

/**
 * The same JSON object with `metadata.resourceVersion` set to `revision`, without parsing it: a
 * delete answers the last version under a new revision, and an engine that numbers writes itself
 * learns the number too late for the encoder.
 * An object without `metadata.resourceVersion` is answered as it is.
 */
export function withResourceVersion(bytes: Uint8Array, revision: number): Uint8Array {
  const metadata = findMember(bytes, skipSpace(bytes, 0), METADATA);
  const start = metadata < 0 ? -1 : findMember(bytes, metadata, RESOURCE_VERSION);
  if (start < 0 || bytes[start] !== QUOTE) return bytes;
  const end = skipString(bytes, start);
  const value = `"${revision}"`;
  const result = new Uint8Array(bytes.length - (end - start) + value.length);
  result.set(bytes.subarray(0, start));
  for (let i = 0; i < value.length; i++) result[start + i] = value.charCodeAt(i);
  result.set(bytes.subarray(end), start + value.length);
  return result;
}

/** Where the value of member `name` (with its quotes) of the object at `open` starts; -1 without one. */
function findMember(bytes: Uint8Array, open: number, name: Uint8Array): number {
  if (bytes[open] !== OPEN_BRACE) return -1;
  let at = skipSpace(bytes, open + 1);
  while (bytes[at] === QUOTE) {
    const end = skipString(bytes, at);
    const found = end - at === name.length && isAt(bytes, at, name);
    at = skipSpace(bytes, end);
    if (bytes[at] !== COLON) return -1;
    at = skipSpace(bytes, at + 1);
    if (found) return at;
    at = skipSpace(bytes, skipValue(bytes, at));
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return -1;
}

function isAt(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}

function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  while (next < bytes.length && (bytes[next] as number) <= 0x20) next++;
  return next;
}

/** Behind the string that starts at `open`. */
function skipString(bytes: Uint8Array, open: number): number {
  let at = open + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Behind the value that starts at `start`. */
function skipValue(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = skipString(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (byte === COMMA && depth === 0) return at;
    at++;
  }
  return at;
}
