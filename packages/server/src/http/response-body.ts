import type { Writable } from "node:stream";
import type { StreamSink } from "./exchange.ts";
import type { Turns } from "./turns.ts";

/** Bytes handed to the socket layer at once: few system calls, and well under a millisecond of encryption. */
export const SLICE_BYTES: number = 256 * 1024;
/** Shorter parts are joined with what follows: a copy costs less than another write. */
const SMALL_BYTES = 32 * 1024;
/** Bytes sent before other connections get their turn. */
const BYTES_PER_TURN = 1024 * 1024;
/** The same for chunks that take longer to make than to send. */
const MS_PER_TURN = 2;

/** Chunks, taken one slice at a time: small chunks are joined up to a slice, large ones cut. */
export class Slices {
  readonly #iterator: Iterator<Uint8Array>;
  #chunk: Uint8Array | undefined;
  #offset = 0;

  constructor(chunks: Iterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.iterator]();
    this.#advance();
  }

  /** Whether every byte has been taken. */
  get empty(): boolean {
    return this.#chunk === undefined;
  }

  /** The next bytes: a view where they lie in one chunk, a copy where they do not. Empty at the end. */
  take(): Uint8Array {
    const first = this.#part(SLICE_BYTES);
    if (first.length >= SMALL_BYTES || this.empty) return first;
    const parts = [first];
    let length = first.length;
    while (length < SLICE_BYTES && !this.empty) {
      const part = this.#part(SLICE_BYTES - length);
      parts.push(part);
      length += part.length;
    }
    return Buffer.concat(parts, length);
  }

  /** Tells the source that nobody will take the rest. */
  abandon(): void {
    this.#chunk = undefined;
    this.#iterator.return?.();
  }

  /** About `limit` bytes of the current chunk, or what there is of it: nothing small is left behind. */
  #part(limit: number): Uint8Array {
    const chunk = this.#chunk;
    if (chunk === undefined) return NO_BYTES;
    const left = chunk.length - this.#offset;
    const length = left < limit + SMALL_BYTES ? left : limit;
    if (length === chunk.length) {
      this.#advance();
      return chunk;
    }
    const part = chunk.subarray(this.#offset, this.#offset + length);
    this.#offset += part.length;
    if (this.#offset >= chunk.length) this.#advance();
    return part;
  }

  #advance(): void {
    this.#offset = 0;
    do {
      const next = this.#iterator.next();
      this.#chunk = next.done === true ? undefined : next.value;
    } while (this.#chunk?.length === 0);
  }
}

const NO_BYTES = new Uint8Array(0);

/**
 * Sends slices as fast as the client takes them, and ends the body.
 * @param first - A slice that was taken already.
 * @param turns - The line in which long answers stand.
 * @param onDone - Called once, when the last byte was handed over or the client has gone; with the
 *   error when the source failed, and then the body has no end.
 */
export function sendSlices(
  out: Writable,
  first: Uint8Array,
  slices: Slices,
  turns: Turns,
  onDone: (error?: unknown) => void,
): void {
  let finished = false;
  const finish = (error?: unknown): void => {
    if (finished) return;
    finished = true;
    out.off("drain", onDrain).off("close", onClose);
    onDone(error);
  };
  const onClose = (): void => {
    slices.abandon();
    finish();
  };
  const sendSome = (): void => {
    const start = performance.now();
    for (let sent = 0; !finished; ) {
      if (slices.empty) {
        out.end();
        finish();
        return;
      }
      const slice = slices.take();
      sent += slice.length;
      if (!out.write(slice)) return;
      if (sent >= BYTES_PER_TURN || performance.now() - start >= MS_PER_TURN) {
        turns.add(pump);
        return;
      }
    }
  };
  const pump = (): void => {
    try {
      sendSome();
    } catch (error) {
      finish(error);
    }
  };
  const onDrain = (): void => turns.add(pump);
  out.on("error", ignoreError).on("drain", onDrain).on("close", onClose);
  if (out.write(first)) turns.add(pump);
}

/** The sending end of a streamed body over an HTTP/1.1 response or an HTTP/2 stream. */
export class WritableSink implements StreamSink {
  readonly #out: Writable;
  readonly #breakOff: () => void;
  #open = true;

  /** @param breakOff - Ends the exchange in a way that the client can tell from a clean end. */
  constructor(out: Writable, breakOff: () => void) {
    this.#out = out;
    this.#breakOff = breakOff;
    out.on("error", ignoreError).on("close", () => {
      this.#open = false;
    });
  }

  write(chunk: Uint8Array | string): boolean {
    return this.#open && this.#out.write(chunk);
  }

  buffered(): number {
    return this.#out.writableLength;
  }

  onDrain(callback: () => void): void {
    if (this.#out.writableNeedDrain) this.#out.once("drain", callback);
    else callback();
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#out.end();
  }

  destroy(): void {
    this.#open = false;
    this.#breakOff();
  }

  onClose(callback: () => void): void {
    if (this.#out.destroyed) callback();
    else this.#out.once("close", callback);
  }
}

/** For streams whose `close` says enough: an error without a listener would end the process. */
export function ignoreError(): void {}
