/**
 * Writes protobuf from the end to the beginning, as Kubernetes' generated code does: when a message's
 * head is written, its length is known, and nothing is measured or copied twice.
 */
const encoder = new TextEncoder();
const INITIAL_BYTES = 1024;
/** Longer texts go through the platform's encoder. */
const SHORT = 64;

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const START_GROUP = 3;
export const END_GROUP = 4;
export const FIXED32 = 5;

/** Everything is put in front of what has been written before. */
export class ProtobufWriter {
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_BYTES);
  #start = INITIAL_BYTES;

  /** Bytes written so far. */
  get size(): number {
    return this.#buffer.length - this.#start;
  }

  /** What has been written, without a copy; the writer is not to be used afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#start);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#start -= bytes.length;
    this.#buffer.set(bytes, this.#start);
  }

  text(text: string): void {
    if (text.length > SHORT || !this.#ascii(text)) this.bytes(encoder.encode(text));
  }

  /** Writes a text of ASCII alone; false, and nothing written, if it is another. */
  #ascii(text: string): boolean {
    this.#reserve(text.length);
    const from = this.#start - text.length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) return false;
      this.#buffer[from + at] = code;
    }
    this.#start = from;
    return true;
  }

  /** A length, a tag or another small number, 0 … 2^53 - 1. */
  varint(value: number): void {
    let width = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) width++;
    this.#reserve(width);
    this.#start -= width;
    let rest = value;
    for (let at = 0; at < width - 1; at++) {
      this.#buffer[this.#start + at] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#start + width - 1] = rest;
  }

  /** A signed integer; a negative one takes ten bytes. */
  int(value: number | bigint): void {
    if (typeof value === "number" && value >= 0 && Number.isSafeInteger(value)) {
      this.varint(value);
      return;
    }
    const groups: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      groups.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    groups.push(Number(rest));
    this.bytes(Uint8Array.from(groups));
  }

  double(value: number): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.bytes(bytes);
  }

  tag(number: number, wireType: number): void {
    this.varint(number * 8 + wireType);
  }

  /** The head of a message or text that was written since `sizeBefore`. */
  head(number: number, sizeBefore: number): void {
    this.varint(this.size - sizeBefore);
    this.tag(number, BYTES);
  }

  #reserve(count: number): void {
    if (count <= this.#start) return;
    const used = this.size;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, used + count + INITIAL_BYTES));
    grown.set(this.#buffer.subarray(this.#start), grown.length - used);
    this.#buffer = grown;
    this.#start = grown.length - used;
  }
}
