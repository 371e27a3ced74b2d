/**
 * When a token is to be replaced: after 80 % of its life or after a day, whatever is sooner, and a
 * little earlier by a jitter of its own, so that pods made together do not ask together.
 * @see kubernetes pkg/kubelet/token/token_manager.go (requiresRefresh)
 */

/** What counts of a token, as the server said it. Instants and durations in milliseconds. */
export interface TokenLife {
  readonly expiresAt: number;
  /** From `spec.expirationSeconds` of the answer; undefined: the server did not say. */
  readonly lifetimeMs: number | undefined;
}

const LONGEST_USE_MS = 24 * 3_600_000;
/** Of the life in hundredths, at the end, in which a token is not used if it can be replaced. */
const LAST_PART = 20;
/** Jitter is at most ten seconds, and of tokens that live shorter than ten minutes less. */
const LONGEST_JITTER_MS = 10_000;
const JITTERS_PER_LIFE = 60;

/** When the token is to be replaced, jitter aside; undefined: never, since its life is not known. */
export function refreshDueAt({ expiresAt, lifetimeMs }: TokenLife): number | undefined {
  if (lifetimeMs === undefined) return undefined;
  const lastPartMs = Math.floor((lifetimeMs * LAST_PART) / 100);
  return Math.min(expiresAt - lifetimeMs + LONGEST_USE_MS, expiresAt - lastPartMs);
}

/** Whether it is time to replace the token. @param jitterMs - How much earlier than is due. */
export function needsRefresh(life: TokenLife, now: number, jitterMs: number): boolean {
  const dueAt = refreshDueAt(life);
  return dueAt !== undefined && now > dueAt - jitterMs;
}

/** A token that has expired is of no use to anybody. */
export function isExpired({ expiresAt }: TokenLife, now: number): boolean {
  return now > expiresAt;
}

/**
 * The jitter of one token, 0 … 10 seconds. The same for the same text, and evenly spread over texts.
 * @param identity - The pod's uid, and what else tells its tokens apart.
 */
export function jitterOf(identity: string, { lifetimeMs }: TokenLife): number {
  const longest = Math.min(LONGEST_JITTER_MS, (lifetimeMs ?? 0) / JITTERS_PER_LIFE);
  return Math.floor(hashFraction(identity) * longest);
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** How long to wait after so many failures in a row: a second, two, four … a minute. */
export function retryDelayMs(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1));
}

/** In [0, 1). FNV-1a, its bits then mixed as in MurmurHash3: uids that differ little hash far apart. */
function hashFraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
