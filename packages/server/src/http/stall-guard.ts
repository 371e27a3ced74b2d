import type { ServerHttp2Session } from "node:http2";
import type { Clock } from "../runtime/clock.ts";
import type { Connection } from "./connection.ts";

/** Times in milliseconds. */
export interface StallLimits {
  /** Longest silence of a body that is being read, or of a peer that owes a frame. */
  readonly stallMs: number;
  /** Longest life of an HTTP/2 connection without streams. */
  readonly idleMs: number;
}

/** Handle of a body that is being read. */
export interface BodyProgress {
  alive(): void;
  done(): void;
}

interface PendingBody {
  lastAt: number;
  readonly onStall: () => void;
}

interface WatchedSession {
  readonly session: ServerHttp2Session;
  readonly connection: Connection;
  /** Bytes read when the peer was last known to be between two frames. */
  cleanBytes: number;
  cleanAt: number;
  /** When the unanswered ping was sent; 0 when there is none. */
  pingedAt: number;
  streams: number;
  idleSince: number;
}

/**
 * Ends peers that stop in the middle of something. Node does it for HTTP/1.1 headers; bodies, and
 * HTTP/2 headers, of which nothing is reported before they are complete, are watched here.
 *
 * An HTTP/2 peer may not put any other frame into the middle of a header block, so a peer that has
 * sent half of one cannot answer a ping. A ping is sent when bytes have come since the last one was
 * answered: a busy peer gets one every few seconds, an idle one no second one.
 *
 * One timer serves all connections, and it runs only while there is something to watch.
 */
export class StallGuard {
  readonly #clock: Clock;
  readonly #limits: StallLimits;
  readonly #bodies = new Set<PendingBody>();
  readonly #sessions = new Set<WatchedSession>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, limits: StallLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Calls `onStall` once when the body makes no progress; the handle reports progress and the end. */
  watchBody(onStall: () => void): BodyProgress {
    const body: PendingBody = { lastAt: this.#clock.now(), onStall };
    this.#bodies.add(body);
    this.#schedule();
    return {
      alive: () => {
        body.lastAt = this.#clock.now();
      },
      done: () => {
        this.#bodies.delete(body);
      },
    };
  }

  /** Watches a session until it closes. Call the returned function for each stream that begins. */
  watchSession(session: ServerHttp2Session, connection: Connection): SessionProgress {
    const now = this.#clock.now();
    const watched: WatchedSession = {
      session,
      connection,
      cleanBytes: -1,
      cleanAt: now,
      pingedAt: 0,
      streams: 0,
      idleSince: now,
    };
    this.#sessions.add(watched);
    session.once("close", () => this.#sessions.delete(watched));
    this.#schedule();
    return {
      streamBegan: () => {
        watched.streams++;
      },
      streamEnded: () => {
        watched.streams--;
        // Marked by the next sweep, so that a request does not have to read the clock.
        watched.idleSince = 0;
      },
    };
  }

  /** Stops watching. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#bodies.clear();
    this.#sessions.clear();
  }

  #schedule(): void {
    if (this.#cancel !== undefined) return;
    this.#cancel = this.#clock.after(this.#limits.stallMs / 4, () => {
      this.#cancel = undefined;
      this.#sweep(this.#clock.now());
      if (this.#bodies.size > 0 || this.#sessions.size > 0) this.#schedule();
    });
  }

  #sweep(now: number): void {
    for (const body of this.#bodies) {
      if (now - body.lastAt < this.#limits.stallMs) continue;
      this.#bodies.delete(body);
      body.onStall();
    }
    for (const watched of this.#sessions) this.#checkSession(watched, now);
  }

  #checkSession(watched: WatchedSession, now: number): void {
    const { session, connection } = watched;
    if (session.closed || session.destroyed) return;
    if (watched.pingedAt !== 0) {
      if (now - watched.pingedAt >= this.#limits.stallMs / 2) session.destroy();
      return;
    }
    const bytes = connection.socket.bytesRead;
    if (bytes === watched.cleanBytes) watched.cleanAt = now;
    else if (now - watched.cleanAt >= this.#limits.stallMs / 4) this.#ping(watched, now);
    if (watched.idleSince === 0) watched.idleSince = now;
    if (watched.streams === 0 && now - watched.idleSince >= this.#limits.idleMs) session.close();
  }

  #ping(watched: WatchedSession, now: number): void {
    const { session, connection } = watched;
    watched.pingedAt = now;
    session.ping((error) => {
      if (error !== null) return;
      watched.pingedAt = 0;
      watched.cleanAt = this.#clock.now();
      watched.cleanBytes = connection.socket.bytesRead;
    });
  }
}

/** Told by the HTTP/2 side what happens on a session. */
export interface SessionProgress {
  streamBegan(): void;
  streamEnded(): void;
}
