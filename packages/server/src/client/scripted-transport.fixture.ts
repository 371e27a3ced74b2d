import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** One answer of a script: a status with a body, or chunks of a stream that may then fail. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly chunks?: readonly string[];
  /** Thrown after the chunks. */
  readonly error?: Error;
  /** The stream stays open after its chunks until the request is given up. */
  readonly hold?: boolean;
}

/** Answers requests one after another from a list, and keeps what was asked. */
export class ScriptedTransport {
  readonly requests: TransportRequest[] = [];
  readonly #answers: ScriptedAnswer[];

  constructor(answers: readonly ScriptedAnswer[]) {
    this.#answers = [...answers];
  }

  readonly send: Transport = (request) => {
    this.requests.push(request);
    const answer = this.#answers.shift();
    if (answer === undefined) return Promise.reject(new Error("nobody expected this request"));
    return Promise.resolve(new ScriptedResponse(answer, request));
  };

  /** `GET /api/v1/pods?limit=500` of every request. */
  get lines(): readonly string[] {
    return this.requests.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);
  }
}

class ScriptedResponse implements TransportResponse {
  readonly #answer: ScriptedAnswer;
  readonly #signal: AbortSignal | undefined;

  constructor(answer: ScriptedAnswer, { signal }: TransportRequest) {
    this.#answer = answer;
    this.#signal = signal;
  }

  get status(): number {
    return this.#answer.status ?? 200;
  }

  header(): undefined {
    return undefined;
  }

  text(): Promise<string> {
    const { body } = this.#answer;
    return Promise.resolve(typeof body === "string" ? body : JSON.stringify(body ?? {}));
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (const chunk of this.#answer.chunks ?? []) yield new TextEncoder().encode(chunk);
    if (this.#answer.hold) {
      await new Promise<void>((resolve) => {
        if (this.#signal?.aborted) resolve();
        else this.#signal?.addEventListener("abort", () => resolve());
      });
      throw new Error("given up");
    }
    if (this.#answer.error !== undefined) throw this.#answer.error;
  }
}
