import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import { orAborted } from "../runtime/or-aborted.ts";
import type { Runnable } from "../runtime/task-group.ts";
import { RefreshSchedule } from "./refresh-schedule.ts";
import { type CachedToken, cachedToken, TokenCache } from "./token-cache.ts";
import {
  isExpired,
  jitterOf,
  needsRefresh,
  refreshDueAt,
  retryDelayMs,
  type TokenLife,
} from "./token-refresh.ts";
import {
  type PodToken,
  type PodTokenRequest,
  type RequestToken,
  tokenRequestKey,
} from "./token-request.ts";

export interface TokenManagerOptions {
  readonly requestToken: RequestToken;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tokens kept at most. @default 10,000 */
  readonly maxTokens?: number;
}

/** Why there is no token. @see kubernetes pkg/kubelet/token/token_manager.go */
export class PodTokenError extends Error {
  readonly code: "fetch-failed" | "refresh-failed";

  constructor(code: PodTokenError["code"], message: string, cause: unknown) {
    super(message, { cause });
    this.name = "PodTokenError";
    this.code = code;
  }
}

/** A node has some hundreds of pods; this is for what goes wrong. */
const MAX_TOKENS = 10_000;
/** @see kubernetes token_manager.go (gcPeriod) */
const GC_PERIOD_MS = 60_000;
/** A server that does not answer in this time is away. */
const REQUEST_TIMEOUT_MS = 10_000;
/** What failed is tried once more at least so long before the token ends. */
const LAST_CHANCE_MS = 15_000;

/**
 * The tokens of a node's pods: asked for when they are first needed, kept, and replaced in time.
 * While the API server is away a token that is still valid stays. `run` collects what has expired and
 * says when tokens are due.
 * @see kubernetes pkg/kubelet/token/token_manager.go · KEP-1205
 */
export class TokenManager implements Runnable {
  readonly #options: TokenManagerOptions;
  readonly #schedule = new RefreshSchedule();
  readonly #cache: TokenCache;
  readonly #pending = new Map<string, Promise<string>>();
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(podUid: string) => void>();
  /** Until this second everybody has been told. */
  #toldUntil = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #timer: { readonly second: number; readonly cancel: () => void } | undefined;

