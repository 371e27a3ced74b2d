import { status } from "@grpc/grpc-js";
import { silentLogger } from "../runtime/logger.ts";
import { CompactionLoop, defaultCompactionPolicy } from "./compaction.ts";
import { EtcdClient, EtcdError, type EtcdTls, isCompacted } from "./etcd-client.ts";
import { EtcdCompactor } from "./etcd-compactor.ts";
import { EtcdFollower } from "./etcd-follower.ts";
import type { WriteResponse } from "./etcd-messages.ts";
import type { LocalStorageOptions } from "./local-storage.ts";
import {
  type Encode,
  type Entry,
  type ListOptions,
  type ListResult,
  type Storage,
  StorageError,
  type StorageErrorCode,
  type StorageEvent,
  type Watch,
  type WatchOptions,
  type WatchSink,
} from "./storage.ts";
import { WatchHub } from "./watch.ts";

export interface EtcdStorageOptions extends LocalStorageOptions {
  /** `http://127.0.0.1:2379`, of one cluster. */
  readonly endpoints: readonly string[];
  /** For endpoints with `https:`. */
  readonly tls?: EtcdTls;
  /** Stands before each key in etcd; empty when absent. */
  readonly root?: string;
  /** What keys start with; `/registry/` when absent. */
  readonly prefix?: string;
  /** How long a call may take, and a write may wait to be seen here, milliseconds; 10 s when absent. */
  readonly callTimeoutMs?: number;
}

/** etcd's own `--max-request-bytes`; it counts a little more than the object. */
const DEFAULT_MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;
const DEFAULT_CALL_TIMEOUT_MS = 10_000;
/** A revision that no key is at. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * A storage in an etcd v3 cluster, which several servers can share. Reads are from memory, which
 * follows a watch; a write is a transaction of etcd's that compares the key's revision, and is
 * answered when it has come back through the watch, so that its own writer reads it.
 * History is as old as the process, and starts anew where etcd has compacted what was missed.
 * @throws StorageError `unavailable` when etcd does not answer or holds what is not ours
 */
