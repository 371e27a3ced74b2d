import type { ApiResponse, StreamBody } from "./exchange.ts";
import { SLICE_BYTES } from "./response-body.ts";

/** A body that is there, as opposed to one that is streamed. */
export type PlainBody = Exclude<ApiResponse["body"], StreamBody>;
/** A body that is one value. */
export type WholeBody = string | Uint8Array | undefined;

/** Chunks that are made while they are sent, and whose length is known before. */
export interface SizedChunks extends Iterable<Uint8Array> {
  readonly byteLength: number;
}

/** Whether a body is one value that is sent in one write. */
export function isShort(body: PlainBody): body is WholeBody {
  if (typeof body === "string") return body.length <= SLICE_BYTES;
  return body === undefined || (body instanceof Uint8Array && body.length <= SLICE_BYTES);
}

/** Bytes of a body that is one value. */
export function bodyLength(body: WholeBody): number {
  if (body === undefined) return 0;
  return typeof body === "string" ? Buffer.byteLength(body) : body.length;
}

/** A body as chunks of bytes. */
export function chunksOf(body: PlainBody): Iterable<Uint8Array> {
  if (body === undefined) return [];
  if (typeof body === "string") return [Buffer.from(body)];
  return body instanceof Uint8Array ? [body] : body;
}

/** Bytes of a body, -1 when that is only known after the chunks have been pulled. */
export function knownLength(body: PlainBody): number {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    return bodyLength(body);
  }
  if (!Array.isArray(body)) return "byteLength" in body ? (body as SizedChunks).byteLength : -1;
  let total = 0;
  for (const chunk of body as readonly Uint8Array[]) total += chunk.length;
  return total;
}

/** All chunks in one buffer. */
export function joinChunks(chunks: SizedChunks): Uint8Array {
  const joined = Buffer.allocUnsafe(chunks.byteLength);
  let used = 0;
  for (const chunk of chunks) {
    joined.set(chunk, used);
    used += chunk.byteLength;
  }
  return joined;
}
