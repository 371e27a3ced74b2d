/**
 * Base64 as Go's StdEncoding reads it.
 * @see Go encoding/base64/base64.go, decodeQuantum
 */

const PLAIN = /^[A-Za-z0-9+/]*={0,2}$/;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Thrown with Go's text. */
export class Base64Error extends Error {
  constructor(at: number) {
    super(`illegal base64 data at input byte ${at}`);
    this.name = "Base64Error";
  }
}

/**
 * The canonical form: line breaks taken out, unused bits of the last digit zero.
 * @throws Base64Error
 */
export function normalizeBase64(text: string): string {
  if (text.length % 4 === 0 && PLAIN.test(text)) return withoutSpareBits(text);
  checkBase64(text);
  return withoutSpareBits(text.replace(/[\r\n]+/g, ""));
}

function withoutSpareBits(text: string): string {
  const length = text.length;
  if (text.charCodeAt(length - 1) !== 0x3d) return text;
  const padding = text.charCodeAt(length - 2) === 0x3d ? 2 : 1;
  const at = length - padding - 1;
  const digit = ALPHABET.indexOf(text.charAt(at));
  const clean = digit & (padding === 2 ? 0b110000 : 0b111100);
  return clean === digit ? text : text.slice(0, at) + ALPHABET.charAt(clean) + "=".repeat(padding);
}

/** Goes through the text as Go does, four digits at a time, to fail at the same place. */
function checkBase64(text: string): void {
  let at = 0;
  let digits = 0;
  const skipBreaks = (): void => {
    while (text[at] === "\n" || text[at] === "\r") at++;
  };
  while (at < text.length) {
    const letter = text[at++] ?? "";
    if (letter === "\n" || letter === "\r") continue;
    if (ALPHABET.includes(letter)) {
      digits = (digits + 1) % 4;
      continue;
    }
    if (letter !== "=" || digits < 2) throw new Base64Error(at - 1);
    if (digits === 2) {
      skipBreaks();
      if (at === text.length) throw new Base64Error(at);
      if (text[at] !== "=") throw new Base64Error(at - 1);
      at++;
    }
    skipBreaks();
    if (at < text.length) throw new Base64Error(at);
    return;
  }
  // Upstream counts back from the end by the digits that the last quantum has.
  if (digits !== 0) throw new Base64Error(text.length - digits);
}

/** Bytes as base64, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return viewOf(bytes).toString("base64");
}

/** The bytes of canonical base64. */
export function decodeBase64(text: string): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(text, "base64");
  return new Uint8Array(buffer, byteOffset, length);
}

/** Bytes as lower-case hexadecimal digits. */
export function encodeHex(bytes: Uint8Array): string {
  return viewOf(bytes).toString("hex");
}

/** Node 24 has no `Uint8Array.prototype.toBase64` yet. */
function viewOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
