/**
 * How long a token lives: pure decisions over the request and the server's options.
 * @see kubernetes pkg/registry/core/serviceaccount/storage/token.go · KEP-1205
 */

/** What `spec.expirationSeconds` is when absent. @see pkg/apis/authentication/v1/defaults.go */
export const DEFAULT_EXPIRATION_SECONDS = 3600;

/** Shortest life that may be asked for: ten minutes. @see pkg/apis/authentication/validation */
export const MIN_EXPIRATION_SECONDS = 600;

/** Longest life that may be asked for. @see pkg/apis/authentication/validation */
export const MAX_EXPIRATION_SECONDS: number = 2 ** 32;

/**
 * The life that admission writes into automatically mounted volumes. The odd number tells such
 * tokens from those whose user asked for an hour. @see pkg/serviceaccount/util.go
 */
export const INJECTED_EXPIRATION_SECONDS = 3607;

/** What an injected token's life is extended to: a year. @see pkg/serviceaccount/util.go */
export const EXTENDED_EXPIRATION_SECONDS: number = 365 * 24 * 3600;

/** Shared by all requests of a server. */
export interface LifetimePolicy {
  /** `--service-account-max-token-expiration` in seconds; 0 is no limit. */
  readonly maxExpirationSeconds: number;
  /** `--service-account-extend-token-expiration`. */
  readonly extendExpiration: boolean;
  /** `EXTENDED_EXPIRATION_SECONDS` unless an external signer allows less. */
  readonly maxExtendedSeconds: number;
  /** Of a test: the longest life of a token that is bound to a pod, however short; 0 is no limit. */
  readonly podTokenSeconds: number;
  readonly apiAudiences: readonly string[];
}

export interface LifetimeRequest {
  readonly expirationSeconds: number;
  readonly audiences: readonly string[];
  readonly podBound: boolean;
}

export interface LifetimeDecision {
  /** What the answer says: the request, or the limit where that is shorter. */
  readonly grantedSeconds: number;
  readonly shortened: boolean;
  /** From issue to the `exp` claim; longer than granted for extended tokens. */
  readonly expiresAfterSeconds: number;
  /** From issue to the `warnafter` claim; absent unless extended. */
  readonly warnAfterSeconds: number | undefined;
}

/**
 * Clients from before bound tokens never reread their token file. So that they survive, the token of
 * an automatically mounted volume lives a year although its file is renewed within the hour, and its
 * late use is reported. The limit applies first: a life that it changed is no injected one any more.
 */
export function decideLifetime(
  policy: LifetimePolicy,
  { expirationSeconds, audiences, podBound }: LifetimeRequest,
): LifetimeDecision {
  const ofTest = podBound ? policy.podTokenSeconds : 0;
  const limit = ofTest > 0 ? ofTest : policy.maxExpirationSeconds;
  const shortened = limit > 0 && expirationSeconds > limit;
  const grantedSeconds = shortened ? limit : expirationSeconds;
  const extended =
    policy.extendExpiration &&
    podBound &&
    grantedSeconds === INJECTED_EXPIRATION_SECONDS &&
    audiences.every((audience) => policy.apiAudiences.includes(audience));
  return {
    grantedSeconds,
    shortened,
    expiresAfterSeconds: extended ? policy.maxExtendedSeconds : grantedSeconds,
    warnAfterSeconds: extended ? grantedSeconds : undefined,
  };
}
