import type { Clock } from "../../runtime/clock.ts";
import type { ByteStream } from "../pod-runtime.ts";
import { IdleTimer } from "./idle-timer.ts";
import { INITIAL_WINDOW_BYTES, SendWindow } from "./send-window.ts";
import {
  GOAWAY_STATUS,
  INITIAL_WINDOW_SETTING,
  MAX_STREAM_ID,
  RST_STATUS,
  type SpdyFrame,
  SpdyFrameParser,
  type SpdySetting,
} from "./spdy-frames.ts";
import { parseHeaderBlock, type SpdyHeaders } from "./spdy-header-block.ts";
import { HeaderInflater } from "./spdy-header-compression.ts";
import { type SpdySender, SpdyStream } from "./spdy-stream.ts";
import { SpdyWriter } from "./spdy-writer.ts";
import { StreamError } from "./stream-error.ts";
import { LINGER_MS } from "./stream-timeouts.ts";

export interface SpdyConnectionOptions {
  readonly transport: ByteStream;
  readonly role: "client" | "server";
  /** Which streams of the peer are let in; the others are reset. None without it. */
  readonly accepts?: (headers: SpdyHeaders) => boolean;
  /** Called with each that is, after the peer was told so. */
  readonly onStream?: (stream: SpdyStream) => void;
  /** A connection without a frame for so long is ended. kubelet: four hours. */
  readonly idleMs: number;
  readonly clock: Clock;
}

/** Streams of the peer at once. */
const MAX_STREAMS = 1000;
/** How long the peer may take to answer to a new stream. @see client-go (createStreamResponseTimeout) */
const REPLY_MS = 30_000;

const NO_HEADERS: SpdyHeaders = new Map();

/**
 * Either end of a SPDY/3.1 connection, as Kubernetes uses it. All that is bounded, is: a peer that
 * breaks the protocol is told so with GOAWAY, and the connection ends.
 * @see SPDY Protocol Draft 3.1 · moby/spdystream connection.go
 */
export class SpdyConnection implements AsyncDisposable {
  /** Resolves when nothing more comes from the peer, for whatever reason. */
  readonly closed: Promise<void>;
  readonly #options: SpdyConnectionOptions;
  readonly #streams = new Map<number, SpdyStream>();
  /** Streams that wait for the peer's answer. */
  readonly #opening = new Map<number, (error?: StreamError) => void>();
  readonly #inflater = new HeaderInflater();
  readonly #writer: SpdyWriter;
  readonly #sender: SpdySender;
  readonly #idle: IdleTimer;
  #keepsWindows = false;
  #peerWindow = INITIAL_WINDOW_BYTES;
  #nextStreamId: number;
  #lastPeerStreamId = 0;
  /** Data since the peer was last told how much of it has come. */
  #received = 0;
  /** The peer will open no more streams. */
  #goneAway = false;
  #closing: Promise<void> | undefined;
  #over = false;

