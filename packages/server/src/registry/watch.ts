import { expired, internalErrorText, type Status, timeout } from "../api/status-error.ts";
import type { Sink, StreamBody, WatchedEvent } from "../http/exchange.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { Entry, Storage, StorageEvent, Watch } from "../storage/storage.ts";
import { StorageError } from "../storage/storage.ts";
import type { WatchEventType } from "./event-frame.ts";
import { asLeft } from "./left-entry.ts";
import { type ListOptions, watchRevision } from "./list-options.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { Selection } from "./selection.ts";

/** Turns changes into frames of one media type and form, or into what their readers make of them. */
export interface EventEncoder<Frame = Uint8Array> {
  event(type: WatchEventType, entry: Entry): Frame;
  /** `initialEventsEnd` marks the end of a streamed list. */
  bookmark(revision: number, initialEventsEnd: boolean): Frame;
  error(status: Status): Frame;
}

export interface WatchDependencies {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
}

export interface WatchRequest {
  readonly store: ResourceStore;
  /** Empty for all namespaces. */
  readonly namespace: string;
  readonly options: ListOptions;
  readonly selection: Selection;
  readonly encoder: EventEncoder;
  /** For readers in this process; undefined for forms that are nothing but bytes. */
  readonly presenter: EventEncoder<WatchedEvent> | undefined;
}

/** A watcher whose client leaves more than this unread is ended; it resumes from its last revision. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
/** What there is already is written in portions of this size, each when the one before has been taken. */
const PORTION_BYTES = 256 * 1024;
/** Between bookmarks, and before the end of a watch. @see cacher (bookmarkFrequency) */
const BOOKMARK_EVERY_MS = 60_000;
const BOOKMARK_BEFORE_END_MS = 2_000;
/** Without timeoutSeconds a watch ends after 30 to 60 minutes. */
const MIN_TIMEOUT_SECONDS = 1800;
const FUTURE_WAIT_MS = 3_000;

/** @throws StatusError 500 for a resourceVersion that is no number */
export function openWatch(dependencies: WatchDependencies, request: WatchRequest): StreamBody {
  const revision = watchRevision(request.options.resourceVersion);
  const { encoder, presenter } = request;
  const start = <Frame>(make: EventEncoder<Frame>, sink: Sink<Frame>): void =>
    new ObjectWatch(dependencies, request, make, sink).run(revision);
  return {
    start: (sink) => start(encoder, sink),
    ...(presenter === undefined ? {} : { startEvents: (sink) => start(presenter, sink) }),
  };
}

class ObjectWatch<Frame> {
  readonly #dependencies: WatchDependencies;
  readonly #request: WatchRequest;
  readonly #encoder: EventEncoder<Frame>;
  readonly #sink: Sink<Frame>;
  readonly #prefix: string;
  readonly #cancels: (() => void)[] = [];
  #watch: Watch | undefined;
  #ended = false;
  /** Newest revision the client knows of. */
  #revision = 0;
  /** Changes since the client began to lag behind the history it asked for; undefined when it does not. */
  #waiting: StorageEvent[] | undefined;
  #waitingBytes = 0;

  constructor(
    dependencies: WatchDependencies,
    request: WatchRequest,
    encoder: EventEncoder<Frame>,
    sink: Sink<Frame>,
  ) {
    this.#dependencies = dependencies;
    this.#request = request;
    this.#encoder = encoder;
    this.#sink = sink;
    const { store, namespace, selection } = request;
    const single =
      selection.name !== undefined && (namespace !== "" || !store.definition.namespaced);
    this.#prefix = single
      ? store.key(namespace, selection.name ?? "")
      : store.collectionPrefix(namespace);
  }

  run(revision: number): void {
    this.#sink.onClose(() => this.#stop());
    this.#scheduleEnd();
    const { options } = this.#request;
    if (options.timeoutSeconds !== undefined && options.timeoutSeconds < 0) {
      this.#endAtOnce(options);
      return;
    }
    const streamed = options.sendInitialEvents;
    if (streamed === true && revision > this.#dependencies.storage.revision) {
      this.#awaitFuture(revision);
    } else if (streamed ?? revision === 0) {
      this.#sendInitial(streamed === true);
    } else {
      this.#follow(revision === 0 ? this.#dependencies.storage.revision : revision);
    }
  }

