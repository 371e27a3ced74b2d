/**
 * The protobuf encoding, as far as the messages of etcd and of signers need it: varints and fields with a length.
 * @see https://protobuf.dev/programming-guides/encoding
 */

const VARINT = 0;
const FIXED_64 = 1;
const DELIMITED = 2;
const FIXED_32 = 5;

/** Collects the fields of one message. Numbers are safe integers, not negative. */
export class WireWriter {
  readonly #parts: Uint8Array[] = [];

  /** An integer or enum; written even when 0, which is what a member of a `oneof` needs. */
  varint(field: number, value: number): this {
    this.#parts.push(varint(field * 8 + VARINT), varint(value));
    return this;
  }

  boolean(field: number, value: boolean): this {
    return value ? this.varint(field, 1) : this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#parts.push(varint(field * 8 + DELIMITED), varint(value.length), value);
    return this;
  }

  message(field: number, value: WireWriter): this {
    return this.bytes(field, value.finish());
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Seven bits a byte, the lowest first; beyond 2^31 by division, since shifts have 32 bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/**
 * Goes through the fields of one message:
 * `while (reader.next()) switch (reader.field) { case 1: … reader.number(); }`.
 * Fields that are not read are skipped.
 */
export class WireReader {
  readonly #buffer: Buffer;
  #at = 0;
  #type = VARINT;
  #unread = false;
  field = 0;

  constructor(buffer: Uint8Array) {
    this.#buffer = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }

  /** Moves to the next field; false at the end. @throws RangeError for a message cut short */
  next(): boolean {
    if (this.#unread) this.#skip();
    if (this.#at >= this.#buffer.length) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.#type = tag % 8;
    this.#unread = true;
    return true;
  }

  /** An int64, uint64 or enum; revisions and counts are far below 2^53. */
  number(): number {
    this.#take(VARINT);
    return this.#varint();
  }

  /** An int32 or int64 that may be negative, for which it is written as if it had 64 bits and no sign. */
  signedNumber(): number {
    this.#take(VARINT);
    const start = this.#at;
    const value = this.#varint();
    if (value < 2 ** 63) return value;
    let exact = 0n;
    for (let at = this.#at - 1; at >= start; at--) {
      exact = (exact << 7n) + BigInt((this.#buffer[at] ?? 0) & 0x7f);
    }
    return Number(BigInt.asIntN(64, exact));
  }

  boolean(): boolean {
    return this.number() !== 0;
  }

  /** A view of the message's own memory. */
  bytes(): Buffer {
    this.#take(DELIMITED);
    const length = this.#varint();
    const start = this.#at;
    this.#advance(length);
    return this.#buffer.subarray(start, start + length);
  }

  text(): string {
    return this.bytes().toString("utf8");
  }

  #take(type: number): void {
    if (this.#type !== type) {
      throw new RangeError(`field ${this.field} has wire type ${this.#type}, not ${type}`);
    }
    this.#unread = false;
  }

  #skip(): void {
    this.#unread = false;
    if (this.#type === VARINT) this.#varint();
    else if (this.#type === DELIMITED) this.#advance(this.#varint());
    else if (this.#type === FIXED_64) this.#advance(8);
    else if (this.#type === FIXED_32) this.#advance(4);
    else throw new RangeError(`field ${this.field} has unknown wire type ${this.#type}`);
  }

  #advance(length: number): void {
    if (this.#at + length > this.#buffer.length) throw new RangeError("message cut short");
    this.#at += length;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#buffer[this.#at];
      if (byte === undefined) throw new RangeError("message cut short");
      this.#at++;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }
}
