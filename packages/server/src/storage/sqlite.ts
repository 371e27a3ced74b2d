import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { DamagedDatabaseError } from "./damaged-database-error.ts";
import { DataDirectoryLockedError } from "./data-directory-lock.ts";
import { type Engine, LocalStorage, type LocalStorageOptions } from "./local-storage.ts";
import { LogLoader } from "./log-loader.ts";
import { RECORD_HEADER_BYTES, writeRecordHeader } from "./sqlite-record.ts";
import type { SqliteReply, SqliteRequest, SqliteWorkerData } from "./sqlite-worker.ts";
import { type Storage, StorageError } from "./storage.ts";
import type { StoredEntry } from "./stored-entry.ts";

export interface SqliteStorageOptions extends LocalStorageOptions {
  /** The database file; it and its directory are made when missing. */
  readonly file: string;
  /** The worker's script, where a bundler has put it elsewhere than beside this module. */
  readonly worker?: URL;
  /**
   * Nothing on disk is touched before it resolves, nor at all when it rejects; the worker, which
   * takes a while to start, starts meanwhile.
   */
  readonly after?: Promise<unknown>;
  /** Largest size of the database file in pages of 4 KiB; writes beyond it are `unavailable`. */
  readonly maxPages?: number;
}

/**
 * A storage in one SQLite file, owned by a worker thread: writes that arrive together are one
 * transaction, flushed to the disk before any of them is answered or visible, and no flush ever
 * stops this thread. The state, and the history that was kept, are read back into memory.
 * @throws DamagedDatabaseError; DataDirectoryLockedError when another process has the file;
 *   StorageError `unavailable` when it cannot be opened; what `after` rejects with.
 */
export async function createSqliteStorage(options: SqliteStorageOptions): Promise<Storage> {
  const workerData: SqliteWorkerData = { file: options.file, maxPages: options.maxPages };
  const worker = new Worker(options.worker ?? workerBesideThisModule(), {
    name: "countersign-sqlite",
    workerData,
    execArgv: [],
    // It holds one batch at a time; a small young generation keeps its footprint small.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  try {
    await options.after;
    mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  const loader = await load(worker, options.file);
  const engine = new SqliteEngine(worker);
  if (loader.leftover.length > 0) engine.compact(loader.log.compactedRevision, loader.leftover);
  return new LocalStorage(loader.log, engine, options);
}

/** From sources the worker is a `.ts` file, in a bundle or a package a `.js` one. */
function workerBesideThisModule(): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./sqlite-worker.${extension}`, import.meta.url);
}

function load(worker: Worker, file: string): Promise<LogLoader> {
  return new Promise((resolve, reject) => {
    let loader = new LogLoader(0);
    const finish = (act: () => void): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      act();
    };
    const onMessage = (reply: SqliteReply): void => {
      if (reply.type === "begin") loader = new LogLoader(reply.compactedRevision);
      else if (reply.type === "chunk") loader.add(asBuffer(reply.records));
      else if (reply.type === "opened") finish(() => resolve(loader));
      else if (reply.type === "failed") finish(() => reject(openError(file, reply)));
    };
    const onError = (cause: unknown): void =>
      finish(() => reject(new StorageError("unavailable", file, { cause })));
    const onExit = (): void => onError(new Error("the database worker exited"));
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage({ type: "open" } satisfies SqliteRequest);
  });
}

function openError(file: string, reply: SqliteReply & { type: "failed" }): Error {
  if (reply.reason === "locked") return new DataDirectoryLockedError(dirname(file));
  if (reply.reason === "damaged") return new DamagedDatabaseError(file, reply.message);
  const message = `database ${file} cannot be opened: ${reply.message}`;
  return new StorageError("unavailable", file, { message });
}

function asBuffer(bytes: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Revisions forgotten in one transaction: short enough not to hold up the writes behind it. */
const COMPACTION_STEP = 2000;

/** This thread's end of the worker: requests are answered in the order in which they are sent. */
class SqliteEngine implements Engine {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #waiting: ((error: Error | undefined) => void)[] = [];
  #lost: Error | undefined;
  /** Versions that could not be forgotten yet. */
  #undropped: number[] = [];

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#exited = new Promise((resolve) => worker.once("exit", () => resolve()));
    worker.on("message", (reply: SqliteReply) => {
      if (reply.type !== "done") return;
      this.#waiting.shift()?.(reply.error === undefined ? undefined : new Error(reply.error));
    });
    worker.on("error", (error) =>
      this.#lose(error instanceof Error ? error : new Error(String(error))),
    );
    worker.on("exit", () => this.#lose(new Error("the database worker exited")));
  }

  write(entries: readonly StoredEntry[]): Promise<void> {
    const records = packRecords(entries);
    return this.#request({ type: "write", records }, records.buffer);
  }

  compact(revision: number, droppedRevisions: readonly number[]): void {
    const dropped = [...this.#undropped.splice(0), ...droppedRevisions];
    for (let at = 0; at === 0 || at < dropped.length; at += COMPACTION_STEP) {
      const step = dropped.slice(at, at + COMPACTION_STEP);
      const revisions = Float64Array.from(step);
      this.#request({ type: "compact", revision, dropped: revisions }, revisions.buffer).catch(
        () => {
          for (const each of step) this.#undropped.push(each);
        },
      );
    }
  }

  async close(): Promise<void> {
    if (this.#lost !== undefined) return;
    await this.#request({ type: "close" });
    await this.#exited;
  }

  #request(request: SqliteRequest, transfer?: ArrayBuffer): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#waiting.push((error) => (error === undefined ? resolve() : reject(error)));
      this.#worker.postMessage(request, transfer === undefined ? [] : [transfer]);
    });
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    for (const settle of this.#waiting.splice(0)) settle(this.#lost);
  }
}

function packRecords(entries: readonly StoredEntry[]): Buffer<ArrayBuffer> {
  let size = 0;
  // A UTF-16 unit takes at most three bytes of UTF-8.
  for (const entry of entries) size += RECORD_HEADER_BYTES + entry.key.length * 3 + entry.length;
  const records = Buffer.from(new ArrayBuffer(size));
  let at = 0;
  for (const entry of entries) {
    const key = at + RECORD_HEADER_BYTES;
    const keyBytes = records.write(entry.key, key);
    const value = key + keyBytes;
    entry.slab.buffer.copy(records, value, entry.offset, entry.offset + entry.length);
    writeRecordHeader(records, at, {
      revision: entry.modRevision,
      createRevision: entry.createRevision,
      deleted: entry.deleted,
      keyBytes,
      valueBytes: entry.length,
    });
    at = value + entry.length;
  }
  return records.subarray(0, at);
}
