import { quoteGoList } from "../api/go-quote.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { LEGACY_ISSUER } from "../tokens/claims.ts";
import { type ParsedJws, parseJws, verifyJws } from "../tokens/jws.ts";
import type { VerificationKeySource } from "../tokens/key-ring.ts";
import type { VerificationKey } from "../tokens/signing-key.ts";
import { intersectAudiences } from "./audiences.ts";
import { failed, failureTexts, joinFailures } from "./authentication-failure.ts";
import type {
  AuthenticationRecorder,
  AuthenticationResult,
  TokenAuthenticator,
} from "./authenticator.ts";
import {
  type BoundToken,
  ClaimsError,
  checkBoundObjects,
  checkDates,
  type RegisteredClaims,
  readBoundToken,
  readRegisteredClaims,
} from "./bound-token.ts";
import { createLastUsedMarker, type WriteLastUsed } from "./last-used-marker.ts";
import {
  checkLegacyClaims,
  checkLegacyObjects,
  decideLastUsed,
  type LegacySecret,
  type LegacyToken,
  markedInvalidText,
  readLegacyToken,
} from "./legacy-token.ts";
import type { ServiceAccountObjects } from "./service-account-objects.ts";
import { TokenCache } from "./token-cache.ts";

/** Uses that are counted, each by the metric named. @see kubernetes pkg/serviceaccount/metrics.go */
export type TokenUse =
  /** `serviceaccount_legacy_tokens_total` */
  | "legacy"
  /** `serviceaccount_stale_tokens_total` */
  | "stale"
  /** `serviceaccount_valid_tokens_total` */
  | "valid"
  /** `serviceaccount_legacy_manual_token_uses_total` */
  | "legacy-manual"
  /** `serviceaccount_legacy_auto_token_uses_total` */
  | "legacy-auto"
  /** `serviceaccount_invalid_legacy_auto_token_uses_total` */
  | "legacy-invalid";

export interface ServiceAccountAuthenticatorOptions {
  /** Issuers whose bound tokens are accepted; the legacy issuer always is. */
  readonly issuers: readonly string[];
  readonly apiAudiences: readonly string[];
  readonly keys: VerificationKeySource;
  readonly objects: ServiceAccountObjects;
  /** `--service-account-lookup`: whether legacy tokens need their Secret and account. */
  readonly lookup: boolean;
  /** How long a token is good after it expired. @default `LEEWAY_MS` */
  readonly expiryLeewayMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Writes the label; a use waits for it, so that the next reader sees it. A rejection is logged. */
  readonly markLastUsed: WriteLastUsed;
  readonly count: (use: TokenUse) => void;
  /** Most tokens whose signatures are remembered. */
  readonly cacheLimit: number;
}

/** What is certain about a token as long as the keys stay the same: who signed it and what it says. */
interface VerifiedToken {
  readonly claims: RegisteredClaims;
  /** Set when the issuer is the legacy one. */
  readonly legacy: LegacyToken | undefined;
  /** Set when the issuer is a configured one. */
  readonly bound: BoundToken | undefined;
  /** Answer for the server's own audiences, if the token is good for them. */
  readonly result: AuthenticationResult;
  readonly apiAudiences: readonly string[];
  /** When uses were counted last, milliseconds since 1970. */
  countedAt: number;
}

/** One use of a token. */
interface Use {
  readonly token: string;
  readonly wanted: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether kube-apiserver, whose verdicts last 10 s, would look at the token anew. */
  readonly counted: boolean;
  readonly recorder: AuthenticationRecorder;
}

const NO_OPINION: AuthenticationResult = { outcome: "no-opinion" };
const NO_KEYS: AuthenticationResult = failed("invalid signature, no keys found");
/** What go-jose says of every signature that is not good, whatever the reason. */
const BAD_SIGNATURE = "go-jose/go-jose: error in cryptographic primitive";
const BAD_CLAIMS: AuthenticationResult = failed(
  "go-jose/go-jose/jwt: expected claims to be value convertible into JSON object",
);
const AUTO_GENERATED_WARNING =
  "Use tokens from the TokenRequest API or manually created secret-based tokens instead of auto-generated secret-based tokens.";

/** kube-apiserver counts a token's uses anew when its cached verdict has ended, after 10 s. */
const COUNT_EVERY_MS = 10_000;

