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

export const systemRandom: Random = {
  uuid: () => randomUUID(),
  nameSuffix: (length) => {
    let text = "";
    for (const byte of randomBytes(length)) text += NAME_ALPHABET[byte % NAME_ALPHABET.length];
    return text;
  },
  fraction: () => randomBytes(4).readUInt32BE(0) / 2 ** 32,
  bytes: (length) => randomBytes(length),
};