  constructor(options: SpdyConnectionOptions) {
    this.#options = options;
    this.#nextStreamId = options.role === "client" ? 1 : 2;
    this.#idle = new IdleTimer(options.clock, options.idleMs, () => void this.close());
    this.#writer = new SpdyWriter({
      transport: options.transport,
      onProgress: () => this.#idle.touch(),
      onOverflow: () => void this.close(GOAWAY_STATUS.protocolError),
    });
    this.#sender = {
      tellsReads: options.role === "server",
      window: new SendWindow(INITIAL_WINDOW_BYTES, false),
      send: (frame) => this.#writer.send(frame),
      post: (frame) => this.#writer.post(frame),
      forget: (streamId) => this.#streams.delete(streamId),
    };
    this.closed = this.#run();
  }

  /** How many streams are open. */
  get size(): number {
    return this.#streams.size;
  }

  /** Opens a stream. @throws StreamError `reset` when the peer refuses it, `timed-out`, `closed` */
  async open(headers: SpdyHeaders): Promise<SpdyStream> {
    const id = this.#nextStreamId;
    this.#nextStreamId += 2;
    if (this.#over || this.#goneAway || id > MAX_STREAM_ID) throw closedError();
    const stream = this.#register(id, headers, { finReceived: false, finSent: false });
    const sent = this.#writer.send({ type: "open", streamId: id, headers });
    try {
      await Promise.all([sent, this.#answered(id)]);
    } catch (error) {
      this.#opening.get(id)?.();
      stream.reset();
      throw error;
    }
    return stream;
  }

  /**
   * Says that this is the end, lets what is on its way arrive, and ends the connection. What the peer
   * still sends is dropped.
   */
  close(status: number = GOAWAY_STATUS.ok): Promise<void> {
    this.#closing ??= this.#close(status);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(status: number): Promise<void> {
    for (const stream of [...this.#streams.values()]) stream.reset();
    this.#writer.post({ type: "goaway", lastStreamId: this.#lastPeerStreamId, status });
    const ended = Promise.all([this.#writer.stop(), this.closed]);
    const stop = new AbortController();
    await Promise.race([ended, this.#options.clock.sleep(LINGER_MS, stop.signal)]);
    stop.abort();
    await this.#options.transport[Symbol.asyncDispose]();
    await this.closed;
  }

  async #run(): Promise<void> {
    const parser = new SpdyFrameParser();
    try {
      for await (const chunk of this.#options.transport.readable) {
        this.#idle.touch();
        for (const frame of parser.push(chunk)) {
          const wait = this.#handle(frame);
          if (wait !== undefined) await wait;
        }
      }
      // Who has said goodbye and then ended in order has ended its streams: spdystream, which containerd
      // has, does so without a last frame for each. What was cut off comes without a goodbye.
      if (this.#goneAway) for (const stream of this.#streams.values()) stream.endIncoming();
      this.#finish(closedError(), GOAWAY_STATUS.ok);
    } catch (error) {
      const isBroken = error instanceof StreamError && error.code === "protocol-error";
      if (isBroken) this.#finish(error, GOAWAY_STATUS.protocolError);
      else this.#finish(closedError(error), GOAWAY_STATUS.ok);
    }
  }

  #finish(error: StreamError, status: number): void {
    this.#over = true;
    this.#idle.cancel();
    for (const settle of [...this.#opening.values()]) settle(error);
    for (const stream of [...this.#streams.values()]) stream.fail(error);
    this.#inflater[Symbol.dispose]();
    // Not awaited: it waits for the end of this very function.
    void this.close(status);
  }

  /** @returns what to wait for before the next frame is read */
  #handle(frame: SpdyFrame): Promise<void> | undefined {
    switch (frame.type) {
      case "data":
        return this.#onData(frame.streamId, frame.bytes, frame.fin);
      case "syn-stream":
        return this.#onSynStream(frame);
      case "syn-reply":
      case "headers":
        return this.#onHeaders(frame);
      case "rst-stream":
        this.#onReset(frame.streamId);
        return undefined;
      case "ping":
        // One of ours comes back as an answer.
        if (this.#isPeers(frame.id)) this.#writer.post(frame);
        return undefined;
      case "settings":
        this.#onSettings(frame.settings);
        return undefined;
      case "window-update":
        this.#onWindowUpdate(frame.streamId, frame.delta);
        return undefined;
      case "goaway":
        this.#goneAway = true;
        return undefined;
    }
  }

  #isPeers(id: number): boolean {
    return id % 2 === (this.#options.role === "server" ? 1 : 0);
  }

  #onData(streamId: number, bytes: Uint8Array, fin: boolean): Promise<void> | undefined {
    // How much is unread is bounded by not reading on, so the connection's window never closes.
    if (this.#sender.tellsReads) this.#received += bytes.length;
    if (this.#received >= INITIAL_WINDOW_BYTES / 2) {
      this.#writer.post({ type: "window-update", streamId: 0, delta: this.#received });
      this.#received = 0;
    }
    // The peer may not know yet that a stream has ended.
    const stream = this.#streams.get(streamId);
    const wait = stream?.receive(bytes);
    if (fin) stream?.receiveEnd();
    return wait;
  }

  async #onSynStream(frame: SpdyFrame & { readonly type: "syn-stream" }): Promise<void> {
    const { streamId: id, fin, unidirectional } = frame;
    if (!this.#isPeers(id) || id <= this.#lastPeerStreamId) {
      throw new StreamError("protocol-error", "the peer opened a stream under a wrong number");
    }
    this.#lastPeerStreamId = id;
    // Every block has to be read, since the next one builds on it.
    const headers = parseHeaderBlock(await this.#inflater.decompress(frame.block));
    const { accepts, onStream } = this.#options;
    if (this.#closing !== undefined) return;
    if (this.#streams.size >= MAX_STREAMS || accepts?.(headers) !== true) {
      this.#writer.post({ type: "rst-stream", streamId: id, status: RST_STATUS.refusedStream });
      return;
    }
    const stream = this.#register(id, headers, { finReceived: fin, finSent: unidirectional });
    this.#writer.post({ type: "reply", streamId: id, headers: NO_HEADERS });
    onStream?.(stream);
  }

  async #onHeaders(frame: SpdyFrame & { readonly type: "syn-reply" | "headers" }): Promise<void> {
    parseHeaderBlock(await this.#inflater.decompress(frame.block));
    if (frame.type === "syn-reply") this.#opening.get(frame.streamId)?.();
    if (frame.fin) this.#streams.get(frame.streamId)?.receiveEnd();
  }

  #onReset(streamId: number): void {
    const error = new StreamError("reset", "the peer reset the stream");
    this.#opening.get(streamId)?.(error);
    this.#streams.get(streamId)?.fail(error);
  }

  #onSettings(settings: readonly SpdySetting[]): void {
    const window = settings.find(({ id }) => id === INITIAL_WINDOW_SETTING);
    if (window === undefined) return;
    this.#keepWindows();
    const change = window.value - this.#peerWindow;
    this.#peerWindow = window.value;
    if ([...this.#streams.values()].every((stream) => stream.window.grow(change))) return;
    throw new StreamError("protocol-error", "the peer's window is too large");
  }

  #onWindowUpdate(streamId: number, delta: number): void {
    this.#keepWindows();
    if (streamId === 0) {
      if (this.#sender.window.grow(delta)) return;
      throw new StreamError("protocol-error", "the peer's window is too large");
    }
    const stream = this.#streams.get(streamId);
    if (stream?.window.grow(delta) === false) stream.reset(RST_STATUS.flowControlError);
  }

  #keepWindows(): void {
    if (this.#keepsWindows) return;
    this.#keepsWindows = true;
    this.#sender.window.keep();
    for (const stream of this.#streams.values()) stream.window.keep();
  }

  #register(
    id: number,
    headers: SpdyHeaders,
    ends: { readonly finReceived: boolean; readonly finSent: boolean },
  ): SpdyStream {
    const window = new SendWindow(this.#peerWindow, this.#keepsWindows);
    const stream = new SpdyStream({ id, headers, window, sender: this.#sender, ...ends });
    this.#streams.set(id, stream);
    return stream;
  }

  #answered(id: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: StreamError): void => {
        cancel();
        this.#opening.delete(id);
        if (error === undefined) resolve();
        else reject(error);
      };
      const cancel = this.#options.clock.after(REPLY_MS, () => {
        settle(new StreamError("timed-out", "the peer does not answer to a new stream"));
      });
      this.#opening.set(id, settle);
    });
  }
}

function closedError(cause?: unknown): StreamError {
  return new StreamError("closed", "the connection has ended", { cause });
}
