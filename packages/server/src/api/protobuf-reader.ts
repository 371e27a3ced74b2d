/**
 * Reads protobuf from bytes nobody vouches for: every length is checked against what is there
 * before anything is allocated. Texts of errors are those of Kubernetes' generated code.
 */
import { decodeText } from "./json-parser-plain.ts";
import { BYTES, END_GROUP, FIXED32, FIXED64, START_GROUP, VARINT } from "./protobuf-writer.ts";

/** Thrown for bytes that are no message of the wanted type. */
export class ProtobufError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProtobufError";
  }
}

/** A field that is not of the type that its tag says. */
export function wrongWireType(wireType: number, field: string): ProtobufError {
  return new ProtobufError(`proto: wrong wireType = ${wireType} for field ${field}`);
}

/** Messages and groups inside one another; ours. */
const MAX_DEPTH = 200;
const TWO_32 = 0x1_0000_0000;

/** A window of bytes, read from its start to its end. */
export class ProtobufReader {
  readonly #bytes: Uint8Array;
  readonly #depth: number;
  #at = 0;

  constructor(bytes: Uint8Array, depth = 0) {
    if (depth > MAX_DEPTH) throw new ProtobufError("proto: exceeded max depth");
    this.#bytes = bytes;
    this.#depth = depth;
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** A tag: field number times eight plus wire type. */
  tag(message: string): number {
    const tag = this.#small();
    const number = Math.floor(tag / 8);
    if (tag % 8 === END_GROUP) {
      throw new ProtobufError(`proto: ${message}: wiretype end group for non-group`);
    }
    if (number > 0x7fff_ffff || number === 0) {
      throw new ProtobufError(
        `proto: ${message}: illegal tag ${number | 0} (wire type ${tag % 8})`,
      );
    }
    return tag;
  }

  /** A signed integer of 64 bits; a bigint where a number would lose digits. */
  int64(): number | bigint {
    const [low, high] = this.#varint();
    const number = (high | 0) * TWO_32 + low;
    if (Number.isSafeInteger(number)) return number;
    return (BigInt(high | 0) << 32n) | BigInt(low);
  }

  /** A signed integer of 32 bits; what is above is cut off. */
  int32(): number {
    return this.#varint()[0] | 0;
  }

  bool(): boolean {
    const [low, high] = this.#varint();
    return low !== 0 || high !== 0;
  }

  double(): number {
    const bytes = this.#take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  bytes(): Uint8Array {
    return this.#take(this.#length());
  }

  text(): string {
    const length = this.#length();
    const from = this.#at;
    const bytes = this.#take(length);
    if (length > 16) return decodeText(bytes);
    let text = "";
    for (let at = from; at < from + length; at++) {
      const code = this.#bytes[at] ?? 0;
      if (code > 0x7f) return decodeText(bytes);
      text += String.fromCharCode(code);
    }
    return text;
  }

  message(): ProtobufReader {
    return new ProtobufReader(this.bytes(), this.#depth + 1);
  }

  /** Passes over a field that nobody knows. */
  skip(wireType: number): void {
    let groups = 0;
    let type = wireType;
    for (;;) {
      switch (type) {
        case VARINT:
          this.#varint();
          break;
        case FIXED64:
          this.#take(8);
          break;
        case BYTES:
          this.bytes();
          break;
        case START_GROUP:
          groups++;
          break;
        case END_GROUP:
          if (groups === 0) throw new ProtobufError("proto: unexpected end of group");
          groups--;
          break;
        case FIXED32:
          this.#take(4);
          break;
        default:
          throw new ProtobufError(`proto: illegal wireType ${type}`);
      }
      if (groups === 0) return;
      type = this.#small() % 8;
    }
  }

  #length(): number {
    const [low, high] = this.#varint();
    if (high >= 0x8000_0000) {
      throw new ProtobufError("proto: negative length found during unmarshaling");
    }
    return high * TWO_32 + low;
  }

  #small(): number {
    const [low, high] = this.#varint();
    return high * TWO_32 + low;
  }

  #take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) throw new ProtobufError("unexpected EOF");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** The two halves of a varint, each unsigned. */
  #varint(): readonly [low: number, high: number] {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new ProtobufError("unexpected EOF");
      this.#at++;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return [low >>> 0, high >>> 0];
    }
    throw new ProtobufError("proto: integer overflow");
  }
}
