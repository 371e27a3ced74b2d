import type { ByteStream } from "../pod-runtime.ts";
import { encodeSpdyFrame, type SpdyFrame } from "./spdy-frames.ts";
import { encodeHeaderBlock, type SpdyHeaders } from "./spdy-header-block.ts";
import { HeaderDeflater } from "./spdy-header-compression.ts";
import { StreamError } from "./stream-error.ts";

/** A frame to be sent; of those with headers, the headers before they are compressed. */
export type OutgoingFrame =
  | SpdyFrame
  | { readonly type: "open"; readonly streamId: number; readonly headers: SpdyHeaders }
  | { readonly type: "reply"; readonly streamId: number; readonly headers: SpdyHeaders };

export interface SpdyWriterOptions {
  readonly transport: Pick<ByteStream, "write" | "end">;
  /** A frame has been taken by the transport. */
  readonly onProgress: () => void;
  /** The peer lets too much pile up that nobody waits for. Called once. */
  readonly onOverflow: () => void;
}

/** Frames that wait for a peer who does not read what it is told: answers to pings, resets. */
const MAX_POSTED = 1000;

/** The sending half of a connection: one frame after the other, in the order of the calls. */
export class SpdyWriter {
  readonly #options: SpdyWriterOptions;
  readonly #deflater = new HeaderDeflater();
  /** Resolves after the last frame so far. */
  #tail: Promise<void> = Promise.resolve();
  #posted = 0;
  #stopped = false;
  /** The transport takes no more. */
  #failed = false;

  constructor(options: SpdyWriterOptions) {
    this.#options = options;
  }

  /** Resolves when the transport has taken the frame. @throws StreamError `closed` */
  send(frame: OutgoingFrame): Promise<void> {
    if (this.#stopped || this.#failed)
      return Promise.reject(new StreamError("closed", "the connection has ended"));
    const sent = this.#tail.then(async () => {
      await this.#options.transport.write(await this.#encode(frame));
      this.#options.onProgress();
    });
    this.#tail = sent.catch(() => {
      this.#failed = true;
    });
    return sent;
  }

  /** Sends what nobody waits for. */
  post(frame: OutgoingFrame): void {
    if (this.#posted > MAX_POSTED) return;
    if (++this.#posted > MAX_POSTED) {
      this.#options.onOverflow();
      return;
    }
    void this.send(frame)
      .catch(ignore)
      .finally(() => this.#posted--);
  }

  /** Takes no more frames. Resolves when those that were given, and then the end, have been sent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#tail;
    this.#deflater[Symbol.dispose]();
    this.#options.transport.end();
  }

  async #encode(frame: OutgoingFrame): Promise<Buffer> {
    if (frame.type !== "open" && frame.type !== "reply") return encodeSpdyFrame(frame);
    const block = await this.#deflater.compress(encodeHeaderBlock(frame.headers));
    const { streamId } = frame;
    return encodeSpdyFrame(
      frame.type === "open"
        ? { type: "syn-stream", streamId, block, fin: false, unidirectional: false }
        : { type: "syn-reply", streamId, block, fin: false },
    );
  }
}

function ignore(): void {}
