import type { IncomingHttpHeaders } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { Readable } from "node:stream";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import {
  bodyLength,
  chunksOf,
  isShort,
  knownLength,
  type PlainBody,
  type WholeBody,
} from "./body-length.ts";
import type { Connection } from "./connection.ts";
import {
  type ApiRequest,
  type ApiResponse,
  type ClientCertificate,
  isStreamBody,
} from "./exchange.ts";
import type { ExchangeRunner } from "./exchange-runner.ts";
import { readBody } from "./request-body.ts";
import type { RequestTarget } from "./request-target.ts";
import { Slices, sendSlices, WritableSink } from "./response-body.ts";
import type { StallGuard } from "./stall-guard.ts";
import type { Turns } from "./turns.ts";

const NO_BYTES = new Uint8Array(0);

/** A request of HTTP/2, over the bare stream: Node's compatibility classes cost a third of the throughput. */
export class Http2Request implements ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly #stream: ServerHttp2Stream;
  readonly #connection: Connection;
  readonly #guard: StallGuard;

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
    target: RequestTarget,
    connection: Connection,
    guard: StallGuard,
  ) {
    const method = headers[":method"];
    this.method = typeof method === "string" ? method : "";
    this.path = target.path;
    this.rawQuery = target.rawQuery;
    this.headers = headers;
    this.rawHeaders = rawHeaders;
    this.#stream = stream;
    this.#connection = connection;
    this.#guard = guard;
  }

  get protocol(): "HTTP/2.0" {
    return "HTTP/2.0";
  }

  get clientCertificate(): ClientCertificate | undefined {
    return this.#connection.clientCertificate;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  body(limitBytes: number): MaybePromise<Uint8Array> {
    const stream = this.#stream;
    if (stream.endAfterHeaders) return NO_BYTES;
    this.#continue();
    return readBody(stream, this.headers["content-length"], limitBytes, this.#guard);
  }

  bodyStream(): Readable | undefined {
    if (this.#stream.endAfterHeaders) return undefined;
    this.#continue();
    return this.#stream;
  }

  /** Asks for the body where the client waits to be asked. */
  #continue(): void {
    const stream = this.#stream;
    if (this.headers.expect === "100-continue" && !stream.headersSent && !stream.destroyed) {
      stream.additionalHeaders({ ":status": 100 });
    }
  }

  onClose(callback: () => void): void {
    if (this.#stream.destroyed) callback();
    else this.#stream.once("close", callback);
  }
}

/**
 * Sends an answer over HTTP/2.
 * @param head - Whether the request is a HEAD, which is answered without a body.
 * @param onEnd - Called once, when the last byte has been handed over or the client has gone.
 */
export function sendHttp2(
  stream: ServerHttp2Stream,
  head: boolean,
  answer: ApiResponse,
  runner: ExchangeRunner,
  onEnd: () => void,
): void {
  const { body } = answer;
  if (stream.destroyed || stream.closed) {
    runner.answered();
    onEnd();
    return;
  }
  if (isStreamBody(body)) {
    stream.respond(headerList(answer, -1));
    const sink = new WritableSink(stream, () => breakOff(stream));
    runner.streaming(sink);
    sink.onClose(onEnd);
    body.start(sink);
    return;
  }
  sendBody(stream, { answer, body, head, turns: runner.turns }, (error) => {
    runner.answered(error);
    if (error !== undefined) breakOff(stream);
    onEnd();
  });
}

/** Resets a stream. `close(code)` would end it first, and the client take what it has for the whole. */
function breakOff(stream: ServerHttp2Stream): void {
  stream.destroy(new Error("the answer was broken off"));
}

function sendBody(
  stream: ServerHttp2Stream,
  {
    answer,
    body,
    head,
    turns,
  }: {
    readonly answer: ApiResponse;
    readonly body: PlainBody;
    readonly head: boolean;
    readonly turns: Turns;
  },
  onDone: (error?: unknown) => void,
): void {
  if (isShort(body)) {
    sendWhole(stream, answer, body, head);
    onDone();
    return;
  }
  const slices = new Slices(chunksOf(body));
  const first = slices.take();
  if (slices.empty) {
    sendWhole(stream, answer, first, head);
    onDone();
  } else if (head) {
    slices.abandon();
    stream.respond(headerList(answer, knownLength(body)), { endStream: true });
    onDone();
  } else {
    stream.respond(headerList(answer, knownLength(body)));
    sendSlices(stream, first, slices, turns, onDone);
  }
}

function sendWhole(
  stream: ServerHttp2Stream,
  answer: ApiResponse,
  body: WholeBody,
  head: boolean,
): void {
  const length = bodyLength(body);
  if (length === 0 || head) {
    stream.respond(headerList(answer, length), { endStream: true });
  } else {
    stream.respond(headerList(answer, length));
    stream.end(body);
  }
}

/**
 * Names and values in turn; Node puts names into lower case.
 * @param length - Bytes of the body, -1 when it is streamed.
 */
function headerList(answer: ApiResponse, length: number): string[] {
  const { status, headers } = answer;
  const list: string[] = [":status", String(status)];
  for (const name in headers) {
    // RFC 9113 §8.2.2: HTTP/2 has no connection headers.
    if (name === "Connection") continue;
    const value = headers[name];
    if (typeof value === "string") list.push(name, value);
    else if (value !== undefined) for (const item of value) list.push(name, item);
  }
  if (length >= 0 && status !== 204 && status !== 304) list.push("content-length", String(length));
  return list;
}
