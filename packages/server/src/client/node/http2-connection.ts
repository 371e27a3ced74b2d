import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type SecureClientSessionOptions,
} from "node:http2";
import type { Clock } from "../../runtime/clock.ts";
import type { TransportRequest } from "../transport.ts";

/** A stream whose head has come. */
export interface OpenStream {
  readonly stream: ClientHttp2Stream;
  readonly headers: IncomingHttpHeaders & IncomingHttpStatusHeader;
}

/** The server has seen nothing of the request, and closes: it can go over another connection. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";

  constructor() {
    super("the server closes the connection");
  }
}

/** How long a connection may take. @see go net/http DefaultTransport (dialer) */
const DIAL_MS = 30_000;
/** A silent connection is asked whether it is alive. @see client-go transport (HTTP2_READ_IDLE_TIMEOUT_SECONDS) */
const IDLE_PING_MS = 30_000;
const PING_TIMEOUT_MS = 15_000;
/** What a server that says nothing takes. @see go x/net/http2 (initialMaxConcurrentStreams) */
const DEFAULT_STREAMS = 100;
/** Of a stream, and of all together: lists of a node's pods come in one go. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;

/** One connection to a server. Ended by itself when it does not answer, for others to make a new one. */
export class Http2Connection {
  readonly #session: ClientHttp2Session;
  readonly #clock: Clock;
  #isRetired = false;
  #streams = 0;
  #cancelTimer: () => void;
  #bytesRead = 0;

  constructor(server: string, clock: Clock, tls: SecureClientSessionOptions) {
    this.#clock = clock;
    this.#session = connect(server, {
      ...tls,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
    });
    // What is wrong is told to every request; without a listener the process would end.
    this.#session.on("error", () => {});
    this.#session.once("close", () => this.#cancelTimer());
    this.#session.once("goaway", () => this.retire());
    this.#session.once("connect", () => {
      this.#session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
      this.#cancelTimer();
      this.#watchIdle();
    });
    this.#cancelTimer = clock.after(DIAL_MS, () => this.#end("i/o timeout"));
  }

  /** Whether requests may be made on it. */
  get isUsable(): boolean {
    return !this.#isRetired && !this.#session.closed && !this.#session.destroyed;
  }

  get isFull(): boolean {
    const { maxConcurrentStreams = DEFAULT_STREAMS } = this.#session.remoteSettings ?? {};
    return this.#streams >= maxConcurrentStreams;
  }

  /** Sends a request. @returns when the head of the answer is there. @throws what the system says */
  async open({ method, url, headers, body, signal }: TransportRequest): Promise<OpenStream> {
    const stream = this.#session.request(
      {
        [constants.HTTP2_HEADER_METHOD]: method,
        [constants.HTTP2_HEADER_PATH]: url,
        ...headers,
        ...(body === undefined ? {} : { "content-length": body.byteLength }),
      },
      { endStream: body === undefined },
    );
    this.#streams++;
    stream.once("close", () => {
      this.#streams--;
      if (this.#isRetired && this.#streams === 0) this.#session.close();
    });
    if (body !== undefined) stream.end(body);
    const abort = (): void => stream.close(constants.NGHTTP2_CANCEL);
    signal?.addEventListener("abort", abort, { once: true });
    stream.once("close", () => signal?.removeEventListener("abort", abort));
    try {
      return { stream, headers: await headOf(stream, signal) };
    } catch (error) {
      throw stream.rstCode === constants.NGHTTP2_REFUSED_STREAM ? new RefusedError() : error;
    }
  }

  /** Takes no more requests, and ends after the last one that is under way. */
  retire(): void {
    this.#isRetired = true;
    if (this.#streams === 0) this.#session.close();
  }

  async close(): Promise<void> {
    this.#isRetired = true;
    if (this.#session.destroyed) return;
    const closed = once(this.#session, "close");
    this.#session.destroy();
    await closed;
  }

  #end(why: string): void {
    this.#session.destroy(new Error(why));
  }

  /** Pings when nothing has come for a while: a peer that vanished says nothing. */
  #watchIdle(): void {
    this.#cancelTimer = this.#clock.after(IDLE_PING_MS, () => {
      if (this.#session.destroyed) return;
      const { bytesRead = 0 } = this.#session.socket;
      const isSilent = bytesRead === this.#bytesRead;
      this.#bytesRead = bytesRead;
      if (isSilent) this.#ping();
      else this.#watchIdle();
    });
  }

  #ping(): void {
    this.#cancelTimer = this.#clock.after(PING_TIMEOUT_MS, () => this.#end("no answer to a ping"));
    this.#session.ping(() => {
      this.#cancelTimer();
      if (!this.#session.destroyed) this.#watchIdle();
    });
  }
}

function headOf(
  stream: ClientHttp2Stream,
  signal: AbortSignal | undefined,
): Promise<OpenStream["headers"]> {
  return new Promise((resolve, reject) => {
    let failure: unknown;
    stream.on("error", (error: Error) => {
      // Of a stream that waited for its connection, Node tells what became of that as the cause.
      failure = error.cause ?? error;
    });
    stream.once("response", resolve);
    stream.once("close", () => {
      reject(signal?.aborted === true ? signal.reason : (failure ?? new Error("unexpected EOF")));
    });
  });
}