/**
 * Knows service accounts by their tokens. A signature is verified once per token; dates, audiences
 * and all objects are looked at on every use, so that revocation needs no time and no message.
 * Synchronous for tokens of known keys, but for the first use of a legacy token per day.
 * @see kubernetes pkg/serviceaccount/jwt.go
 */
export class ServiceAccountAuthenticator implements TokenAuthenticator {
  readonly #options: ServiceAccountAuthenticatorOptions;
  readonly #issuers: ReadonlySet<string>;
  readonly #cache: TokenCache<VerifiedToken>;
  readonly #markLastUsed: WriteLastUsed;
  #generation: number;

  constructor(options: ServiceAccountAuthenticatorOptions) {
    this.#options = options;
    this.#issuers = new Set(options.issuers);
    this.#cache = new TokenCache(options.cacheLimit);
    this.#markLastUsed = createLastUsedMarker(options.markLastUsed, options.logger);
    this.#generation = options.keys.generation;
  }

  authenticateToken(
    token: string,
    audiences: readonly string[],
    recorder: AuthenticationRecorder,
  ): MaybePromise<AuthenticationResult> {
    const { keys } = this.#options;
    if (this.#generation !== keys.generation) {
      this.#cache.clear();
      this.#generation = keys.generation;
    }
    const known = this.#cache.get(token);
    if (known !== undefined) return this.#judge(token, known, audiences, recorder);

    const jws = parseJws(token);
    if (jws === undefined || !this.#isMine(jws.claims.iss)) return NO_OPINION;
    const candidates = keys.keysFor(jws.kid);
    return candidates instanceof Promise
      ? candidates.then((found) => this.#verify(token, jws, found, audiences, recorder))
      : this.#verify(token, jws, candidates, audiences, recorder);
  }

  #isMine(issuer: unknown): boolean {
    return issuer === LEGACY_ISSUER || (typeof issuer === "string" && this.#issuers.has(issuer));
  }

  #verify(
    token: string,
    jws: ParsedJws,
    candidates: readonly VerificationKey[],
    audiences: readonly string[],
    recorder: AuthenticationRecorder,
  ): MaybePromise<AuthenticationResult> {
    if (candidates.length === 0) return NO_KEYS;
    if (!candidates.some((key) => verifyJws(jws, key))) return failed(BAD_SIGNATURE);
    let verified: VerifiedToken;
    try {
      verified = this.#read(jws.claims);
    } catch (error) {
      if (error instanceof ClaimsError) return BAD_CLAIMS;
      throw error;
    }
    // Keys may have changed while an external signer was asked; its answer is good for this use only.
    if (this.#generation === this.#options.keys.generation) this.#cache.set(token, verified);
    return this.#judge(token, verified, audiences, recorder);
  }

  #read(raw: Readonly<Record<string, unknown>>): VerifiedToken {
    const claims = readRegisteredClaims(raw);
    const legacy =
      claims.issuer === LEGACY_ISSUER ? readLegacyToken(raw, claims.subject) : undefined;
    const bound = this.#issuers.has(claims.issuer)
      ? readBoundToken(raw, claims.tokenId)
      : undefined;
    const { apiAudiences } = this.#options;
    const held = claims.audiences.length === 0 ? apiAudiences : claims.audiences;
    const audiences = intersectAudiences(held, apiAudiences);
    const user = legacy?.user ?? bound?.user;
    const result: AuthenticationResult =
      user === undefined ? NO_OPINION : { outcome: "authenticated", user, audiences };
    return { claims, legacy, bound, result, apiAudiences: audiences, countedAt: -Infinity };
  }

  #judge(
    token: string,
    verified: VerifiedToken,
    wanted: readonly string[],
    recorder: AuthenticationRecorder,
  ): MaybePromise<AuthenticationResult> {
    const now = this.#options.clock.now();
    const counted = now - verified.countedAt >= COUNT_EVERY_MS;
    if (counted) verified.countedAt = now;
    const use: Use = { token, wanted, now, counted, recorder };
    const { legacy, bound } = verified;
    if (legacy === undefined) {
      return bound === undefined ? NO_OPINION : this.#judgeBound(verified, bound, use);
    }
    const first = this.#judgeLegacy(verified, legacy, use);
    if (bound === undefined) return first;
    // Somebody configured the legacy issuer as an issuer of bound tokens: either reading may fit.
    const orBound = (answer: AuthenticationResult): AuthenticationResult => {
      if (answer.outcome !== "failed") return answer;
      const second = this.#judgeBound(verified, bound, use);
      return second.outcome === "failed"
        ? joinFailures([...failureTexts(answer), ...failureTexts(second)])
        : second;
    };
    return first instanceof Promise ? first.then(orBound) : orBound(first);
  }

