import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { type EtcdClient, EtcdError, isCompacted } from "./etcd-client.ts";
import type { EtcdEvent, EtcdKeyValue, WatchMessage } from "./etcd-messages.ts";
import { ALL, type KeySpace, loadSnapshot, stampedValue } from "./etcd-snapshot.ts";
import type { Log } from "./log.ts";
import { withResourceVersion } from "./resource-version.ts";
import type { StorageEvent } from "./storage.ts";
import type { StoredEntry } from "./stored-entry.ts";

export interface EtcdFollowerOptions {
  readonly client: EtcdClient;
  readonly space: KeySpace;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Events of one commit are in the log. */
  readonly onEvents: (events: readonly StorageEvent[]) => void;
  /** There is a new log, without the history since the old one: etcd has compacted it away. */
  readonly onReplaced: () => void;
}

const FIRST_RETRY_MS = 100;
/** kube-apiserver's client waits no longer either, while a leader is elected. */
const LAST_RETRY_MS = 2000;

/**
 * Keeps a log equal to our keys in etcd: reads them once, then follows a watch, over as many
 * connections as it takes.
 *
 * The watch is of *all* keys, and foreign ones are left out. So every revision of etcd arrives here
 * as an event, and "we have seen revision n" is a fact; the progress notices that would otherwise
 * tell it run ahead of events in etcd before 3.4.25 and 3.5.8 (etcd issue 15220).
 */
export class EtcdFollower {
  readonly #options: EtcdFollowerOptions;
  readonly #waiting: Waiter[] = [];
  #log: Log | undefined;
  #seenRevision = 0;
  #retryMs = FIRST_RETRY_MS;
  #problem: string | undefined;
  #endWatch: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(options: EtcdFollowerOptions) {
    this.#options = options;
  }

  /** There is none before `start` has resolved. */
  get log(): Log {
    if (this.#log === undefined) throw new Error("the follower has not started");
    return this.#log;
  }

  /** Newest revision of etcd, of any key, whose effect is in the log. */
  get seenRevision(): number {
    return this.#seenRevision;
  }

  /** Why the log may be older than etcd; undefined while the watch is open. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Reads the state and begins to follow. @throws EtcdError, StorageError as `loadSnapshot` does */
  async start(): Promise<void> {
    await this.#load();
    this.#watch();
  }

  /** Resolves once a revision has been seen; undefined when it has been. */
  reached(revision: number): Promise<void> | undefined {
    if (revision <= this.#seenRevision) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push({ revision, resolve });
    });
  }

  close(): void {
    this.#closed = true;
    this.#endWatch?.();
    this.#cancelRetry?.();
  }

  async #load(): Promise<void> {
    const { client, space } = this.#options;
    this.#log = await loadSnapshot(client, space);
    this.#sawRevision(this.#log.revision);
  }

  #watch(): void {
    const { client } = this.#options;
    const start = { key: ALL, rangeEnd: ALL, startRevision: this.#seenRevision + 1 };
    this.#endWatch = client.watch(start, {
      message: (message) => this.#receive(message),
      ended: (error) => this.#retry(error),
    });
  }

  #receive(message: WatchMessage): void {
    if (message.canceled) {
      this.#endWatch?.();
      if (message.compactRevision > 0) void this.#replace();
      else this.#retry(new EtcdError(0, `the watch was cancelled: ${message.cancelReason}`));
      return;
    }
    this.#retryMs = FIRST_RETRY_MS;
    this.#problem = undefined;
    const last = message.events.at(-1);
    if (last === undefined) return;
    const events = message.events.flatMap((event) => this.#append(event));
    if (events.length > 0) this.#options.onEvents(events);
    this.#sawRevision(last.keyValue.modRevision);
  }

  #append({ type, keyValue }: EtcdEvent): StorageEvent[] {
    const { root, prefix } = this.#options.space;
    if (!keyValue.key.startsWith(root + prefix)) return [];
    const key = keyValue.key.slice(root.length);
    const { createRevision, modRevision } = keyValue;
    if (modRevision <= this.log.revision) return []; // known before the connection was lost
    if (type === "put") {
      const bytes = this.#valueOf(keyValue);
      if (bytes === undefined) return [];
      const header = { key, createRevision, modRevision, deleted: false };
      return [this.log.append(this.log.createEntry(header, bytes))];
    }
    const previous = this.log.get(key);
    return previous === undefined ? [] : [this.log.append(this.#end(previous, modRevision))];
  }

  /** Undefined for bytes that somebody else has put under our keys: one such key must not stop all others. */
  #valueOf(keyValue: EtcdKeyValue): Uint8Array | undefined {
    try {
      return stampedValue(keyValue);
    } catch (error) {
      this.#options.logger.error({ error }, "a foreign value in etcd is left out");
      return undefined;
    }
  }

  #end({ key, createRevision, bytes }: StoredEntry, modRevision: number): StoredEntry {
    const header = { key, createRevision, modRevision, deleted: true };
    return this.log.createEntry(header, withResourceVersion(bytes, modRevision));
  }

  /** Begins again with the present state. */
  async #replace(): Promise<void> {
    const { logger, onReplaced } = this.#options;
    try {
      await this.#load();
      if (this.#closed) return;
      logger.warn(
        { revision: this.#seenRevision },
        "etcd has compacted what was missed; read anew",
      );
      onReplaced();
      this.#watch();
    } catch (error) {
      this.#retry(error);
    }
  }

  #retry(error: unknown): void {
    if (this.#closed) return;
    const { clock, logger } = this.#options;
    this.#problem = error instanceof Error ? error.message : String(error);
    logger.warn({ error, retryInMs: this.#retryMs }, "not following etcd");
    this.#cancelRetry = clock.after(this.#retryMs, () => {
      if (isCompacted(error)) void this.#replace();
      else this.#watch();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #sawRevision(revision: number): void {
    this.#seenRevision = revision;
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const waiter = this.#waiting[at];
      if (waiter === undefined || waiter.revision > revision) continue;
      this.#waiting.splice(at, 1);
      waiter.resolve();
    }
  }
}

interface Waiter {
  readonly revision: number;
  readonly resolve: () => void;
}
