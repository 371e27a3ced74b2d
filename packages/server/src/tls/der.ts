/**
 * The part of DER (ITU-T X.690) that certificates need, written only: every function returns one
 * complete value. `sequence(integer(1), nullValue)` is the sequence of a one and a null.
 */

/** Tags of X.680 §8.6 that are used here. */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** One value: tag, length, content. */
function value(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(content.length)]), content]);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

export function sequence(...items: readonly Uint8Array[]): Buffer {
  return value(TAG.sequence, Buffer.concat(items));
}

/** A set of one member, which needs no sorting: what names are made of. */
export function setOf(item: Uint8Array): Buffer {
  return value(TAG.set, item);
}

export function boolean(truth: boolean): Buffer {
  return value(TAG.boolean, Buffer.from([truth ? 0xff : 0x00]));
}

/** A non-negative integer, as a small number or as its bytes, most significant first. */
export function integer(magnitude: number | Uint8Array): Buffer {
  const bytes = typeof magnitude === "number" ? bytesOf(magnitude) : [...magnitude];
  while (bytes.length > 1 && bytes[0] === 0) bytes.shift();
  // The top bit is the sign.
  if ((bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return value(TAG.integer, Buffer.from(bytes));
}

function bytesOf(magnitude: number): number[] {
  const bytes: number[] = [];
  let rest = magnitude;
  do {
    bytes.unshift(rest % 256);
    rest = Math.floor(rest / 256);
  } while (rest > 0);
  return bytes;
}

/** @param dotted - `2.5.29.14` */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const group = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) {
      group.unshift(0x80 | (high % 128));
    }
    bytes.push(...group);
  }
  return value(TAG.objectIdentifier, Buffer.from(bytes));
}

export function octetString(content: Uint8Array): Buffer {
  return value(TAG.octetString, content);
}

/** Whole bytes. */
export function bitString(content: Uint8Array): Buffer {
  return value(TAG.bitString, Buffer.concat([Buffer.from([0]), content]));
}

/** Named bits: the positions that are set, in ascending order; trailing zeros are left out (X.690 §11.2.2). */
export function namedBits(...positions: readonly number[]): Buffer {
  const last = positions.at(-1) ?? -1;
  const bytes = Buffer.alloc(Math.floor(last / 8) + 1);
  for (const position of positions) {
    const index = position >> 3;
    bytes[index] = (bytes[index] ?? 0) | (0x80 >> (position & 7));
  }
  return value(TAG.bitString, Buffer.concat([Buffer.from([7 - (last & 7)]), bytes]));
}

export function utf8String(text: string): Buffer {
  return value(TAG.utf8String, Buffer.from(text));
}

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5). @param at - milliseconds since 1970 */
export function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  return Number(digits.slice(0, 4)) < 2050
    ? value(TAG.utcTime, Buffer.from(`${digits.slice(2)}Z`))
    : value(TAG.generalizedTime, Buffer.from(`${digits}Z`));
}

/** `[n] EXPLICIT`: the value inside another one. */
export function explicit(tag: number, content: Uint8Array): Buffer {
  return value(0xa0 | tag, content);
}

/** `[n] IMPLICIT` of something that has no parts. */
export function implicit(tag: number, content: Uint8Array): Buffer {
  return value(0x80 | tag, content);
}
