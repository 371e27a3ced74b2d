import type { Clock } from "../runtime/clock.ts";

export interface EtcdCompactorOptions {
  readonly clock: Clock;
  /** How long etcd keeps history, milliseconds. */
  readonly intervalMs: number;
  readonly revision: () => number;
  readonly compact: (revision: number) => Promise<void>;
  /** A compaction failed; the next one makes up for it. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Lets etcd forget, every interval, what was history one interval before, as kube-apiserver does.
 * Replicas do it each for itself: what one has compacted is done for the others.
 * @see kubernetes apiserver pkg/storage/etcd3/compact.go
 */
export class EtcdCompactor {
  readonly #options: EtcdCompactorOptions;
  #before: number;
  #cancel: (() => void) | undefined;

  constructor(options: EtcdCompactorOptions) {
    this.#options = options;
    this.#before = options.revision();
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.after(this.#options.intervalMs, () => {
      const now = this.#options.revision();
      const target = this.#before;
      this.#before = now;
      this.#schedule();
      this.#options.compact(target).catch(this.#options.onFailure);
    });
  }
}
