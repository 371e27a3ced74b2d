import { isConflict } from "../client/errors.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { orAborted } from "../runtime/or-aborted.ts";
import type { Runnable } from "../runtime/task-group.ts";
import { type Reconciler, TerminalError } from "./reconciler.ts";
import { WorkQueue } from "./work-queue.ts";

export interface ControllerOptions<K> {
  /** In the log. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Keys of the same text are the same key. */
  readonly identify: (key: K) => string;
  /** What has to be known before anything is decided. */
  readonly informers: readonly { readonly synced: Promise<void> }[];
  readonly reconciler: Reconciler<K>;
  /** How many keys are worked on at once; 1 if not given. */
  readonly workers?: number;
  /** Gives a key up after so many failures in a row; never if not given. */
  readonly maxRetries?: number;
  readonly firstBackoffMs?: number;
  readonly maxBackoffMs?: number;
}

/**
 * Works off the keys of its queue: waits for its informers, then hands keys to workers, and tries
 * again what failed. `run` settles when the last worker has come back.
 */
export class Controller<K> implements Runnable {
  readonly queue: WorkQueue<K>;
  readonly #options: ControllerOptions<K>;

  constructor(options: ControllerOptions<K>) {
    this.#options = options;
    this.queue = new WorkQueue(options);
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { informers, workers = 1 } = this.#options;
    const close = (): void => this.queue.close();
    signal.addEventListener("abort", close, { once: true });
    try {
      await orAborted(Promise.all(informers.map(({ synced }) => synced)), signal);
      if (signal.aborted) return;
      await Promise.all(Array.from({ length: workers }, () => this.#work(signal)));
    } finally {
      this.queue.close();
      signal.removeEventListener("abort", close);
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (;;) {
      const key = await this.queue.take();
      if (key === undefined) return;
      try {
        await this.#reconcile(key, signal);
      } finally {
        this.queue.done(key);
      }
    }
  }

  async #reconcile(key: K, signal: AbortSignal): Promise<void> {
    try {
      const result = await this.#options.reconciler.reconcile(key, { signal });
      if ("requeueLater" in result) {
        this.queue.addRateLimited(key);
        return;
      }
      this.queue.forget(key);
      if ("requeueAfterMs" in result) this.queue.addAfter(key, result.requeueAfterMs);
    } catch (error) {
      if (!signal.aborted) this.#failed(key, error);
    }
  }

  #failed(key: K, error: unknown): void {
    const { name, identify, logger, maxRetries = Number.POSITIVE_INFINITY } = this.#options;
    const fields = { controller: name, key: identify(key), error };
    const failures = this.queue.failuresOf(key);
    if (error instanceof TerminalError || failures >= maxRetries) {
      logger.error(fields, "a reconcile failed and is not tried again");
      this.queue.forget(key);
      return;
    }
    if (isConflict(error)) logger.debug(fields, "somebody else was faster; trying again");
    else logger.warn(fields, "a reconcile failed; trying again");
    this.queue.addRateLimited(key);
  }
}
