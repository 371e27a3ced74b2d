import { KeyIndex } from "./key-index.ts";
import { SlabAllocator } from "./slab.ts";
import { type ListOptions, type ListResult, StorageError, type StorageEvent } from "./storage.ts";
import { countUpTo, type EntryHeader, StoredEntry } from "./stored-entry.ts";
import { matchesWatch } from "./watch.ts";

/** What an event and an old version cost beside their bytes: objects and their places in arrays. */
const EVENT_OVERHEAD_BYTES = 200;

/**
 * The state of a store at its newest revision and as far back as it is not compacted: an ordered
 * index, the older versions of each key, and the events in between. Pure: no I/O, no time; what is
 * appended is visible at once, so an engine appends what it has made durable.
 */
export class Log {
  readonly #slabs = new SlabAllocator();
  readonly #newest = new Map<string, StoredEntry>();
  readonly #index = new KeyIndex();
  #events: StorageEvent[] = [];
  /** Events before this place in the array are compacted. */
  #firstEvent = 0;
  #revision = 0;
  #compactedRevision: number;
  #appendedBytes = 0;

  /** @param compactedRevision - where history starts; `restore` fills in the state at that revision. */
  constructor(compactedRevision = 0) {
    this.#revision = compactedRevision;
    this.#compactedRevision = compactedRevision;
  }

  get revision(): number {
    return this.#revision;
  }

  get compactedRevision(): number {
    return this.#compactedRevision;
  }

  /** Memory that all history ever appended took, in bytes: the difference of two readings is what lies between. */
  get appendedBytes(): number {
    return this.#appendedBytes;
  }

  /** Makes an entry with a copy of `bytes`; it is not part of the log until appended. */
  createEntry(header: EntryHeader, bytes: Uint8Array): StoredEntry {
    const { slab, offset } = this.#slabs.copy(bytes);
    const entry = new StoredEntry(header, slab, offset, bytes.length);
    this.#slabs.own(entry);
    return entry;
  }

  /** Makes entries out of one filled buffer, which the log keeps instead of copying from it. */
  adopt(buffer: Buffer): (header: EntryHeader, offset: number, length: number) => StoredEntry {
    const slab = this.#slabs.adopt(buffer);
    return (header, offset, length) => {
      const entry = new StoredEntry(header, slab, offset, length);
      this.#slabs.own(entry);
      return entry;
    };
  }

  /** Gives back an entry that was never appended. */
  discard(entry: StoredEntry): void {
    this.#slabs.release(entry);
  }

  get(key: string): StoredEntry | undefined {
    const entry = this.#newest.get(key);
    return entry?.deleted ? undefined : entry;
  }

  /** @throws StorageError `compacted`, `future-revision` */
  list(prefix: string, options: ListOptions = {}): ListResult {
    const revision = options.revision ?? this.#revision;
    this.checkReadable(prefix, revision);
    const limit = options.limit || Number.POSITIVE_INFINITY;
    const { entries, runs, remaining } = this.#index.list(prefix, options.after, limit, revision);
    return { entries, runs, revision, remaining };
  }

  count(prefix: string): number {
    return this.#index.count(prefix, this.#revision);
  }

  /** Takes one version, newer than all others, into the state and the history. */
  append(entry: StoredEntry): StorageEvent {
    const previous = this.#newest.get(entry.key);
    if (previous !== undefined) {
      const older = previous.older ?? [];
      older.push(previous);
      previous.older = undefined;
      entry.older = older;
    }
    this.#newest.set(entry.key, entry);
    this.#index.set(entry);
    this.#revision = entry.modRevision;
    const replaced = previous?.deleted ? undefined : previous;
    const event: StorageEvent = {
      type: entry.deleted ? "delete" : "put",
      key: entry.key,
      entry,
      previous: replaced,
      revision: entry.modRevision,
    };
    this.#events.push(event);
    this.#appendedBytes += EVENT_OVERHEAD_BYTES + (replaced?.length ?? 0);
    if (entry.deleted) this.#appendedBytes += entry.length;
    return event;
  }

  /**
   * Takes one version from before the compacted revision into the state, in revision order.
   * Adds the revisions of versions that turn out not to be needed to `dropped`.
   */
  restore(entry: StoredEntry, dropped: number[]): void {
    const previous = this.#newest.get(entry.key);
    if (previous !== undefined) this.#drop(previous, dropped);
    if (entry.deleted) {
      if (previous !== undefined) this.#forget(entry.key);
      this.#drop(entry, dropped);
    } else {
      this.#newest.set(entry.key, entry);
      this.#index.set(entry);
    }
  }

  /**
   * Events after `revision` that a watch of `prefix` is told of.
   * @throws StorageError `compacted`, `future-revision`
   */
  eventsAfter(prefix: string, revision: number): StorageEvent[] {
    this.checkReadable(prefix, revision);
    const events: StorageEvent[] = [];
    for (let i = this.#firstEventAfter(revision); i < this.#events.length; i++) {
      const event = this.#events[i] as StorageEvent;
      if (matchesWatch(prefix, event.key)) events.push(event);
    }
    return events;
  }

  /**
   * Drops what only readers below `revision` could see. Answers the revisions of the versions dropped.
   * @throws StorageError `future-revision`
   */
  compact(revision: number): number[] {
    if (revision > this.#revision) throw new StorageError("future-revision", "");
    const dropped: number[] = [];
    if (revision <= this.#compactedRevision) return dropped;
    const end = this.#firstEventAfter(revision);
    for (let i = this.#firstEvent; i < end; i++) {
      this.#trim((this.#events[i] as StorageEvent).key, revision, dropped);
    }
    this.#firstEvent = end;
    if (end * 2 >= this.#events.length) {
      this.#events = this.#events.slice(end);
      this.#firstEvent = 0;
    }
    this.#compactedRevision = revision;
    return dropped;
  }

  /** @throws StorageError `compacted`, `future-revision` */
  checkReadable(key: string, revision: number): void {
    if (revision > this.#revision) throw new StorageError("future-revision", key);
    if (revision < this.#compactedRevision) throw new StorageError("compacted", key);
  }

  #trim(key: string, revision: number, dropped: number[]): void {
    const newest = this.#newest.get(key);
    if (newest === undefined) return;
    const older = newest.older;
    if (newest.modRevision <= revision) {
      for (const version of older ?? []) this.#drop(version, dropped);
      newest.older = undefined;
      if (!newest.deleted) return;
      this.#drop(newest, dropped);
      this.#forget(key);
    } else if (older !== undefined) {
      // The last version up to the revision is what a reader at the revision sees, unless it is an end.
      const upTo = countUpTo(older, revision);
      const cut = older[upTo - 1]?.deleted ? upTo : upTo - 1;
      if (cut <= 0) return;
      for (const version of older.splice(0, cut)) this.#drop(version, dropped);
      if (older.length === 0) newest.older = undefined;
    }
  }

  #forget(key: string): void {
    this.#newest.delete(key);
    this.#index.remove(key);
  }

  #drop(entry: StoredEntry, dropped: number[]): void {
    dropped.push(entry.modRevision);
    this.#slabs.release(entry);
  }

  #firstEventAfter(revision: number): number {
    let low = this.#firstEvent;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle] as StorageEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