  #judgeBound(verified: VerifiedToken, bound: BoundToken, use: Use): AuthenticationResult {
    const { now } = use;
    const result = this.#fitAudiences(verified, bound, use);
    if (result.outcome !== "authenticated") return result;
    const complaint =
      checkDates(verified.claims, now, this.#options.expiryLeewayMs) ??
      checkBoundObjects(bound, now, this.#options.objects);
    if (complaint !== undefined) return failed(complaint);
    if (bound.warnAfter !== 0) this.#reportAge(verified.claims.subject, bound.warnAfter, use);
    return result;
  }

  /** Late use of an extended token is made known to the operator, not to the user. */
  #reportAge(subject: string, warnAfter: number, { now, counted, recorder }: Use): void {
    const stale = now > warnAfter * 1000;
    if (stale) {
      const seconds = Math.floor(now / 1000) - warnAfter;
      recorder.annotate(
        "authentication.k8s.io/stale-token",
        `subject: ${subject}, seconds after warning threshold: ${seconds}`,
      );
    }
    if (counted) this.#options.count(stale ? "stale" : "valid");
  }

  #judgeLegacy(
    verified: VerifiedToken,
    legacy: LegacyToken,
    use: Use,
  ): MaybePromise<AuthenticationResult> {
    const result = this.#fitAudiences(verified, legacy, use);
    if (result.outcome !== "authenticated") return result;
    const wrongClaims = checkLegacyClaims(legacy);
    if (wrongClaims !== undefined) return failed(wrongClaims);
    const { objects, lookup } = this.#options;
    if (!lookup) return result;
    const check = checkLegacyObjects(legacy, use.token, objects);
    if (check.complaint !== undefined) return failed(check.complaint);
    this.#reportLegacyUse(legacy, check, use);
    const answer = check.markedInvalid ? failed(markedInvalidText(legacy)) : result;
    const day = decideLastUsed(check.secret, use.now);
    if (day === undefined) return answer;
    const { namespace, secretName } = legacy;
    const uid = check.secret.metadata.uid ?? "";
    return this.#markLastUsed({ namespace, name: secretName, uid, day }).then(() => answer);
  }

  #reportLegacyUse(
    { namespace, secretName }: LegacyToken,
    { autoGenerated, markedInvalid }: LegacySecret,
    { counted, recorder }: Use,
  ): void {
    const { count } = this.#options;
    const prefix = "authentication.k8s.io/legacy-token";
    if (markedInvalid) {
      recorder.annotate(`${prefix}-invalidated`, `${secretName}/${namespace}`);
      count("legacy-invalid");
    } else if (autoGenerated) {
      recorder.warn(AUTO_GENERATED_WARNING);
      recorder.annotate(`${prefix}-autogenerated-secret`, secretName);
      if (counted) count("legacy-auto");
    } else {
      recorder.annotate(`${prefix}-manual-secret`, secretName);
      if (counted) count("legacy-manual");
    }
  }

  /** The answer, if everything else is right, for the audiences wanted; or why it fits none. */
  #fitAudiences(
    { claims, legacy, bound, result, apiAudiences: fitting }: VerifiedToken,
    reading: BoundToken | LegacyToken,
    { wanted, counted, recorder }: Use,
  ): AuthenticationResult {
    const { apiAudiences, count } = this.#options;
    const unaddressed = claims.audiences.length === 0;
    if (unaddressed) {
      recorder.annotate("authentication.k8s.io/legacy-token", claims.subject);
      if (counted) count("legacy");
    }
    const own = wanted === apiAudiences || wanted.length === 0;
    const held = unaddressed ? apiAudiences : claims.audiences;
    const audiences = own ? fitting : intersectAudiences(held, wanted);
    if (audiences.length === 0 && apiAudiences.length > 0) {
      const target = own ? apiAudiences : wanted;
      return failed(
        `token audiences ${quoteGoList(held)} is invalid for the target audiences ${quoteGoList(target)}`,
      );
    }
    if (own && (legacy ?? bound) === reading) return result;
    return { outcome: "authenticated", user: reading.user, audiences };
  }
}
