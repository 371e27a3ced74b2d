import type { WebSocket } from "ws";
import type { Clock } from "../../runtime/clock.ts";
import { ByteQueue } from "./byte-queue.ts";
import { IdleTimer } from "./idle-timer.ts";
import { StreamError } from "./stream-error.ts";
import { IDLE_MS, LINGER_MS } from "./stream-timeouts.ts";

export interface WebSocketChannelsOptions {
  /** Channels that the client writes to. What comes on others is dropped. */
  readonly readable: readonly number[];
  /** Numbers from here on are no channels. */
  readonly count: number;
  /** Messages are text: the digit of the channel, and base64. */
  readonly base64: boolean;
  /** Whether `255 N` is the end of channel N: since version 5. */
  readonly closeSignal: boolean;
  readonly clock: Clock;
}

const CLOSE_SIGNAL = 255;
const ZERO = 0x30;
/** What a reader may leave unread before the connection stops to read. */
const UNREAD_BYTES = 256 * 1024;
const NORMAL_CLOSURE = 1000;

/**
 * Streams over a WebSocket, each message with the number of its channel in front.
 * @see kubernetes staging/src/k8s.io/streaming/pkg/httpstream/wsstream/conn.go
 */
export class WebSocketChannels {
  /** Resolves when nothing more comes from the client. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #options: WebSocketChannelsOptions;
  readonly #queues: ReadonlyMap<number, ByteQueue>;
  readonly #idle: IdleTimer;

  constructor(socket: WebSocket, options: WebSocketChannelsOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#queues = new Map(
      options.readable.map((channel) => [channel, new ByteQueue(UNREAD_BYTES)]),
    );
    this.#idle = new IdleTimer(options.clock, IDLE_MS, () => void this.close());
    socket.on("message", (data: Buffer) => this.#onMessage(data));
    socket.on("ping", () => this.#idle.touch());
    // An error is followed by the end.
    socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#idle.cancel();
        const error = new StreamError("closed", "the connection has ended");
        for (const queue of this.#queues.values()) queue.fail(error);
        resolve();
      });
    });
  }

  /** What comes on a channel; it ends with a StreamError when the connection ends before. */
  readable(channel: number): AsyncIterable<Uint8Array> {
    const queue = this.#queues.get(channel);
    if (queue === undefined) throw new RangeError(`channel ${channel} is not read`);
    return queue;
  }

  /** Resolves when more may be written. @throws Error when the connection has ended */
  write(channel: number, bytes: Uint8Array): Promise<void> {
    this.#idle.touch();
    const message = this.#options.base64
      ? String.fromCharCode(ZERO + channel) + Buffer.from(bytes).toString("base64")
      : Buffer.concat([Buffer.of(channel), bytes]);
    return new Promise((resolve, reject) => {
      this.#socket.send(message, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Ends the connection in order, once what was written has gone. */
  async close(): Promise<void> {
    for (const queue of this.#queues.values()) queue.abandon();
    this.#socket.close(NORMAL_CLOSURE);
    const stop = new AbortController();
    await Promise.race([this.closed, this.#options.clock.sleep(LINGER_MS, stop.signal)]);
    stop.abort();
    this.#socket.terminate();
    await this.closed;
  }

  #onMessage(data: Buffer): void {
    this.#idle.touch();
    const { base64, closeSignal, count } = this.#options;
    const [first, second] = data;
    if (first === undefined) return;
    if (closeSignal && first === CLOSE_SIGNAL) {
      if (data.length !== 2 || second === undefined || second >= count) this.#socket.terminate();
      else this.#queues.get(second)?.end();
      return;
    }
    const queue = this.#queues.get(base64 ? first - ZERO : first);
    const wait = queue?.push(base64 ? decodeBase64(data.subarray(1)) : data.subarray(1));
    if (wait === undefined) return;
    this.#socket.pause();
    void wait.then(() => this.#socket.resume());
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Nothing for what is no base64, which upstream drops as well. */
function decodeBase64(encoded: Buffer): Buffer {
  const text = encoded.toString("latin1");
  return BASE64.test(text) ? Buffer.from(text, "base64") : Buffer.alloc(0);
}
