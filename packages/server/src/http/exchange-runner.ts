import type { Duplex } from "node:stream";
import type { Logger } from "../runtime/logger.ts";
import type { ApiRequest, ApiResponse, Handler, StreamSink } from "./exchange.ts";
import { Outbox } from "./outbox.ts";
import type { StallGuard } from "./stall-guard.ts";
import { Turns } from "./turns.ts";

/**
 * What all connections of a listener share: the handler, and the count of what is under way, which
 * a drain waits for.
 */
export class ExchangeRunner {
  readonly guard: StallGuard;
  readonly logger: Logger;
  /** The line in which long answers stand. */
  readonly turns: Turns = new Turns();
  /** Streamed answers under way; a drain ends them. */
  readonly streams: Set<StreamSink> = new Set();
  /** Connections that have left HTTP; a drain ends them. */
  readonly taken: Set<Duplex> = new Set();
  /** True once the listener is being closed: HTTP/1.1 answers then end their connection. */
  draining = false;
  readonly #handler: Handler;
  readonly #outbox = new Outbox();
  #running = 0;

  constructor(handler: Handler, guard: StallGuard, logger: Logger) {
    this.#handler = handler;
    this.guard = guard;
    this.logger = logger;
  }

  /** Requests that have not been answered to the last byte, streams left out. */
  get running(): number {
    return this.#running;
  }

  /** Calls the handler and sends its answer, without a promise where the handler needs none. */
  run(request: ApiRequest, send: (response: ApiResponse) => void): void {
    this.#running++;
    let result: ReturnType<Handler>;
    try {
      result = this.#handler(request);
    } catch (error) {
      this.#sendSafely(send, this.#failure(request, error));
      return;
    }
    if (!(result instanceof Promise)) {
      this.#sendSafely(send, result);
      return;
    }
    result.then(
      (response) => this.#sendSafely(send, response),
      (error: unknown) => this.#sendSafely(send, this.#failure(request, error)),
    );
  }

  /** Marks one request as answered, or broken off because its body could not be produced. */
  answered(error?: unknown): void {
    this.#running--;
    if (error !== undefined) this.logger.error({ error }, "a body could not be produced");
  }

  /** Hands a streamed answer over to its own life. */
  streaming(sink: StreamSink): void {
    this.#running--;
    this.streams.add(sink);
    sink.onClose(() => this.streams.delete(sink));
  }

  /** Hands a connection over to whoever takes it. */
  leaving(socket: Duplex): void {
    this.#running--;
    this.taken.add(socket);
    socket.once("close", () => this.taken.delete(socket));
  }

  #sendSafely(send: (response: ApiResponse) => void, response: ApiResponse): void {
    this.#outbox.add(() => this.#sendNow(send, response));
  }

  #sendNow(send: (response: ApiResponse) => void, response: ApiResponse): void {
    try {
      send(response);
    } catch (error) {
      this.#running--;
      this.logger.error({ error }, "an answer could not be sent");
    }
  }

  /** The pipeline turns errors into answers; what reaches this place is a fault of the pipeline. */
  #failure(request: ApiRequest, error: unknown): ApiResponse {
    this.logger.error({ error, path: request.path }, "the handler failed");
    return {
      status: 500,
      headers: {
        "Content-Type": "text/plain; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
      },
      body: "Internal Server Error\n",
    };
  }
}
