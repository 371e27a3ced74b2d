import { randomBytes, randomUUID } from "node:crypto";

/** Randomness, passed in so that tests can seed it. */
export interface Random {
  /** A random (version 4) UUID. */
  uuid(): string;
  /** `length` characters drawn from the alphabet of generated names. */
  nameSuffix(length: number): string;
  /** In [0, 1). */
  fraction(): number;
  bytes(length: number): Uint8Array;
}

/** Alphabet of generated names: no vowels, no characters that look alike. @see apimachinery util/rand */
export const NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const UNBIASED = Math.floor(256 / NAME_ALPHABET.length) * NAME_ALPHABET.length;

/** Random bytes are asked of the system in portions: each call costs more than a few bytes do. */
const POOL_BYTES = 4096;
let pool = Buffer.alloc(0);
let used = 0;

function nextByte(): number {
  if (used === pool.byteLength) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  return pool[used++] ?? 0;
}

export const systemRandom: Random = {
  uuid: () => randomUUID(),
  nameSuffix: (length) => {
    let text = "";
    while (text.length < length) {
      const byte = nextByte();
      // 27 characters do not divide 256: the bytes beyond the last whole round are drawn anew.
      if (byte < UNBIASED) text += NAME_ALPHABET[byte % NAME_ALPHABET.length];
    }
    return text;
  },
  fraction: () => randomBytes(4).readUInt32BE(0) / 2 ** 32,
  bytes: (length) => randomBytes(length),
};