  /** Whoever gives a watch less than no time hears so where upstream would have asked etcd. */
  #endAtOnce({ resourceVersion }: ListOptions): void {
    if (resourceVersion === "") this.#fail(internalErrorText("context deadline exceeded").status);
    else this.#finish();
  }

  #scheduleEnd(): void {
    const { options } = this.#request;
    const { random } = this.#dependencies;
    const seconds =
      options.timeoutSeconds !== undefined && options.timeoutSeconds > 0
        ? options.timeoutSeconds
        : MIN_TIMEOUT_SECONDS * (1 + random.fraction());
    this.#later(seconds * 1000, () => this.#finish());
    if (!options.allowWatchBookmarks) return;
    const before = seconds * 1000 - BOOKMARK_BEFORE_END_MS;
    if (before > 0) this.#later(before, () => this.#progress());
    const tick = (): void => {
      this.#progress();
      this.#later(BOOKMARK_EVERY_MS, tick);
    };
    this.#later(BOOKMARK_EVERY_MS, tick);
  }

  #later(ms: number, callback: () => void): void {
    const cancel = this.#dependencies.clock.after(ms, () => {
      const position = this.#cancels.indexOf(cancel);
      if (position >= 0) this.#cancels.splice(position, 1);
      if (!this.#ended) callback();
    });
    this.#cancels.push(cancel);
  }

  /** A streamed list of a revision to come waits for it, for a while. */
  #awaitFuture(revision: number): void {
    const { storage, clock } = this.#dependencies;
    const deadline = clock.now() + FUTURE_WAIT_MS;
    const look = (): void => {
      if (storage.revision >= revision) {
        this.#sendInitial(true);
        return;
      }
      if (clock.now() < deadline) {
        this.#later(50, look);
        return;
      }
      const message = `Too large resource version: ${revision}, current: ${storage.revision}`;
      this.#fail(
        timeout(message, {
          causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
          retryAfterSeconds: 1,
        }).status,
      );
    };
    look();
  }

  #sendInitial(markEnd: boolean): void {
    const { storage } = this.#dependencies;
    const snapshot = storage.list(this.#prefix);
    this.#revision = snapshot.revision;
    this.#portion(snapshot.entries, 0, markEnd);
  }

  #portion(entries: readonly Entry[], from: number, markEnd: boolean): void {
    const { selection, options } = this.#request;
    let position = from;
    let bytes = 0;
    while (position < entries.length && bytes < PORTION_BYTES) {
      const entry = entries[position++];
      if (entry === undefined || !this.#isMine(entry.key) || !selection.matches(entry)) continue;
      bytes += entry.bytes.byteLength;
      this.#sink.write(this.#encoder.event("ADDED", entry));
    }
    if (position < entries.length) {
      this.#sink.onDrain(() => {
        if (!this.#ended) this.#portion(entries, position, markEnd);
      });
      return;
    }
    if (options.allowWatchBookmarks && (markEnd || options.sendInitialEvents === undefined)) {
      this.#bookmark(true);
    }
    this.#follow(this.#revision);
  }

  #isMine(key: string): boolean {
    // A prefix that is one object's key is also the beginning of longer names.
    return this.#prefix.endsWith("/") || key === this.#prefix;
  }

  #follow(revision: number): void {
    const { storage } = this.#dependencies;
    this.#revision = revision;
    const afterRevision = Math.min(revision, storage.revision);
    try {
      this.#watch = storage.watch(
        this.#prefix,
        { afterRevision },
        { events: (events) => this.#deliver(events), ended: (error) => this.#storageEnded(error) },
      );
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#storageEnded(error);
    }
  }

  #deliver(events: readonly StorageEvent[]): void {
    if (this.#waiting === undefined) {
      this.#send(events, 0);
      return;
    }
    for (const event of events) {
      this.#waiting.push(event);
      this.#waitingBytes += event.entry.bytes.byteLength;
    }
    if (this.#waitingBytes > MAX_BUFFERED_BYTES) this.#breakOff();
  }

  /** Long histories go out in portions; what happens meanwhile waits behind them. */
  #send(events: readonly StorageEvent[], from: number): void {
    for (let index = from; index < events.length && !this.#ended; index++) {
      if (index > from && this.#sink.buffered() > PORTION_BYTES) {
        this.#waiting ??= [];
        this.#sink.onDrain(() => this.#send(events, index));
        return;
      }
      this.#write(events[index]);
    }
    const next = this.#waiting;
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    if (next !== undefined && next.length > 0) this.#send(next, 0);
    else if (this.#sink.buffered() > MAX_BUFFERED_BYTES) this.#breakOff();
  }

  #write(event: StorageEvent | undefined): void {
    // A client may ask for what comes after a revision that is still to come.
    if (event === undefined || event.revision <= this.#revision || !this.#isMine(event.key)) return;
    this.#revision = event.revision;
    const frame = this.#frame(event);
    if (frame !== undefined) this.#sink.write(frame);
  }

  #frame(event: StorageEvent): Frame | undefined {
    const encoder = this.#encoder;
    const { selection, store } = this.#request;
    const { previous, entry } = event;
    const before = previous !== undefined && selection.matches(previous);
    if (event.type === "delete") return before ? encoder.event("DELETED", entry) : undefined;
    const after = selection.matches(entry);
    if (after) return encoder.event(before ? "MODIFIED" : "ADDED", entry);
    if (!before) return undefined;
    const left = store.frames.left(previous, event.revision, () =>
      asLeft(store, previous, event.revision),
    );
    return encoder.event("DELETED", left);
  }

  #storageEnded(error: StorageError): void {
    if (error.code !== "compacted") {
      this.#finish();
      return;
    }
    const { storage } = this.#dependencies;
    const message =
      this.#request.store.strategy.uncached === true
        ? "The resourceVersion for the provided watch is too old."
        : `too old resource version: ${this.#revision} (${storage.compactedRevision + 1})`;
    this.#fail(expired(message).status);
  }

  /** Tells a client that has all there is how far that is. */
  #progress(): void {
    if (this.#watch === undefined) return;
    if (this.#waiting === undefined) {
      this.#revision = Math.max(this.#revision, this.#watch.revision);
    }
    this.#bookmark(false);
  }

  #bookmark(initialEventsEnd: boolean): void {
    this.#sink.write(this.#encoder.bookmark(this.#revision, initialEventsEnd));
  }

  #breakOff(): void {
    this.#stop();
    this.#sink.destroy();
  }

  #fail(status: Status): void {
    this.#sink.write(this.#encoder.error(status));
    this.#finish();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#stop();
    this.#sink.end();
  }

  #stop(): void {
    this.#ended = true;
    this.#watch?.close();
    for (const cancel of this.#cancels.splice(0)) cancel();
  }
}
