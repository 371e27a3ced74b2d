/**
 * What a client that rereads its token file now and then may get wrong when the token is replaced, and
 * whether it got more wrong than that: pure decisions over what was seen.
 *
 *     file    | token 1              | token 2                        replaced at 56 s
 *     token 1 |------------- good -------------| dead                 from 70 s on
 *     client  read at 55 s … may use token 1 until 115 s              rereads after 60 s
 *                                              | may be refused |     70 s … 115 s
 */

/** What a client does about its token file, as its source says. */
export interface ReloadPolicy {
  /** A token that was read is used for so long at most. */
  readonly reloadMs: number;
  /** It reads the file and sends a request again that was refused: nobody sees the refusal. */
  readonly sendsAgain: boolean;
}

/** A token in the file. Instants in milliseconds since 1970. */
export interface MountedToken {
  /** Within a fraction of a second after it came. */
  readonly seenAt: number;
  readonly expiresAt: number;
}

export interface SentRequest {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Of the answer; 0 without one. */
  readonly status: number;
}

export interface Tally {
  readonly requests: number;
  readonly failures: number;
}

export interface Verdict {
  /** Replaced tokens that died, and after whose death a request succeeded. */
  readonly survived: number;
  /** While the client may hold a dead token. */
  readonly inWindow: Tally;
  /** At all other times, and in the window what is no refusal or should not be seen: nothing may fail. */
  readonly outside: Tally;
  readonly wrong: readonly SentRequest[];
}

/** Between reading the clock and reading the file a busy machine may do other things. */
const SLACK_MS = 1000;
const UNAUTHORIZED = 401;

interface ReplacedToken {
  readonly replacedAt: number;
  readonly expiresAt: number;
}

/** @param tokens - in their order @param requests - in their order, one after the other */
export function judge(
  tokens: readonly MountedToken[],
  requests: readonly SentRequest[],
  policy: ReloadPolicy,
): Verdict {
  const replaced = replacedTokens(tokens);
  const wrong: SentRequest[] = [];
  let windowRequests = 0;
  let excused = 0;
  for (const request of requests) {
    const isInWindow = replaced.some((token) => mayHold(token, request, policy));
    if (isInWindow) windowRequests += 1;
    if (request.status === 200) continue;
    if (isInWindow && request.status === UNAUTHORIZED && !policy.sendsAgain) excused += 1;
    else wrong.push(request);
  }
  return {
    survived: replaced.filter(({ expiresAt }) => succeededAfter(requests, expiresAt)).length,
    inWindow: { requests: windowRequests, failures: excused },
    outside: { requests: requests.length - windowRequests, failures: wrong.length },
    wrong,
  };
}

/** The newest one is none: what goes wrong with a token that is still in the file is nobody's delay. */
function replacedTokens(tokens: readonly MountedToken[]): readonly ReplacedToken[] {
  return tokens.slice(1).map(({ seenAt }, index) => ({
    replacedAt: seenAt,
    expiresAt: tokens[index]?.expiresAt ?? 0,
  }));
}

/** Whether the client may hold this token, and the token is dead. */
function mayHold(
  { replacedAt, expiresAt }: ReplacedToken,
  { startedAt, endedAt }: SentRequest,
  { reloadMs }: ReloadPolicy,
): boolean {
  return startedAt <= replacedAt + reloadMs + SLACK_MS && endedAt > expiresAt;
}

function succeededAfter(requests: readonly SentRequest[], at: number): boolean {
  return requests.some(({ startedAt, status }) => status === 200 && startedAt > at);
}
