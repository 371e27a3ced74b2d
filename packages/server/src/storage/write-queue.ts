import type { Log } from "./log.ts";
import { withResourceVersion } from "./resource-version.ts";
import { type Encode, type Entry, StorageError, type StorageErrorCode } from "./storage.ts";
import type { StoredEntry } from "./stored-entry.ts";

/** Where batches become durable. */
export interface BatchWriter {
  /**
   * Writes all entries or none, in one transaction; resolves once they would survive the loss of the
   * process and the machine. Called again only after it has settled.
   */
  write(entries: readonly StoredEntry[]): Promise<void>;
}

export interface WriteQueueOptions {
  readonly log: Log;
  /** Absent: writes are complete at once. */
  readonly writer: BatchWriter | undefined;
  /** Largest object, bytes. */
  readonly maxObjectBytes: number;
  /** Makes a durable batch readable and tells the watches. */
  readonly commit: (entries: readonly StoredEntry[]) => void;
  /** Told why a batch was not written. */
  readonly onFailure: (cause: unknown) => void;
}

/** Enough to spread the cost of a commit, little enough to take in within a few milliseconds. */
const BATCH_ENTRIES = 1024;
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * The head of the log: writes that have a revision and are not durable yet. It decides the
 * compare-and-swap, and forms a batch of whatever arrives while the batch before is being written.
 * When a batch fails, everything behind it is undone too, because it was decided on top of it.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #log: Log;
  /** The newest pending write of each key. */
  readonly #pending = new Map<string, PendingWrite>();
  #queued: PendingWrite[] = [];
  #writing: PendingWrite[] | undefined;
  #scheduled = false;
  #headRevision: number;
  #idle: (() => void) | undefined;
  #closed = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#headRevision = options.log.revision;
  }

  /** The newest version, pending ones included. */
  head(key: string): StoredEntry | undefined {
    const pending = this.#pending.get(key);
    if (pending === undefined) return this.#log.get(key);
    return pending.entry.deleted ? undefined : pending.entry;
  }

  put(key: string, expectedRevision: number, encode: Encode, written: unknown): Promise<Entry> {
    const head = this.head(key);
    const code = putRefusal(head, expectedRevision);
    if (code !== undefined || this.#closed) return this.#refuse(key, code);
    const revision = this.#headRevision + 1;
    const bytes = encode(revision);
    if (bytes.length > this.#options.maxObjectBytes) {
      const message = `object of ${bytes.length} bytes is larger than ${this.#options.maxObjectBytes}`;
      return Promise.reject(new StorageError("too-large", key, { message }));
    }
    const entry = this.#log.createEntry(
      {
        key: head?.key ?? key,
        createRevision: head?.createRevision ?? revision,
        modRevision: revision,
        deleted: false,
      },
      bytes,
    );
    entry.written = written;
    return this.#enqueue(entry);
  }

  delete(key: string, expectedRevision: number): Promise<Entry> {
    const head = this.head(key);
    if (head === undefined) return this.#refuse(key, "key-not-found");
    if (head.modRevision !== expectedRevision || this.#closed) return this.#refuse(key, "conflict");
    const revision = this.#headRevision + 1;
    return this.#enqueue(
      this.#log.createEntry(
        {
          key: head.key,
          createRevision: head.createRevision,
          modRevision: revision,
          deleted: true,
        },
        withResourceVersion(head.bytes, revision),
      ),
    );
  }

  /** Resolves once the pending writes of a key are durable or undone; undefined when there are none. */
  settled(key: string): Promise<void> | undefined {
    const pending = this.#pending.get(key);
    if (pending === undefined) return undefined;
    return new Promise((resolve) => pending.whenSettled(() => resolve()));
  }

  /** Refuses further writes and waits for those under way. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#writing === undefined && this.#queued.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  /** Rejects, but only after the pending write that the refusal rests on; with its failure if it fails. */
  #refuse(key: string, code: StorageErrorCode = "closed"): Promise<Entry> {
    const refusal = new StorageError(this.#closed ? "closed" : code, key);
    const pending = this.#pending.get(key);
    if (pending === undefined) return Promise.reject(refusal);
    return new Promise((_, reject) => pending.whenSettled((failure) => reject(failure ?? refusal)));
  }

  #enqueue(entry: StoredEntry): Promise<Entry> {
    this.#headRevision = entry.modRevision;
    if (this.#options.writer === undefined) {
      this.#options.commit([entry]);
      return Promise.resolve(entry);
    }
    const write = new PendingWrite(entry);
    this.#pending.set(entry.key, write);
    this.#queued.push(write);
    if (!this.#scheduled && this.#writing === undefined) {
      this.#scheduled = true;
      // Writes of one turn share a batch.
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#writeNext();
      });
    }
    return write.answer;
  }

  #writeNext(): void {
    const writer = this.#options.writer;
    if (writer === undefined || this.#writing !== undefined) return;
    if (this.#queued.length === 0) {
      this.#idle?.();
      return;
    }
    const batch = this.#takeBatch();
    this.#writing = batch;
    writer.write(batch.map((write) => write.entry)).then(
      () => this.#succeeded(batch),
      (cause: unknown) => this.#failed(batch, cause),
    );
  }

  #takeBatch(): PendingWrite[] {
    let bytes = 0;
    let count = 0;
    for (const { entry } of this.#queued) {
      bytes += entry.length;
      if (count === BATCH_ENTRIES || (bytes > BATCH_BYTES && count > 0)) break;
      count++;
    }
    return this.#queued.splice(0, count);
  }

  #succeeded(batch: readonly PendingWrite[]): void {
    for (const write of batch) {
      if (this.#pending.get(write.entry.key) === write) this.#pending.delete(write.entry.key);
    }
    this.#options.commit(batch.map((write) => write.entry));
    for (const write of batch) write.settle(undefined);
    this.#writing = undefined;
    // Behind the answers, so that whoever writes in reply is in the next batch and not the one after.
    queueMicrotask(() => this.#writeNext());
  }

  #failed(batch: readonly PendingWrite[], cause: unknown): void {
    const undone = [...batch, ...this.#queued];
    this.#queued = [];
    this.#writing = undefined;
    this.#pending.clear();
    this.#headRevision = this.#log.revision;
    for (const write of undone) {
      this.#log.discard(write.entry);
      write.settle(new StorageError("unavailable", write.entry.key, { cause }));
    }
    this.#options.onFailure(cause);
    this.#idle?.();
  }
}

function putRefusal(
  head: StoredEntry | undefined,
  expectedRevision: number,
): StorageErrorCode | undefined {
  if (expectedRevision === 0) return head && "key-exists";
  if (head === undefined) return "key-not-found";
  return head.modRevision === expectedRevision ? undefined : "conflict";
}

/** A write on its way, and everybody who waits for it. */
class PendingWrite {
  readonly entry: StoredEntry;
  readonly answer: Promise<Entry>;
  #resolve: (entry: Entry) => void = () => {};
  #reject: (error: StorageError) => void = () => {};
  #waiting: ((failure: StorageError | undefined) => void)[] | undefined;

  constructor(entry: StoredEntry) {
    this.entry = entry;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  whenSettled(then: (failure: StorageError | undefined) => void): void {
    this.#waiting ??= [];
    this.#waiting.push(then);
  }

  settle(failure: StorageError | undefined): void {
    if (failure === undefined) this.#resolve(this.entry);
    else this.#reject(failure);
    for (const then of this.#waiting ?? []) then(failure);
  }
}
