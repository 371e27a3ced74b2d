import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Runnable } from "../runtime/task-group.ts";
import type { Storage } from "../storage/storage.ts";

/**
 * Runs the controllers beside the server: begun when the server says so, stopped, and waited for,
 * before storage closes.
 */
export class ControllerHost implements AsyncDisposable {
  readonly #logger: Logger;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  start(controllers: Runnable): void {
    if (this.#abort.signal.aborted) return;
    this.#running = controllers.run({ signal: this.#abort.signal }).catch((error: unknown) => {
      this.#logger.error({ error }, "the controllers have stopped");
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }
}

/** Longer nobody waits: somebody may have taken the controllers' rights away. */
const LONGEST_WAIT_MS = 10_000;

/** Resolves when all keys exist, or, with `false`, after a while. */
export async function keysExist(
  storage: Storage,
  keys: readonly string[],
  clock: Clock,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const look = (): void => {
    if (keys.every((key) => storage.get(key) !== undefined)) resolve(true);
  };
  const sink = { events: look, ended: () => resolve(false) };
  const watches = keys.map((key) => storage.watch(key, {}, sink));
  const cancel = clock.after(LONGEST_WAIT_MS, () => resolve(false));
  try {
    look();
    return await promise;
  } finally {
    cancel();
    for (const watch of watches) watch.close();
  }
}
