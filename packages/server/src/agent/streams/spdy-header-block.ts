import { StreamError } from "./stream-error.ts";

/** Headers of a stream: names in lower case, several values of one name joined by NUL. */
export type SpdyHeaders = ReadonlyMap<string, string>;

/** Go's limit; ours would do with three. */
const MAX_HEADERS = 1000;

/**
 * A header block before it is compressed.
 * @see SPDY Protocol Draft 3.1 §2.6.10
 */
export function encodeHeaderBlock(headers: SpdyHeaders): Buffer {
  const parts: Buffer[] = [word(headers.size)];
  for (const [name, value] of headers) {
    for (const text of [name.toLowerCase(), value]) {
      const bytes = Buffer.from(text, "latin1");
      parts.push(word(bytes.length), bytes);
    }
  }
  return Buffer.concat(parts);
}

/** @throws StreamError `protocol-error` */
export function parseHeaderBlock(block: Uint8Array): SpdyHeaders {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
  let offset = 0;
  const readWord = (): number => {
    if (offset + 4 > bytes.length) throw broken("ends within a length");
    offset += 4;
    return bytes.readUInt32BE(offset - 4);
  };
  const readText = (): string => {
    const length = readWord();
    if (offset + length > bytes.length) throw broken("ends within a text");
    offset += length;
    return bytes.toString("latin1", offset - length, offset);
  };
  const count = readWord();
  if (count > MAX_HEADERS) throw broken("has too many headers");
  const headers = new Map<string, string>();
  for (let index = 0; index < count; index++) {
    const name = readText();
    if (name === "" || name !== name.toLowerCase()) throw broken("has a name that is none");
    if (headers.has(name)) throw broken("has a name twice");
    headers.set(name, readText());
  }
  if (offset !== bytes.length) throw broken("goes on behind its end");
  return headers;
}

function word(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function broken(how: string): StreamError {
  return new StreamError("protocol-error", `the peer sent a header block that ${how}`);
}
