/** A request of a client, before anything is known of how it travels. */
export interface TransportRequest {
  /** Upper case. */
  readonly method: string;
  /** Path and query, from the root of the server. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Gives the request up; the answer's body, if it is being read, then ends with an error. */
  readonly signal?: AbortSignal;
}

/** An answer whose body has not been read. It is read once, with one of the methods. */
export interface TransportResponse {
  readonly status: number;
  /** First value of a header; the name in lower case. */
  header(name: string): string | undefined;
  /** The whole body as text. */
  text(): Promise<string>;
  /** The body as it comes. Leaving the loop early ends the exchange. */
  chunks(): AsyncIterable<Uint8Array>;
  /**
   * The events of a watch, from a server in this process that hands over its objects: they are shared,
   * and nobody may change them. Absent or undefined where there are only bytes.
   */
  events?(): AsyncIterable<{ readonly type: string; readonly object: object }> | undefined;
}

/**
 * Carries requests to a server: in this process (`in-process.ts`) or over HTTPS. An answer of any
 * status is an answer; it throws only when there is none.
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;
