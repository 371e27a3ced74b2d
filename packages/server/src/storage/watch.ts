import type { StorageError, StorageEvent, Watch, WatchSink } from "./storage.ts";

/** Whether a watch of `prefix` is told of `key`: everything below a `/`, or exactly that key. */
export function matchesWatch(prefix: string, key: string): boolean {
  return prefix === "" || prefix.endsWith("/") ? key.startsWith(prefix) : key === prefix;
}

/**
 * Delivers commits to watches, in the order in which they are published and each commit whole.
 * Watches are grouped by prefix, so a write looks up one group per segment of its key, and all
 * watches of a group share one array of events.
 *
 * A sink may write, watch and close from inside a delivery: what it publishes waits until the
 * commit under delivery has reached everybody, all in the same turn.
 */
export class WatchHub {
  readonly #groups = new Map<string, Group>();
  readonly #waiting: Commit[] = [];
  readonly #onSinkError: (error: unknown) => void;
  #delivering = false;
  #deliveredRevision: number;

  /** @param onSinkError - told of a sink that threw; the other watches are not disturbed. */
  constructor(revision: number, onSinkError: (error: unknown) => void) {
    this.#deliveredRevision = revision;
    this.#onSinkError = onSinkError;
  }

  /** Newest revision that every watch has been told of. */
  get deliveredRevision(): number {
    return this.#deliveredRevision;
  }

  /** Opens a watch for commits after `revision`; `history`, if any, is delivered first, at once. */
  open(prefix: string, revision: number, sink: WatchSink, history: readonly StorageEvent[]): Watch {
    const group = this.#groups.get(prefix) ?? new Group();
    this.#groups.set(prefix, group);
    const watch = new OpenWatch(this, revision, sink, () => this.#remove(prefix, group, watch));
    group.watches.add(watch);
    if (history.length > 0) this.#deliverHistory(watch, history);
    return watch;
  }

  /** Delivers one commit, or queues it when called from a sink. */
  publish(events: readonly StorageEvent[], revision: number): void {
    this.#waiting.push({ events, revision });
    if (!this.#delivering) this.#drain();
  }

  /** Ends all watches. */
  end(error: StorageError): void {
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const group of groups) {
      for (const watch of group.watches) {
        watch.closed = true;
        this.#guard(() => watch.sink.ended(error));
      }
    }
  }

  #deliverHistory(watch: OpenWatch, history: readonly StorageEvent[]): void {
    const nested = this.#delivering;
    this.#delivering = true;
    this.#guard(() => watch.sink.events(history));
    this.#delivering = nested;
    if (!nested) this.#drain();
  }

  #drain(): void {
    this.#delivering = true;
    for (let commit = this.#waiting.shift(); commit !== undefined; commit = this.#waiting.shift()) {
      if (this.#groups.size > 0) this.#deliver(commit);
      // History is bounded by its bytes, and objects take many times as much.
      for (const { previous } of commit.events) if (previous) previous.decoded = undefined;
      this.#deliveredRevision = commit.revision;
    }
    this.#delivering = false;
  }

  #deliver({ events, revision }: Commit): void {
    const interested: Group[] = [];
    for (const event of events) {
      this.#collect(interested, "", event);
      for (
        let slash = event.key.indexOf("/");
        slash >= 0;
        slash = event.key.indexOf("/", slash + 1)
      ) {
        this.#collect(interested, event.key.slice(0, slash + 1), event);
      }
      if (!event.key.endsWith("/")) this.#collect(interested, event.key, event);
    }
    for (const group of interested) {
      const batch = group.batch;
      group.batch = [];
      for (const watch of group.watches) this.#tell(watch, batch, revision);
    }
  }

  #collect(interested: Group[], prefix: string, event: StorageEvent): void {
    const group = this.#groups.get(prefix);
    if (group === undefined) return;
    if (group.batch.length === 0) interested.push(group);
    group.batch.push(event);
  }

  #tell(watch: OpenWatch, batch: readonly StorageEvent[], revision: number): void {
    // A watch opened from a sink may already start at or after this commit.
    if (watch.closed || watch.toldRevision >= revision) return;
    watch.toldRevision = revision;
    try {
      watch.sink.events(batch);
    } catch (error) {
      this.#onSinkError(error);
    }
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#onSinkError(error);
    }
  }

  #remove(prefix: string, group: Group, watch: OpenWatch): void {
    group.watches.delete(watch);
    if (group.watches.size === 0 && this.#groups.get(prefix) === group) this.#groups.delete(prefix);
  }
}

interface Commit {
  readonly events: readonly StorageEvent[];
  readonly revision: number;
}

/** The watches of one prefix, and what the commit under delivery has for them. */
class Group {
  readonly watches = new Set<OpenWatch>();
  batch: StorageEvent[] = [];
}

class OpenWatch implements Watch {
  readonly #hub: WatchHub;
  readonly #remove: () => void;
  readonly sink: WatchSink;
  toldRevision: number;
  closed = false;

  constructor(hub: WatchHub, revision: number, sink: WatchSink, remove: () => void) {
    this.#hub = hub;
    this.toldRevision = revision;
    this.sink = sink;
    this.#remove = remove;
  }

  get revision(): number {
    return Math.max(this.toldRevision, this.#hub.deliveredRevision);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#remove();
  }
}
