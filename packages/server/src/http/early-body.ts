import type { IncomingMessage } from "node:http";
import { badRequest, requestEntityTooLarge } from "../api/status-error.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { StallGuard } from "./stall-guard.ts";

/** Longer bodies do not come with their head. */
export const EARLY_BYTES: number = 64 * 1024;

/**
 * The announced, short body of an HTTP/1.1 request, collected from the moment its head is there:
 * nearly always it is in the same packet, and whoever asks for it then need not wait.
 */
export class EarlyBody {
  readonly #message: IncomingMessage;
  readonly #length: number;
  readonly #chunks: Buffer[] = [];
  #state: "coming" | "whole" | "broken-off" = "coming";
  #onSettled: (() => void) | undefined;

  /** @param length - as announced; a body never has more, and what has less was broken off. */
  constructor(message: IncomingMessage, length: number) {
    this.#message = message;
    this.#length = length;
    message.on("data", this.#onData).on("end", this.#onEnd).on("close", this.#onClose);
  }

  /** @throws StatusError 413 above `limitBytes`; 400 when the client broke off, or stalls */
  read(limitBytes: number, guard: StallGuard): MaybePromise<Uint8Array> {
    if (this.#length > limitBytes) throw requestEntityTooLarge(limitBytes);
    if (this.#state !== "coming") return this.#result();
    return new Promise((resolve, reject) => {
      const progress = guard.watchBody(() => {
        this.#onSettled = undefined;
        reject(badRequest("the request body did not arrive in time"));
        this.#message.destroy();
      });
      const onData = (): void => progress.alive();
      this.#message.on("data", onData);
      this.#onSettled = () => {
        progress.done();
        this.#message.off("data", onData);
        try {
          resolve(this.#result());
        } catch (error) {
          reject(error);
        }
      };
    });
  }

  #result(): Uint8Array {
    if (this.#state === "broken-off") throw badRequest("unexpected EOF");
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
  };

  readonly #onEnd = (): void => this.#settle("whole");

  readonly #onClose = (): void => this.#settle("broken-off");

  #settle(state: "whole" | "broken-off"): void {
    if (this.#state !== "coming") return;
    this.#state = state;
    this.#onSettled?.();
  }
}
