import type { Readable } from "node:stream";
import { badRequest, requestEntityTooLarge } from "../api/status-error.ts";
import type { StallGuard } from "./stall-guard.ts";

/**
 * How much of a body that is too large is read and dropped before it is refused: who still writes
 * would find the connection closed, and not the answer.
 */
const DROPPED_BYTES = 16 * 1024 * 1024;

/**
 * Reads a body to its end, which is watched for progress while it lasts.
 * @param contentLength - What the client announced, if it did: far too large is refused at once.
 * @throws StatusError 413 above `limitBytes`; 400 when the client breaks off or stalls.
 */
export function readBody(
  source: Readable,
  contentLength: string | undefined,
  limitBytes: number,
  guard: StallGuard,
): Promise<Uint8Array> {
  if (contentLength !== undefined && Number(contentLength) > limitBytes + DROPPED_BYTES) {
    return Promise.reject(requestEntityTooLarge(limitBytes));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const progress = guard.watchBody(() => {
      settle();
      reject(badRequest("the request body did not arrive in time"));
      source.destroy();
    });
    const onData = (chunk: Buffer): void => {
      progress.alive();
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else if (length <= limitBytes + DROPPED_BYTES) chunks.length = 0;
      else {
        settle();
        source.resume();
        reject(requestEntityTooLarge(limitBytes));
      }
    };
    const onEnd = (): void => {
      settle();
      if (length > limitBytes) {
        reject(requestEntityTooLarge(limitBytes));
        return;
      }
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length));
    };
    const onClose = (): void => {
      settle();
      reject(badRequest("unexpected EOF"));
    };
    const settle = (): void => {
      progress.done();
      source.off("data", onData).off("end", onEnd).off("close", onClose);
    };
    source.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}
