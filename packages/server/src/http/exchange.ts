import type { IncomingHttpHeaders } from "node:http";
import type { Duplex, Readable } from "node:stream";
import type { MaybePromise } from "../runtime/maybe-promise.ts";

/**
 * A request and its answer inside the process: small plain objects, made by the listener from
 * HTTP/1.1 or HTTP/2, by the in-process transport, or by a test. A handler is a function from one
 * to the other; no socket is needed to call it.
 */
export interface ApiRequest {
  /** Upper case, as sent. */
  readonly method: string;
  /** Decoded path, without query. */
  readonly path: string;
  /** What follows the first `?`, undecoded, or empty. */
  readonly rawQuery: string;
  /** Names in lower case. Repeated fields are joined by Node's rules; the first value counts where upstream says so. */
  readonly headers: IncomingHttpHeaders;
  /** Header names and values as they came, for headers that may repeat (`Impersonate-Group`). */
  readonly rawHeaders: readonly string[];
  readonly protocol: "HTTP/1.1" | "HTTP/2.0";
  /** In lower case, the protocol that the client wants to leave HTTP for: `websocket`, `spdy/3.1`. */
  readonly upgrade?: string;
  /** DER of the verified client certificate, if one was presented; undefined otherwise. */
  readonly clientCertificate: ClientCertificate | undefined;
  readonly remoteAddress: string;
  /** Identity given by the process itself (in-process transport, loopback); no credential is then looked at. */
  readonly trustedUser?: TrustedUser;
  /**
   * The whole body. @throws StatusError 413 above `limitBytes`
   */
  body(limitBytes: number): MaybePromise<Uint8Array>;
  /**
   * A long body as it comes, for requests that are passed on: undefined when there is none, absent
   * where it is there as a whole. Not to be destroyed: over HTTP/2 it is the way of the answer, too.
   */
  bodyStream?(): Readable | undefined;
  /** Called once when the client goes away or the answer has been sent. */
  onClose(callback: () => void): void;
}

export interface TrustedUser {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface ClientCertificate {
  /** Whether it chains to the client CA and is within its dates. */
  readonly verified: boolean;
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Hex SHA-256 of the DER. */
  readonly sha256: string;
  /** Values of the subject's uid attribute (1.3.6.1.4.1.57683.2); one at most is right. */
  readonly uids?: readonly string[];
  /** Whether it chains to the request header CA, whose holders may speak for users. */
  readonly frontProxy?: boolean;
}

/** Response headers, names as they are sent; an array repeats the field. */
export type ResponseHeaders = Record<string, string | readonly string[]>;

/** A connection that leaves HTTP. Whoever takes it answers on it, and ends it. */
export interface TakenConnection {
  readonly socket: Duplex;
  /** What came behind the head of the request. */
  readonly head: Buffer;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Takes over the connection of a request with `upgrade`; nothing else of this answer is sent then. */
  readonly takeOver?: (connection: TakenConnection) => void;
  /**
   * Whole body; several chunks, pulled one after another as the client takes them and sent without
   * joining (a list of many objects is never held as one buffer); or a stream.
   */
  readonly body: string | Uint8Array | Iterable<Uint8Array> | StreamBody | undefined;
}

/** A body that is produced while it is sent: a watch. */
export interface StreamBody {
  /**
   * Called once, when headers have been sent. `sink.write` returns false when the client does not
   * keep up; `sink.buffered()` tells how many bytes wait.
   */
  start(sink: StreamSink): void;
  /**
   * In place of `start`, for a reader in this process: the events of a watch that answers in JSON, as
   * objects that are shared and must not be changed.
   */
  startEvents?(sink: EventSink): void;
}

export type StreamSink = Sink<Uint8Array | string>;
export type EventSink = Sink<WatchedEvent>;

/** What a line of a watch says. */
export interface WatchedEvent {
  readonly type: string;
  readonly object: object;
  /** About how much memory it holds, while it waits to be read. */
  readonly bytes: number;
}

/** Where the parts of a body go, one after another. */
export interface Sink<Part> {
  write(part: Part): boolean;
  /** Bytes accepted but not yet handed to the network. */
  buffered(): number;
  /** Called once, as soon as the client has taken what waits; at once when nothing does. */
  onDrain(callback: () => void): void;
  /** Ends the body cleanly. */
  end(): void;
  /** Breaks the connection or stream off. */
  destroy(): void;
  onClose(callback: () => void): void;
}

export type Handler = (request: ApiRequest) => MaybePromise<ApiResponse>;

export function isStreamBody(body: ApiResponse["body"]): body is StreamBody {
  return typeof body === "object" && body !== null && "start" in body;
}
