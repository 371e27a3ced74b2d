import { constants, gzip } from "node:zlib";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { TimeSlice } from "../runtime/time-slice.ts";
import { chunksOf, knownLength } from "./body-length.ts";
import {
  type ApiRequest,
  type ApiResponse,
  isStreamBody,
  type ResponseHeaders,
} from "./exchange.ts";
import { firstHeader } from "./header-value.ts";

/** Bodies up to this size are not compressed. @see apiserver responsewriters/writers.go */
const THRESHOLD_BYTES = 128 * 1024;

/** Whether the client takes gzip: the bare word, an element of the list, with no quality. */
export function acceptsGzip(request: Pick<ApiRequest, "headers" | "rawHeaders">): boolean {
  const header = firstHeader(request, "accept-encoding");
  if (header === undefined || !header.includes("gzip")) return false;
  return header.split(",").some((element) => element.trim() === "gzip");
}

/**
 * Compresses an answer that is large enough, for a client that takes it. The work is done off the
 * event loop.
 */
export function compressResponse(
  request: Pick<ApiRequest, "headers" | "rawHeaders">,
  response: ApiResponse,
): MaybePromise<ApiResponse> {
  const { body } = response;
  if (body === undefined || isStreamBody(body)) return response;
  // No UTF-8 is longer than three bytes a code unit: most texts need not be measured.
  if (typeof body === "string" && body.length * 3 <= THRESHOLD_BYTES) return response;
  const length = knownLength(body);
  if ((length >= 0 && length <= THRESHOLD_BYTES) || !acceptsGzip(request)) return response;
  return compress(response, chunksOf(body));
}

async function compress(response: ApiResponse, chunks: Iterable<Uint8Array>): Promise<ApiResponse> {
  const bytes = await collect(chunks);
  if (bytes.length <= THRESHOLD_BYTES) return { ...response, body: bytes };
  return await new Promise((resolve, reject) => {
    // Level 1, as upstream: close to the others in size, and much quicker.
    gzip(bytes, { level: constants.Z_BEST_SPEED }, (error, compressed) => {
      if (error !== null) reject(error);
      else resolve({ ...response, headers: gzipHeaders(response.headers), body: compressed });
    });
  });
}

/** Chunks may be made as they are pulled: in portions. */
async function collect(chunks: Iterable<Uint8Array>): Promise<Buffer> {
  const slice = new TimeSlice();
  const collected: Uint8Array[] = [];
  for (const chunk of chunks) {
    collected.push(chunk);
    if (slice.isOver) await slice.next();
  }
  return Buffer.concat(collected);
}

const VARIES = "Accept-Encoding";

function gzipHeaders(headers: ResponseHeaders): ResponseHeaders {
  const vary = headers.vary;
  const others = vary === undefined ? [] : typeof vary === "string" ? [vary] : vary;
  const all = others.includes(VARIES) ? others : [...others, VARIES];
  return { ...headers, "content-encoding": "gzip", vary: all };
}
