import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { CompactionLoop, type CompactionPolicy, defaultCompactionPolicy } from "./compaction.ts";
import type { Log } from "./log.ts";
import {
  type Encode,
  type Entry,
  type ListOptions,
  type ListResult,
  type Storage,
  StorageError,
  type Watch,
  type WatchOptions,
  type WatchSink,
} from "./storage.ts";
import type { StoredEntry } from "./stored-entry.ts";
import { WatchHub } from "./watch.ts";
import { type BatchWriter, WriteQueue } from "./write-queue.ts";

/** Options that all engines inside this process share. */
export interface LocalStorageOptions {
  readonly clock: Clock;
  readonly logger?: Logger;
  /** How much history is kept; five minutes and 64 MiB when absent. */
  readonly compaction?: CompactionPolicy;
  /** Largest object, bytes; 1.5 MiB when absent, which is etcd's `--max-request-bytes`. */
  readonly maxObjectBytes?: number;
}

/** What makes a log durable. */
export interface Engine extends BatchWriter {
  /** Forgets versions for good, some time; losing this costs space, not truth. */
  compact(revision: number, droppedRevisions: readonly number[]): void;
  close(): Promise<void>;
}

const DEFAULT_MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;

/**
 * A storage whose only writer is this process: a log in memory, a queue of writes before it, watches
 * behind it, and an engine that makes batches durable (none: the process's life is the data's).
 */
export class LocalStorage implements Storage {
  readonly #log: Log;
  readonly #engine: Engine | undefined;
  readonly #queue: WriteQueue;
  readonly #watches: WatchHub;
  readonly #compaction: CompactionLoop;
  #closed = false;

  constructor(log: Log, engine: Engine | undefined, options: LocalStorageOptions) {
    const { logger } = options;
    this.#log = log;
    this.#engine = engine;
    this.#watches = new WatchHub(log.revision, (error) =>
      logger?.error({ error }, "a storage watch threw"),
    );
    this.#queue = new WriteQueue({
      log,
      writer: engine,
      maxObjectBytes: options.maxObjectBytes ?? DEFAULT_MAX_OBJECT_BYTES,
      commit: (entries) => this.#commit(entries),
      onFailure: (error) => logger?.error({ error }, "writes were not stored and are undone"),
    });
    this.#compaction = new CompactionLoop(
      {
        get revision() {
          return log.revision;
        },
        get compactedRevision() {
          return log.compactedRevision;
        },
        get appendedBytes() {
          return log.appendedBytes;
        },
        compact: (revision) => this.compact(revision),
      },
      options.clock,
      options.compaction ?? defaultCompactionPolicy,
    );
  }

  get revision(): number {
    return this.#log.revision;
  }

  get compactedRevision(): number {
    return this.#log.compactedRevision;
  }

  barrier(key?: string): Promise<void> | undefined {
    return key === undefined ? undefined : this.#queue.settled(key);
  }

  get(key: string): Entry | undefined {
    return this.#log.get(key);
  }

  getForUpdate(key: string): Entry | undefined {
    return this.#queue.head(key);
  }

  list(prefix: string, options?: ListOptions): ListResult {
    return this.#log.list(prefix, options);
  }

  count(prefix: string): number {
    return this.#log.count(prefix);
  }

  put(key: string, expectedRevision: number, encode: Encode, written?: unknown): Promise<Entry> {
    try {
      return this.#queue.put(key, expectedRevision, encode, written);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  delete(key: string, expectedRevision: number): Promise<Entry> {
    return this.#queue.delete(key, expectedRevision);
  }

  watch(prefix: string, options: WatchOptions, sink: WatchSink): Watch {
    if (this.#closed) throw new StorageError("closed", prefix);
    const { afterRevision } = options;
    const history = afterRevision === undefined ? [] : this.#log.eventsAfter(prefix, afterRevision);
    return this.#watches.open(prefix, this.#log.revision, sink, history);
  }

  compact(revision: number): void {
    const before = this.#log.compactedRevision;
    const dropped = this.#log.compact(revision);
    if (this.#log.compactedRevision !== before) this.#engine?.compact(revision, dropped);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#compaction.stop();
    await this.#queue.close();
    this.#watches.end(new StorageError("closed", ""));
    await this.#engine?.close();
  }

  #commit(entries: readonly StoredEntry[]): void {
    const events = entries.map((entry) => this.#log.append(entry));
    this.#watches.publish(events, this.#log.revision);
    for (const entry of entries) entry.written = undefined;
    this.#compaction.wake();
  }
}
