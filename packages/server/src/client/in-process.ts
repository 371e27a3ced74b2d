import { requestEntityTooLarge } from "../api/status-error.ts";
import {
  type ApiRequest,
  type ApiResponse,
  type Handler,
  isStreamBody,
  type TrustedUser,
  type WatchedEvent,
} from "../http/exchange.ts";
import { StreamBuffer } from "./stream-buffer.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** A request of a part of this process. */
export interface InProcessRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

const NO_BYTES = new Uint8Array();

/**
 * Calls the API without a socket, under an identity that the process vouches for. Authorization and
 * admission see it as they see everybody.
 */
export function createInProcessTransport(
  handler: Handler,
  user: TrustedUser,
): (request: InProcessRequest) => Promise<ApiResponse> {
  return async ({ method, url, headers = {}, body = NO_BYTES, signal }) => {
    const question = url.indexOf("?");
    const path = question < 0 ? url : url.slice(0, question);
    const request: ApiRequest = {
      method,
      path: path.includes("%") ? decodeURIComponent(path) : path,
      rawQuery: question < 0 ? "" : url.slice(question + 1),
      headers: { "user-agent": user.username, accept: "application/json", ...headers },
      rawHeaders: [],
      protocol: "HTTP/1.1",
      clientCertificate: undefined,
      remoteAddress: "127.0.0.1",
      trustedUser: user,
      body: (limitBytes) => {
        if (body.byteLength > limitBytes) throw requestEntityTooLarge(limitBytes);
        return body;
      },
      onClose: (callback) => signal?.addEventListener("abort", callback, { once: true }),
    };
    return await handler(request);
  };
}

/** The same as a transport of clients: bodies, watches too, are read as they come. */
export function connectInProcess(handler: Handler, user: TrustedUser): Transport {
  const send = createInProcessTransport(handler, user);
  return async (request) => {
    request.signal?.throwIfAborted();
    return new InProcessResponse(await send(request), request);
  };
}

class InProcessResponse implements TransportResponse {
  readonly #response: ApiResponse;
  readonly #request: TransportRequest;

  constructor(response: ApiResponse, request: TransportRequest) {
    this.#response = response;
    this.#request = request;
  }

  get status(): number {
    return this.#response.status;
  }

  header(name: string): string | undefined {
    const value = this.#response.headers[name];
    return typeof value === "string" ? value : value?.[0];
  }

  async text(): Promise<string> {
    const { body } = this.#response;
    if (typeof body === "string") return body;
    const decoder = new TextDecoder();
    if (body instanceof Uint8Array) return decoder.decode(body);
    let text = "";
    for await (const chunk of this.chunks()) text += decoder.decode(chunk, { stream: true });
    return text + decoder.decode();
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const { body } = this.#response;
    if (body === undefined) return;
    const encoder = new TextEncoder();
    if (typeof body === "string") yield encoder.encode(body);
    else if (body instanceof Uint8Array) yield body;
    else if (isStreamBody(body)) {
      for await (const chunk of this.#stream(Buffer.byteLength, body.start.bind(body))) {
        yield typeof chunk === "string" ? encoder.encode(chunk) : chunk;
      }
    } else yield* body;
  }

  events(): AsyncIterable<WatchedEvent> | undefined {
    const { body } = this.#response;
    if (!isStreamBody(body) || body.startEvents === undefined) return undefined;
    return this.#stream(({ bytes }) => bytes, body.startEvents.bind(body));
  }

  async *#stream<Part>(
    bytesOf: (part: Part) => number,
    start: (sink: StreamBuffer<Part>) => void,
  ): AsyncGenerator<Part> {
    const { signal } = this.#request;
    const buffer = new StreamBuffer(bytesOf);
    const close = (): void => buffer.close();
    signal?.addEventListener("abort", close, { once: true });
    try {
      start(buffer);
      if (signal?.aborted) buffer.close();
      yield* buffer.read();
      signal?.throwIfAborted();
    } finally {
      buffer.close();
      signal?.removeEventListener("abort", close);
    }
  }
}
