/**
 * The store: an append-only log of revisions with an ordered index over the newest state.
 *
 * Guarantees, each tested by name in `storage.suite.ts` for every implementation:
 * - one monotonic revision for all keys; every committed write gets the next one;
 * - compare-and-swap: a write names the revision that it replaces (0: the key must not exist);
 * - durable before visible: a write is readable, watched and answered only once it would survive
 *   the loss of the process (an implementation without a disk has no such wait);
 * - lists are ordered by key (UTF-8 byte order) and are snapshots of one revision;
 * - watches are ordered, unique, atomic, reliable (no gap), resumable, and end when they fall behind;
 * - history is compacted; reading or resuming below the compacted revision fails with `compacted`.
 *
 * Reads are synchronous: every implementation keeps the newest state and recent history in memory.
 */

export type StorageErrorCode =
  | "key-not-found"
  | "key-exists"
  | "conflict"
  | "compacted"
  | "future-revision"
  | "too-large"
  | "unavailable"
  | "closed";

export class StorageError extends Error {
  readonly code: StorageErrorCode;
  readonly key: string;
  constructor(
    code: StorageErrorCode,
    key: string,
    options?: { message?: string; cause?: unknown },
  ) {
    super(options?.message ?? `${code}: ${key}`, { cause: options?.cause });
    this.name = "StorageError";
    this.code = code;
    this.key = key;
  }
}

/** One version of one key. Immutable: whoever changes an object makes a new entry. */
export interface Entry {
  readonly key: string;
  /** The object as it is answered, JSON with `metadata.resourceVersion` = `modRevision`. */
  readonly bytes: Uint8Array;
  /** Revision that created the key. */
  readonly createRevision: number;
  /** Revision of this version. */
  readonly modRevision: number;
  /**
   * A place for the one decoded copy that all readers share, filled in lazily by the registry and
   * never by the storage, which empties it when watches have been told of the next version;
   * deep-frozen in tests.
   */
  decoded?: unknown;
  /** What `put` was given, until watches have been told of it. */
  written?: unknown;
}

export interface StorageEvent {
  readonly type: "put" | "delete";
  readonly key: string;
  /** The version written; for a delete, the last one under the delete's revision. */
  readonly entry: Entry;
  /** The version before, unless the key was created. */
  readonly previous: Entry | undefined;
  readonly revision: number;
}

export interface ListOptions {
  /** Only keys strictly after this one. */
  readonly after?: string;
  /** At most so many entries. */
  readonly limit?: number;
  /** Snapshot to read; the newest durable one when absent. */
  readonly revision?: number;
}

/**
 * Entries that the storage keeps together, and a place for what readers make of all of them at once:
 * joined bytes. Filled by the registry, never by the storage.
 */
export interface Run {
  /** False once one of its entries has changed: it is in no later list, and nothing more is kept in it. */
  readonly current: boolean;
  /** Emptied by the storage when the run ends. */
  kept?: unknown;
}

/** Where a run lies in the entries of a list. */
export interface RunPosition {
  readonly run: Run;
  /** Index of its first entry. */
  readonly start: number;
  /** Index after its last one. */
  readonly end: number;
}

export interface ListResult {
  readonly entries: readonly Entry[];
  /** Runs that the list has in full, ascending; entries between them are in none. Absent where there are none. */
  readonly runs?: readonly RunPosition[] | undefined;
  /** Revision of the snapshot. */
  readonly revision: number;
  /** How many entries of the prefix follow the last one returned. */
  readonly remaining: number;
}

/** Where a watch delivers. Both are called in the turn in which the write becomes visible. */
export interface WatchSink {
  /** Events of one commit, in revision order; at least one. Must not throw. */
  events(events: readonly StorageEvent[]): void;
  /** The watch has ended by itself: `compacted` at its start revision, or the storage `closed`. */
  ended(error: StorageError): void;
}

export interface WatchOptions {
  /** Deliver changes after this revision; from now on when absent. */
  readonly afterRevision?: number;
}

export interface Watch {
  /** Newest revision this watch has been told of, also by writes outside its prefix. */
  readonly revision: number;
  close(): void;
}

/**
 * Encodes an object for the revision it is written at; called once, synchronously, with the
 * revision (0 where only the engine knows it: it then puts the right one in place itself).
 * @see withResourceVersion
 */
export type Encode = (revision: number) => Uint8Array;

export interface Storage {
  /** Newest durable revision; what lists and watches are based on. */
  readonly revision: number;
  /** Oldest revision that can still be listed at and resumed from; 0 until something was compacted. */
  readonly compactedRevision: number;
  /** Why the engine cannot serve just now; for people, and for the health check. */
  readonly problem?: string | undefined;
  /**
   * Waits until reads see every write that was answered anywhere before the call; `undefined` where
   * they always do, as in any single-process engine. With a `key` it also waits until the writes of
   * that key that are still on their way are durable or undone: what an answer needs that rests on
   * `getForUpdate` without writing (nothing to change, a precondition that fails).
   */
  barrier(key?: string): Promise<void> | undefined;
  /** The newest durable version. */
  get(key: string): Entry | undefined;
  /**
   * The newest version including writes that are still on their way to the disk: what the next
   * write of this key has to name as `expectedRevision`. Where somebody else gives the revisions it is
   * the newest one that is known, and writes of one turn conflict.
   */
  getForUpdate(key: string): Entry | undefined;
  /** Entries whose key starts with `prefix`. @throws StorageError `compacted`, `future-revision` */
  list(prefix: string, options?: ListOptions): ListResult;
  /** How many keys start with `prefix`, in less time than listing them. */
  count(prefix: string): number;
  /**
   * Creates (`expectedRevision` 0) or replaces a key. Writes that arrive together commit together.
   * Resolves when durable. A refusal that rests on a write still on its way waits for that write, so
   * that nobody is told of a state that no read shows.
   * @param written - what the bytes are made of, so that whoever is told of the write in its turn
   *   need not decode them; not to be changed any more. A storage may do without.
   * @throws StorageError `key-exists`, `key-not-found`, `conflict`, `too-large` (all before anything is
   * written), `unavailable`, `closed`; whatever `encode` throws
   */
  put(key: string, expectedRevision: number, encode: Encode, written?: unknown): Promise<Entry>;
  /**
   * Removes a key; resolves, when durable, with its last version under the delete's revision.
   * @throws StorageError `key-not-found`, `conflict`, `unavailable`, `closed`
   */
  delete(key: string, expectedRevision: number): Promise<Entry>;
  /**
   * Watches everything below a `prefix` that ends in `/` (or is empty), or else exactly that key.
   * History after `afterRevision` is delivered first, in one call: where it is in memory, before
   * `watch` returns.
   * @throws StorageError `compacted`, `future-revision`, `closed`
   */
  watch(prefix: string, options: WatchOptions, sink: WatchSink): Watch;
  /**
   * Drops what only readers below `revision` could see; it becomes the compacted revision.
   * Nothing happens when it is compacted already.
   * @throws StorageError `future-revision`
   */
  compact(revision: number): void;
  /** Waits for writes under way, ends watches, releases the engine. */
  [Symbol.asyncDispose](): Promise<void>;
}
