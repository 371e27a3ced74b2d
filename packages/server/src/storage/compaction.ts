import type { Clock } from "../runtime/clock.ts";

/** How much history is kept for watches that resume and lists that continue. */
export interface CompactionPolicy {
  /** Age up to which history is kept, milliseconds. */
  readonly historyMs: number;
  /** Memory that history may take, bytes; the oldest goes first, however young. */
  readonly historyBytes: number;
}

/**
 * Five minutes is kube-apiserver's default (`--etcd-compaction-interval`), and what clients rely on
 * when they come back with a continue token; 64 MiB is our bound on memory.
 */
export const defaultCompactionPolicy: CompactionPolicy = {
  historyMs: 5 * 60_000,
  historyBytes: 64 * 1024 * 1024,
};

/** Where the log stood at one moment. */
export interface LogReading {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly revision: number;
  /** Memory that all history ever written took, bytes. */
  readonly appendedBytes: number;
}

/**
 * The revision to compact to: the newest reading that is too old, or the oldest one that leaves
 * little enough behind it, whichever is newer; undefined when everything may stay.
 * @param readings - earlier readings, oldest first.
 */
export function decideCompaction(
  readings: readonly LogReading[],
  now: LogReading,
  policy: CompactionPolicy,
): number | undefined {
  const tooOld = readings.findLastIndex(({ at }) => now.at - at >= policy.historyMs);
  const fits = readings.findIndex(
    ({ appendedBytes }) => now.appendedBytes - appendedBytes <= policy.historyBytes,
  );
  // What lies before the first reading was judged when it became the first.
  const target = Math.max(tooOld, fits > 0 ? fits : -1);
  return readings[target]?.revision;
}

/** What the loop needs of a store. */
export interface Compactable {
  readonly revision: number;
  readonly compactedRevision: number;
  readonly appendedBytes: number;
  compact(revision: number): void;
}

/** Often enough that five minutes are five minutes and the byte bound is not overrun by much. */
const READING_INTERVAL_MS = 1000;
/** One step stays within a few milliseconds of the event loop. */
const STEP_REVISIONS = 5000;
const STEP_INTERVAL_MS = 20;

/** Applies the policy while there is history; an idle store has no timer. */
export class CompactionLoop {
  readonly #store: Compactable;
  readonly #clock: Clock;
  readonly #policy: CompactionPolicy;
  #readings: LogReading[];
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(store: Compactable, clock: Clock, policy: CompactionPolicy) {
    this.#store = store;
    this.#clock = clock;
    this.#policy = policy;
    // History that was loaded has no times; it is as old as the process.
    this.#readings = [this.#read()];
    this.wake();
  }

  /** To be called after writes. */
  wake(): void {
    if (this.#cancel !== undefined || this.#stopped) return;
    if (this.#store.revision > this.#store.compactedRevision) this.#schedule(READING_INTERVAL_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#cancel = undefined;
      this.#run();
    });
  }

  #run(): void {
    const now = this.#read();
    const last = this.#readings.at(-1);
    if (last?.revision !== now.revision) this.#readings.push(now);
    const target = decideCompaction(this.#readings, now, this.#policy);
    if (target !== undefined) {
      const step = Math.min(target, this.#store.compactedRevision + STEP_REVISIONS);
      this.#store.compact(step);
      if (step < target) this.#schedule(STEP_INTERVAL_MS);
      else this.#readings = this.#readings.filter((reading) => reading.revision >= target);
    }
    this.wake();
  }

  #read(): LogReading {
    const { revision, appendedBytes } = this.#store;
    return { at: this.#clock.now(), revision, appendedBytes };
  }
}
