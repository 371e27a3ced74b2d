import type { Transport } from "./transport.ts";

/**
 * Lets a number of writes run at once, of all the transports that it guards together; others wait in
 * the order in which they came. Reads and watches pass.
 */
export class WriteGate {
  readonly #max: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** @returns a transport that throws the signal's reason when it is aborted while it waits */
  guard(transport: Transport): Transport {
    return async (request) => {
      if (request.method === "GET") return await transport(request);
      await this.#enter(request.signal);
      try {
        return await transport(request);
      } finally {
        this.#leave();
      }
    };
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    if (this.#running < this.#max) {
      this.#running++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const pass = (): void => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.delete(pass);
        reject(signal?.reason);
      };
      this.#waiting.add(pass);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** The place goes to who waits longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
