import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { type Duplex, Readable } from "node:stream";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { bodyLength, chunksOf, isShort, knownLength } from "./body-length.ts";
import type { Connection } from "./connection.ts";
import { EARLY_BYTES, EarlyBody } from "./early-body.ts";
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

const NO_BYTES = new Uint8Array(0);

/** A request of HTTP/1.1. Headers and certificate are looked at when somebody asks. */
export class Http1Request implements ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly #message: IncomingMessage;
  readonly #connection: Connection;
  readonly #guard: StallGuard;
  /** Closes when the exchange is over: the response, or the socket after an upgrade. */
  readonly #closing: ServerResponse | Duplex;
  #early: EarlyBody | undefined;

  constructor(
    message: IncomingMessage,
    target: RequestTarget,
    connection: Connection,
    guard: StallGuard,
    closing: ServerResponse | Duplex,
  ) {
    this.method = message.method ?? "";
    this.path = target.path;
    this.rawQuery = target.rawQuery;
    this.#message = message;
    this.#connection = connection;
    this.#guard = guard;
    this.#closing = closing;
  }

  get protocol(): "HTTP/1.1" {
    return "HTTP/1.1";
  }

  get headers(): IncomingHttpHeaders {
    return this.#message.headers;
  }

  get rawHeaders(): readonly string[] {
    return this.#message.rawHeaders;
  }

  get clientCertificate(): ClientCertificate | undefined {
    return this.#connection.clientCertificate;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  /** Begins to read a body that can be expected to come with the head. */
  readEarly(): void {
    if (this.method === "GET") return;
    const length = Number(this.#message.headers["content-length"] ?? 0);
    if (length > 0 && length <= EARLY_BYTES) this.#early = new EarlyBody(this.#message, length);
  }

  body(limitBytes: number): MaybePromise<Uint8Array> {
    if (this.#early !== undefined) return this.#early.read(limitBytes, this.#guard);
    if (!this.#hasBody()) return NO_BYTES;
    const length = this.#message.headers["content-length"];
    return readBody(this.#message, length, limitBytes, this.#guard);
  }

  bodyStream(): Readable | undefined {
    if (this.#early !== undefined) return Readable.from(bytesOf(this.#early, this.#guard));
    return this.#hasBody() ? this.#message : undefined;
  }

  #hasBody(): boolean {
    const { headers } = this.#message;
    const length = headers["content-length"];
    return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
  }

  onClose(callback: () => void): void {
    if (this.#closing.destroyed) callback();
    else this.#closing.once("close", callback);
  }
}

async function* bytesOf(body: EarlyBody, guard: StallGuard): AsyncGenerator<Uint8Array> {
  yield await body.read(EARLY_BYTES, guard);
}

/** A request to leave HTTP/1.1. It has no body. */
export class Http1UpgradeRequest extends Http1Request {
  readonly upgrade: string;

  constructor(
    message: IncomingMessage,
    target: RequestTarget,
    connection: Connection,
    guard: StallGuard,
    socket: Duplex,
  ) {
    super(message, target, connection, guard, socket);
    this.upgrade = message.headers.upgrade?.toLowerCase() ?? "";
  }
}

/** Sends an answer over HTTP/1.1. */
export function sendHttp1(
  response: ServerResponse,
  answer: ApiResponse,
  runner: ExchangeRunner,
): void {
  const { status, body } = answer;
  if (response.destroyed) {
    // The client has gone. A stream that never starts holds nothing.
    runner.answered();
    return;
  }
  if (isStreamBody(body)) {
    response.writeHead(status, headerList(answer, -1, runner.draining));
    response.flushHeaders();
    const sink = new WritableSink(response, () => response.socket?.destroy());
    runner.streaming(sink);
    body.start(sink);
    return;
  }
  if (isShort(body)) {
    response.writeHead(status, headerList(answer, bodyLength(body), runner.draining));
    // Node writes head and text as one text in UTF-8, where each character of a warning is a byte.
    const apart = typeof body === "string" && answer.headers.warning !== undefined;
    response.end(apart ? Buffer.from(body) : body);
    runner.answered();
    return;
  }
  const slices = new Slices(chunksOf(body));
  const first = slices.take();
  const length = slices.empty ? first.length : knownLength(body);
  response.writeHead(status, headerList(answer, length, runner.draining));
  if (slices.empty) {
    response.end(first);
    runner.answered();
    return;
  }
  sendSlices(response, first, slices, runner.turns, (error) => {
    runner.answered(error);
    if (error !== undefined) response.socket?.destroy();
  });
}

/**
 * Names and values in turn, which Node writes without another copy.
 * @param length - Bytes of the body, -1 when it is streamed.
 */
function headerList(answer: ApiResponse, length: number, closing: boolean): string[] {
  const { status, headers } = answer;
  const list: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") list.push(name, value);
    else if (value !== undefined) for (const item of value) list.push(name, item);
  }
  // RFC 9110 §8.6: none for these two.
  if (length >= 0 && status !== 204 && status !== 304) list.push("Content-Length", String(length));
  if (closing) list.push("Connection", "close");
  return list;
}
