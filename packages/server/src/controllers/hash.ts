import { NAME_ALPHABET } from "../runtime/random.ts";

const OFFSET = 2_166_136_261;
const PRIME = 16_777_619;

/** FNV-1a in 32 bits, of what it is given piece by piece. @see Go hash/fnv (New32a) */
export class Fnv32 {
  #sum = OFFSET;

  write(bytes: Uint8Array): void {
    for (const byte of bytes) this.#sum = Math.imul(this.#sum ^ byte, PRIME) >>> 0;
  }

  get sum(): number {
    return this.#sum;
  }
}

/** FNV-1 in 32 bits, which multiplies first. @see Go hash/fnv (New32) */
export function fnv1(bytes: Uint8Array): number {
  let sum = OFFSET;
  for (const byte of bytes) sum = (Math.imul(sum, PRIME) ^ byte) >>> 0;
  return sum;
}

const OFFSET_128 = 144_066_263_297_769_815_596_495_629_667_062_367_629n;
const PRIME_128 = 309_485_009_821_345_068_724_781_371n;

/** FNV-1a in 128 bits, as 32 hexadecimal digits. @see Go hash/fnv (New128a) */
export function fnv128(bytes: Uint8Array): string {
  let sum = OFFSET_128;
  for (const byte of bytes) sum = BigInt.asUintN(128, (sum ^ BigInt(byte)) * PRIME_128);
  return sum.toString(16).padStart(32, "0");
}

/** A text in the alphabet of generated names, so that it spells no words. @see apimachinery util/rand (SafeEncodeString) */
export function safeEncode(text: string): string {
  const encode = (character: string): string =>
    NAME_ALPHABET.charAt((character.codePointAt(0) ?? 0) % NAME_ALPHABET.length);
  return Array.from(text, encode).join("");
}

/** What is added to a hash when another object has it already: 8 bytes, the lowest first. */
export function collisionBytes(collisionCount: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setUint32(0, collisionCount, true);
  return new Uint8Array(bytes.buffer);
}
