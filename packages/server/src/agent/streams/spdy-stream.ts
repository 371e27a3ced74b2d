import type { ByteStream } from "../pod-runtime.ts";
import { ByteQueue } from "./byte-queue.ts";
import { INITIAL_WINDOW_BYTES, type SendWindow } from "./send-window.ts";
import { RST_STATUS, type SpdyFrame } from "./spdy-frames.ts";
import type { SpdyHeaders } from "./spdy-header-block.ts";
import { StreamError } from "./stream-error.ts";

/** What a stream asks of its connection. */
export interface SpdySender {
  /** Of the whole connection. */
  readonly window: SendWindow;
  /**
   * Whether the peer is told what has been read. A client tells nothing, as Go's do not: Go's servers do
   * not ask, and what comes to one that has closed makes its kernel drop all that it has not sent yet.
   */
  readonly tellsReads: boolean;
  /** Frames go out in the order of the calls; resolves when the transport has taken this one. */
  send(frame: SpdyFrame): Promise<void>;
  /** The same for a frame that nobody waits for. */
  post(frame: SpdyFrame): void;
  /** Both ends are through with the stream. */
  forget(streamId: number): void;
}

/** Streams of a connection take turns after so many bytes. Go's copies use as much. */
const FRAME_BYTES = 32 * 1024;
/** What a reader may leave unread before the connection stops to read. */
const UNREAD_BYTES = 256 * 1024;

/** One stream of a SPDY connection. Disposing of it resets it, unless it has ended in both directions. */
export class SpdyStream implements ByteStream {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly window: SendWindow;
  readonly #sender: SpdySender;
  readonly #incoming: ByteQueue = new ByteQueue(UNREAD_BYTES);
  /** Why nothing may be written any more. */
  #writeError: StreamError | undefined;
  #finSent = false;
  #finReceived = false;
  /** Read, and not yet told to the peer. */
  #consumed = 0;

  constructor(init: {
    readonly id: number;
    readonly headers: SpdyHeaders;
    readonly window: SendWindow;
    readonly sender: SpdySender;
    /** The peer will send nothing more. */
    readonly finReceived: boolean;
    /** The peer expects nothing. */
    readonly finSent: boolean;
  }) {
    this.id = init.id;
    this.headers = init.headers;
    this.window = init.window;
    this.#sender = init.sender;
    if (init.finReceived) this.receiveEnd();
    if (init.finSent) {
      this.#finSent = true;
      this.#writeError = ended();
    }
  }

  /**
   * What the peer sends, until it says that this was all. It ends with a StreamError when the peer
   * resets the stream or the connection ends before.
   */
  get readable(): AsyncIterable<Uint8Array> {
    return this.#read();
  }

  /** @throws StreamError `reset`, `closed` */
  async write(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) {
      const wanted = Math.min(FRAME_BYTES, bytes.length - offset);
      const taken = await this.#takeWindow(wanted);
      const piece = bytes.subarray(offset, offset + taken);
      offset += taken;
      await this.#sender.send({ type: "data", streamId: this.id, bytes: piece, fin: false });
    }
    if (this.#writeError !== undefined) throw this.#writeError;
  }

  end(): void {
    if (this.#writeError !== undefined) return;
    this.#writeError = ended();
    this.#finSent = true;
    this.#sender.post({ type: "data", streamId: this.id, bytes: new Uint8Array(0), fin: true });
    this.#forgetWhenDone();
  }

  /** Gives the stream up in both directions. */
  reset(status: number = RST_STATUS.cancel): void {
    if (this.#finSent && this.#finReceived) return;
    if (this.#writeError?.code !== "reset" && this.#writeError?.code !== "closed") {
      this.#sender.post({ type: "rst-stream", streamId: this.id, status });
    }
    this.fail(new StreamError("reset", "the stream was reset"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reset();
  }

  /** For the connection: bytes of the peer. @returns what to wait for before more is read */
  receive(bytes: Uint8Array): Promise<void> | undefined {
    return this.#incoming.push(bytes);
  }

  /** For the connection: the peer is through. */
  receiveEnd(): void {
    this.#finReceived = true;
    this.#incoming.end();
    this.#forgetWhenDone();
  }

  /** For the connection: the stream is over, whatever was under way. */
  /** The peer will say nothing more: what it has said is read to its end. */
  endIncoming(): void {
    this.#incoming.end();
  }

  fail(error: StreamError): void {
    this.#writeError = error;
    this.#incoming.fail(error);
    this.window.release();
    this.#sender.window.release();
    this.#sender.forget(this.id);
  }

  async #takeWindow(wanted: number): Promise<number> {
    for (;;) {
      if (this.#writeError !== undefined) throw this.#writeError;
      const ofStream = this.window.take(wanted);
      const taken = this.#sender.window.take(ofStream);
      this.window.giveBack(ofStream - taken);
      if (taken > 0) return taken;
      await (ofStream > 0 ? this.#sender.window : this.window).opened();
    }
  }

  async *#read(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const bytes of this.#incoming) {
      yield bytes;
      if (!this.#sender.tellsReads) continue;
      this.#consumed += bytes.length;
      if (this.#consumed < INITIAL_WINDOW_BYTES / 2 || this.#finReceived) continue;
      this.#sender.post({ type: "window-update", streamId: this.id, delta: this.#consumed });
      this.#consumed = 0;
    }
  }

  #forgetWhenDone(): void {
    if (this.#finSent && this.#finReceived) this.#sender.forget(this.id);
  }
}

function ended(): StreamError {
  return new StreamError("closed", "the stream has ended");
}
