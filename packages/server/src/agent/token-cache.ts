import { accountUidOf } from "./token-claims.ts";
import type { PodToken, PodTokenRequest } from "./token-request.ts";

/** A token in use. */
export interface CachedToken extends PodToken {
  readonly key: string;
  readonly request: PodTokenRequest;
  /** Of the account that the token is for; undefined when the token does not say. */
  readonly accountUid: string | undefined;
  /** When it came, by the agent's clock. */
  readonly receivedAt: number;
  /** Until then it is used without a question. */
  refreshAt: number;
  /** Attempts to replace it that failed, in a row. */
  failures: number;
  /** Said to be no longer good, whatever its dates say. */
  isRejected: boolean;
}

/** A token that has come. @param refreshAt - Never, when undefined. */
export function cachedToken(
  key: string,
  request: PodTokenRequest,
  token: PodToken,
  receivedAt: number,
  refreshAt: number | undefined,
): CachedToken {
  return {
    ...token,
    key,
    request,
    accountUid: accountUidOf(token.token),
    receivedAt,
    refreshAt: refreshAt ?? Number.POSITIVE_INFINITY,
    failures: 0,
    isRejected: false,
  };
}

/** Tokens by their request's key, never more than a given number: the one longest not asked for goes. */
export class TokenCache {
  readonly #limit: number;
  readonly #onDelete: (key: string) => void;
  readonly #entries = new Map<string, CachedToken>();

  /** @param onDelete - Told of every entry that goes, but not of one that is replaced. */
  constructor(limit: number, onDelete: (key: string) => void) {
    this.#limit = limit;
    this.#onDelete = onDelete;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Marks the entry as just used. */
  get(key: string): CachedToken | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Looks without using. */
  peek(key: string): CachedToken | undefined {
    return this.#entries.get(key);
  }

  set(entry: CachedToken): void {
    this.#entries.delete(entry.key);
    this.#entries.set(entry.key, entry);
    if (this.#entries.size <= this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      this.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    if (this.#entries.delete(key)) this.#onDelete(key);
  }

  deleteWhere(matches: (entry: CachedToken) => boolean): void {
    for (const entry of this.#entries.values()) if (matches(entry)) this.delete(entry.key);
  }

  all(): Iterable<CachedToken> {
    return this.#entries.values();
  }
}