export async function createEtcdStorage(options: EtcdStorageOptions): Promise<Storage> {
  const { endpoints, tls, callTimeoutMs = DEFAULT_CALL_TIMEOUT_MS } = options;
  const client = new EtcdClient({
    endpoints,
    ...(tls === undefined ? {} : { tls }),
    callTimeoutMs,
  });
  const storage = new EtcdStorage(client, { ...options, callTimeoutMs });
  try {
    await storage.start();
  } catch (error) {
    await storage[Symbol.asyncDispose]();
    if (error instanceof StorageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `etcd at ${endpoints.join(", ")} cannot be used: ${reason}`;
    throw new StorageError("unavailable", "", { message, cause: error });
  }
  return storage;
}

/** A write that is not answered yet, and the versions of its key that came through the watch meanwhile. */
interface PendingWrite {
  readonly versions: Entry[];
  readonly settled: Promise<void>;
}

class EtcdStorage implements Storage {
  readonly #options: EtcdStorageOptions & { readonly callTimeoutMs: number };
  readonly #client: EtcdClient;
  readonly #follower: EtcdFollower;
  readonly #root: string;
  readonly #watches: WatchHub;
  readonly #pending = new Map<string, Set<PendingWrite>>();
  #compaction: CompactionLoop | undefined;
  #compactor: EtcdCompactor | undefined;
  #reading: Promise<number> | undefined;
  #nextReading: Promise<number> | undefined;
  #closed = false;

  constructor(
    client: EtcdClient,
    options: EtcdStorageOptions & { readonly callTimeoutMs: number },
  ) {
    const { clock, logger = silentLogger, root = "", prefix = "/registry/" } = options;
    this.#options = options;
    this.#client = client;
    this.#root = root;
    this.#watches = new WatchHub(0, (error) => logger.error({ error }, "a storage watch threw"));
    this.#follower = new EtcdFollower({
      ...{ client, clock, logger, space: { root, prefix } },
      onEvents: (events) => this.#publish(events),
      onReplaced: () => {
        this.#watches.end(new StorageError("compacted", ""));
        this.#watches.publish([], this.revision);
      },
    });
  }

  async start(): Promise<void> {
    await this.#follower.start();
    this.#watches.publish([], this.revision);
    const { clock, logger, compaction = defaultCompactionPolicy } = this.#options;
    const follower = this.#follower;
    const compactable = {
      get revision() {
        return follower.log.revision;
      },
      get compactedRevision() {
        return follower.log.compactedRevision;
      },
      get appendedBytes() {
        return follower.log.appendedBytes;
      },
      compact: (revision: number) => this.compact(revision),
    };
    this.#compaction = new CompactionLoop(compactable, clock, compaction);
    this.#compactor = new EtcdCompactor({
      clock,
      intervalMs: compaction.historyMs,
      revision: () => follower.seenRevision,
      compact: (revision) => this.#client.compact(revision),
      onFailure: (error) => {
        if (!isCompacted(error)) logger?.warn({ error }, "etcd was not compacted");
      },
    });
  }

  get revision(): number {
    return this.#follower.log.revision;
  }

  get compactedRevision(): number {
    return this.#follower.log.compactedRevision;
  }

  get problem(): string | undefined {
    return this.#follower.problem;
  }

  barrier(key?: string): Promise<void> {
    const barrier = this.#barrier(key);
    // Whoever asks and does not wait has no use for the failure either.
    barrier.catch(() => {});
    return barrier;
  }

  get(key: string): Entry | undefined {
    return this.#follower.log.get(key);
  }

  /** Revisions are etcd's to give: a write on its way has none yet, and the next one may conflict. */
  getForUpdate(key: string): Entry | undefined {
    return this.#follower.log.get(key);
  }

  list(prefix: string, options?: ListOptions): ListResult {
    return this.#follower.log.list(prefix, options);
  }

  count(prefix: string): number {
    return this.#follower.log.count(prefix);
  }

  async put(key: string, expectedRevision: number, encode: Encode): Promise<Entry> {
    if (this.#closed) throw new StorageError("closed", key);
    const value = encode(0);
    const { maxObjectBytes = DEFAULT_MAX_OBJECT_BYTES } = this.#options;
    if (value.length > maxObjectBytes) {
      const message = `object of ${value.length} bytes is larger than ${maxObjectBytes}`;
      throw new StorageError("too-large", key, { message });
    }
    return await this.#write(key, expectedRevision, value);
  }

  async delete(key: string, expectedRevision: number): Promise<Entry> {
    if (this.#closed) throw new StorageError("closed", key);
    // 0 is for etcd a key that does not exist; to delete that is to find nothing.
    return await this.#write(key, expectedRevision || NEVER, undefined);
  }

  watch(prefix: string, { afterRevision }: WatchOptions, sink: WatchSink): Watch {
    if (this.#closed) throw new StorageError("closed", prefix);
    const { log } = this.#follower;
    const history = afterRevision === undefined ? [] : log.eventsAfter(prefix, afterRevision);
    return this.#watches.open(prefix, log.revision, sink, history);
  }

  /** Of the history in memory; etcd's own goes by the clock, since others may still need it. */
  compact(revision: number): void {
    this.#follower.log.compact(revision);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#compaction?.stop();
    this.#compactor?.stop();
    const underWay = [...this.#pending.values()].flatMap((writes) => [...writes]);
    await Promise.all(underWay.map(({ settled }) => settled));
    this.#follower.close();
    this.#watches.end(new StorageError("closed", ""));
    this.#client.close();
  }

  #publish(events: readonly StorageEvent[]): void {
    for (const { key, entry } of events) {
      for (const write of this.#pending.get(key) ?? []) write.versions.push(entry);
    }
    this.#watches.publish(events, this.revision);
    this.#compaction?.wake();
  }

  async #write(
    key: string,
    expectedRevision: number,
    value: Uint8Array | undefined,
  ): Promise<Entry> {
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    const write: PendingWrite = { versions: [], settled };
    const writes = this.#pending.get(key) ?? new Set();
    this.#pending.set(key, writes.add(write));
    try {
      const response = await this.#send(key, expectedRevision, value);
      await this.#seen(key, response.revision);
      if (!response.succeeded) throw new StorageError(refusal(response, expectedRevision), key);
      const entry = write.versions.find(({ modRevision }) => modRevision === response.revision);
      if (entry === undefined) throw new StorageError("unavailable", key);
      return entry;
    } finally {
      writes.delete(write);
      if (writes.size === 0) this.#pending.delete(key);
      resolve();
    }
  }

  async #send(
    key: string,
    expectedRevision: number,
    value: Uint8Array | undefined,
  ): Promise<WriteResponse> {
    try {
      return await this.#client.write({
        key: Buffer.from(this.#root + key),
        expectedRevision: expectedRevision < 0 ? NEVER : expectedRevision,
        value,
      });
    } catch (error) {
      throw storageError(key, error);
    }
  }

  /** Waits until a revision has come through the watch. @throws StorageError `unavailable` when it does not in time */
  async #seen(key: string, revision: number): Promise<void> {
    const reached = this.#follower.reached(revision);
    if (reached === undefined) return;
    const { clock, callTimeoutMs } = this.#options;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = clock.after(callTimeoutMs, () => {
      const message = `revision ${revision} of etcd has not arrived within ${callTimeoutMs} ms`;
      reject(new StorageError("unavailable", key, { message }));
    });
    try {
      await Promise.race([reached, late]);
    } finally {
      cancel();
    }
  }

  async #barrier(key: string | undefined): Promise<void> {
    if (this.#closed) throw new StorageError("closed", key ?? "");
    const writes = key === undefined ? undefined : this.#pending.get(key);
    const settled = [...(writes ?? [])].map((write) => write.settled);
    const revision = await this.#newestRevision();
    await this.#seen(key ?? "", revision);
    await Promise.all(settled);
  }

  /** etcd's revision at some time after this call: one read for all who ask while another is under way. */
  #newestRevision(): Promise<number> {
    if (this.#reading === undefined) return this.#read();
    const next = (): Promise<number> => {
      this.#nextReading = undefined;
      return this.#read();
    };
    this.#nextReading ??= this.#reading.then(next, next);
    return this.#nextReading;
  }

  #read(): Promise<number> {
    const key = Buffer.from(`${this.#root}/`);
    const request = { key, rangeEnd: Buffer.alloc(0), limit: 1, revision: 0 };
    const reading = this.#client
      .range(request)
      .then(({ revision }) => revision)
      .catch((error: unknown) => {
        throw storageError("", error);
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    this.#reading = reading;
    return reading;
  }
}

function refusal({ exists }: WriteResponse, expectedRevision: number): StorageErrorCode {
  if (expectedRevision === 0) return "key-exists";
  return exists ? "conflict" : "key-not-found";
}

function storageError(key: string, error: unknown): StorageError {
  const tooLarge =
    error instanceof EtcdError &&
    error.code === status.INVALID_ARGUMENT &&
    error.message.includes("request is too large");
  const message = error instanceof Error ? `etcd: ${error.message}` : String(error);
  return new StorageError(tooLarge ? "too-large" : "unavailable", key, { message, cause: error });
}
