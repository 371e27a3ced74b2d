import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../../runtime/clock.ts";

/** Between two looks when nobody tells of changes. @see cri-client logs.go (logForceCheckPeriod) */
const FORCED_LOOK_MS = 1_000;
/** The same where the system has no more watches to give. */
const BLIND_LOOK_MS = 200;

/** Tells when it is worth to look again at a log file or its folder. */
export class LogChanges implements Disposable {
  readonly #clock: Clock;
  #watcher: FSWatcher | undefined;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(path: string, clock: Clock) {
    this.#clock = clock;
    try {
      this.#watcher = watch(dirname(path), { persistent: false }, () => this.notify());
      this.#watcher.on("error", () => this.#blind());
    } catch {
      this.#blind();
    }
  }

  /** It may have changed, or its container ended. */
  notify(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** Resolves after the next change, one since the last call included, or when a while has passed. */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.#changed && !signal.aborted) {
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      this.#wake = () => stop.abort();
      await this.#clock.sleep(this.#watcher === undefined ? BLIND_LOOK_MS : FORCED_LOOK_MS, either);
      this.#wake = undefined;
    }
    this.#changed = false;
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }

  #blind(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
