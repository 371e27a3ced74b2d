/** Reads DER (X.690): elements with their tags, definite lengths only. */

export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** The element with its tag and length. */
  readonly whole: Uint8Array;
}

/** Thrown for bytes that are no DER. */
export class DerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DerError";
  }
}

export const DER_TAG = {
  bitString: 0x03,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

interface Length {
  readonly length: number;
  /** Where the content begins. */
  readonly start: number;
}

function readLength(bytes: Uint8Array, at: number): Length {
  const first = bytes[at];
  if (first === undefined) throw new DerError("truncated length");
  if (first < 0x80) return { length: first, start: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new DerError("length out of range");
  let length = 0;
  for (let index = 1; index <= count; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new DerError("truncated length");
    length = length * 256 + byte;
  }
  return { length, start: at + 1 + count };
}

/**
 * The elements that stand one after the other in `bytes`.
 * @throws DerError
 */
export function readDer(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    if ((tag & 0x1f) === 0x1f) throw new DerError("long tags are not supported");
    const { length, start } = readLength(bytes, at + 1);
    const end = start + length;
    if (end > bytes.length) throw new DerError("truncated element");
    elements.push({ tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return elements;
}

/**
 * The elements inside one that must have this tag.
 * @throws DerError
 */
export function childrenOf(element: DerElement | undefined, tag: number): DerElement[] {
  if (element === undefined || element.tag !== tag) throw new DerError("unexpected element");
  return readDer(element.content);
}

/**
 * An object identifier as text: `1.2.840.10045.4.3.2`.
 * @throws DerError
 */
export function readObjectIdentifier(element: DerElement | undefined): string {
  if (element === undefined || element.tag !== DER_TAG.objectIdentifier) {
    throw new DerError("unexpected element");
  }
  const arcs: number[] = [];
  let value = 0;
  for (const byte of element.content) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join(".");
}