  constructor(options: TokenManagerOptions) {
    this.#options = options;
    this.#cache = new TokenCache(options.maxTokens ?? MAX_TOKENS, (key) =>
      this.#schedule.delete(key),
    );
  }

  /** How many tokens are kept. */
  get size(): number {
    return this.#cache.size;
  }

  /** Every token that is kept. */
  tokens(): Iterable<Readonly<CachedToken>> {
    return this.#cache.all();
  }

  /**
   * The token for a request: the one that is kept, or a new one when there is none, when it is time,
   * or when the one that is kept is no longer good. Requests for one token at one time are one.
   * @throws PodTokenError when there is none that could still be good; the signal's reason
   */
  async get(request: PodTokenRequest, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const key = tokenRequestKey(request);
    const kept = this.#cache.get(key);
    if (kept !== undefined && !this.#isDue(kept)) return kept.token;
    const pending = this.#pending.get(key) ?? this.#startFetch(key, request);
    // Others may be waiting for the same answer: giving up is this caller's matter alone.
    await orAborted(pending, signal);
    signal.throwIfAborted();
    return await pending;
  }

  /** The API server has refused this token: it is replaced at once. @returns whether it is in use here */
  reject(token: string): boolean {
    for (const entry of this.#cache.all()) if (entry.token === token) return this.#reject(entry);
    return false;
  }

  /** An account is now one of another uid, made anew under its name: tokens of the old one are dead. */
  accountChanged(namespace: string, name: string, uid: string): void {
    for (const entry of this.#cache.all()) {
      const { request, accountUid } = entry;
      const isOf = request.namespace === namespace && request.name === name;
      if (isOf && accountUid !== undefined && accountUid !== uid) this.#reject(entry);
    }
  }

  /** Forgets the tokens of a pod that is gone, those under way too. */
  deletePodTokens(podUid: string): void {
    this.#cache.deleteWhere(({ request }) => request.pod.uid === podUid);
    const mark = `UID:"${podUid}"}`;
    for (const key of this.#pending.keys()) if (key.includes(mark)) this.#pending.delete(key);
  }

  /** Calls `listener` with a pod's uid when one of its tokens is due. @returns ends the calls */
  onDue(listener: (podUid: string) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock } = this.#options;
    this.#isRunning = true;
    this.#arm();
    while (!signal.aborted) {
      await clock.sleep(GC_PERIOD_MS, signal);
      const expired = [...this.#cache.all()].filter((entry) => isExpired(entry, clock.now()));
      for (const { key } of expired) this.#cache.delete(key);
      // Nobody has asked in time: the clock has leapt, or the server is away.
      for (const uid of new Set(expired.map(({ request }) => request.pod.uid))) this.#tell(uid);
      // Waits are counted anew, in case that the clock was set.
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#arm();
    }
    this.#isRunning = false;
    this.#timer?.cancel();
    this.#stop.abort(signal.reason);
  }

  #isDue(entry: CachedToken): boolean {
    const now = this.#options.clock.now();
    // What came at a time that is yet to come: the clock was set back, and its dates say nothing.
    const wasSetBack = entry.receivedAt > now;
    if (entry.isRejected || wasSetBack || isExpired(entry, now)) return true;
    const dueAt = refreshDueAt(entry);
    return dueAt !== undefined && needsRefresh(entry, now, dueAt - entry.refreshAt);
  }

  #startFetch(key: string, request: PodTokenRequest): Promise<string> {
    // Not wanted any more: the pod went meanwhile.
    const isWanted = (): boolean => this.#pending.get(key) === fetching;
    const fetching: Promise<string> = this.#fetch(key, request, isWanted).finally(() => {
      if (isWanted()) this.#pending.delete(key);
    });
    this.#pending.set(key, fetching);
    return fetching;
  }

  async #fetch(key: string, request: PodTokenRequest, isWanted: () => boolean): Promise<string> {
    let token: PodToken;
    try {
      token = await this.#requestInTime(request);
    } catch (error) {
      return this.#keepOld(key, error);
    }
    if (isWanted()) this.#keep(key, request, token);
    return token.token;
  }

  async #requestInTime(request: PodTokenRequest): Promise<PodToken> {
    const { clock, requestToken } = this.#options;
    const late = new AbortController();
    const cancel = clock.after(REQUEST_TIMEOUT_MS, () =>
      late.abort(new Error("context deadline exceeded")),
    );
    try {
      return await requestToken(request, AbortSignal.any([late.signal, this.#stop.signal]));
    } finally {
      cancel();
    }
  }

  #keep(key: string, request: PodTokenRequest, token: PodToken): void {
    const refreshAt = this.#plan(key, token);
    this.#cache.set(cachedToken(key, request, token, this.#options.clock.now(), refreshAt));
    if (refreshAt !== undefined) this.#arm(Math.floor(refreshAt / 1000));
  }

  /** When a new token is to be replaced; undefined: nobody knows. */
  #plan(key: string, token: PodToken): number | undefined {
    const { clock, logger } = this.#options;
    const dueAt = refreshDueAt(token);
    if (dueAt === undefined) {
      this.#schedule.delete(key);
      logger.error({ key }, "the API server did not say how long a token lives; it is not renewed");
      return undefined;
    }
    // By the time from now on, too, where the server's clock is before this one.
    const now = clock.now();
    const wantedAt = Math.min(dueAt, now + periodMs(token)) - jitterOf(key, token);
    // As old as this when it comes: one of the two clocks is wrong. It is not asked for all the time.
    if (wantedAt <= now) return this.#planRetry(key, token, GC_PERIOD_MS);
    return this.#schedule.planBefore(key, wantedAt, periodMs(token));
  }

  #planRetry(key: string, token: TokenLife, delayMs: number): number {
    const earliestAt = this.#options.clock.now() + delayMs;
    const latestAt = token.expiresAt - LAST_CHANCE_MS;
    return this.#schedule.planAfter(key, earliestAt, latestAt, periodMs(token));
  }

  /** The kept token, when it is still good and another one cannot be had. */
  #keepOld(key: string, error: unknown): string {
    const { clock, logger } = this.#options;
    const message = error instanceof Error ? error.message : String(error);
    const kept = this.#cache.peek(key);
    if (kept === undefined) {
      throw new PodTokenError("fetch-failed", `failed to fetch token: ${message}`, error);
    }
    if (kept.isRejected || isExpired(kept, clock.now())) {
      const what = kept.isRejected ? "was refused" : "expired";
      throw new PodTokenError(
        "refresh-failed",
        `token ${key} ${what} and refresh failed: ${message}`,
        error,
      );
    }
    kept.failures++;
    kept.refreshAt = this.#planRetry(key, kept, retryDelayMs(kept.failures));
    this.#arm(Math.floor(kept.refreshAt / 1000));
    logger.warn({ key, error }, "cannot replace a token; the old one is still valid");
    return kept.token;
  }

  #reject(entry: CachedToken): boolean {
    entry.isRejected = true;
    this.#tell(entry.request.pod.uid);
    return true;
  }

  /** Waits for the end of the next second in which tokens are due, or of the one given if it is sooner. */
  #arm(planned?: number): void {
    if (!this.#isRunning) return;
    if (planned !== undefined && this.#timer !== undefined && planned >= this.#timer.second) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    const { clock } = this.#options;
    // Who was told of a second that is yet to come, before the clock was set back, is told again.
    this.#toldUntil = Math.min(this.#toldUntil, Math.floor(clock.now() / 1000));
    const second = this.#schedule.nextSecond(this.#toldUntil);
    if (second === undefined) return;
    const cancel = clock.after((second + 1) * 1000 - clock.now(), () => {
      this.#timer = undefined;
      this.#toldUntil = second;
      const entries = this.#schedule.entriesOf(second).map((key) => this.#cache.peek(key));
      const podUids = new Set(entries.map((entry) => entry?.request.pod.uid));
      for (const podUid of podUids) if (podUid !== undefined) this.#tell(podUid);
      this.#arm();
    });
    this.#timer = { second, cancel };
  }

  #tell(podUid: string): void {
    for (const listener of this.#listeners) {
      try {
        listener(podUid);
      } catch (error) {
        this.#options.logger.error({ podUid, error }, "a listener for due tokens failed");
      }
    }
  }
}

/** From issue to replacement. */
function periodMs(life: TokenLife): number {
  const { expiresAt, lifetimeMs = 0 } = life;
  return (refreshDueAt(life) ?? expiresAt) - (expiresAt - lifetimeMs);
}
