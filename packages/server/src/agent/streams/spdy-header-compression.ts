import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";
import { SPDY_DICTIONARY } from "./spdy-dictionary.ts";
import { StreamError } from "./stream-error.ts";

/** Blocks that grow beyond this are an attack. */
const MAX_BLOCK_BYTES = 64 * 1024;
/** A small window costs 24 KiB instead of 256, and every inflater can read it. */
const DEFLATE_OPTIONS = { windowBits: 12, memLevel: 4, dictionary: SPDY_DICTIONARY };

/**
 * Compresses the header blocks of one direction of a connection: one stream of zlib for all of them,
 * so they must be given in the order in which they are sent, one after the other.
 */
export class HeaderDeflater implements Disposable {
  readonly #deflate: Deflate = createDeflate(DEFLATE_OPTIONS);
  #parts: Buffer[] = [];
  #failure: Error | undefined;

  constructor() {
    this.#deflate.on("data", (part: Buffer) => this.#parts.push(part));
    this.#deflate.on("error", (error: Error) => {
      this.#failure = error;
    });
  }

  compress(block: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#deflate.write(block);
      this.#deflate.flush(constants.Z_SYNC_FLUSH, () => {
        if (this.#failure !== undefined) return reject(this.#failure);
        const parts = this.#parts;
        this.#parts = [];
        resolve(Buffer.concat(parts));
      });
    });
  }

  [Symbol.dispose](): void {
    this.#deflate.destroy();
  }
}

/** The other direction: see `HeaderDeflater`. */
export class HeaderInflater implements Disposable {
  readonly #inflate: Inflate = createInflate({ dictionary: SPDY_DICTIONARY });
  #parts: Buffer[] = [];
  #length = 0;
  #failure: Error | undefined;
  #fail: ((error: Error) => void) | undefined;

  constructor() {
    this.#inflate.on("data", (part: Buffer) => {
      this.#length += part.length;
      if (this.#length <= MAX_BLOCK_BYTES) this.#parts.push(part);
      else if (this.#failure === undefined) {
        this.#failure = new Error("a block that is too large");
        this.#inflate.destroy();
      }
    });
    this.#inflate.on("error", (error: Error) => {
      this.#failure = error;
      this.#fail?.(error);
    });
  }

  /** @throws StreamError `protocol-error` */
  async decompress(block: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.#decompress(block);
    } catch (cause) {
      const message = "the peer sent a header block that cannot be read";
      throw new StreamError("protocol-error", message, { cause });
    }
  }

  #decompress(block: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#fail = reject;
      this.#parts = [];
      this.#length = 0;
      this.#inflate.write(block, (error) => {
        this.#fail = undefined;
        const failure = error ?? this.#failure;
        if (failure) reject(failure);
        else resolve(Buffer.concat(this.#parts));
      });
    });
  }

  [Symbol.dispose](): void {
    this.#inflate.destroy();
  }
}
