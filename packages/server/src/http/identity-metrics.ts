import {
  type Counter,
  CounterFamily,
  exponentialBounds,
  type Histogram,
  HistogramFamily,
} from "./metric-family.ts";
import type { MetricsRegistry } from "./metrics-registry.ts";

const SECONDS_BOUNDS: readonly number[] = exponentialBounds(0.001, 2, 15);

/** A counter and a duration of one outcome. */
export interface OutcomeSeries {
  readonly attempts: Counter;
  readonly seconds: Histogram;
}

/**
 * Metrics of authentication, authorization and service account tokens under kube-apiserver's names.
 * Every child is looked up when the server is made.
 * @see apiserver pkg/endpoints/filters/metrics.go · kubernetes pkg/serviceaccount/metrics.go
 */
export interface IdentityMetrics {
  readonly authentication: Readonly<Record<"success" | "failure" | "error", OutcomeSeries>>;
  readonly authorization: Readonly<
    Record<"allowed" | "denied" | "no-opinion" | "error", OutcomeSeries>
  >;
  /** Counts a request of a user, by one of a few labels. */
  userRequest(username: string): void;
  readonly tokenCache: Readonly<Record<"hit" | "miss", Counter>>;
  readonly legacyTokens: Counter;
  readonly staleTokens: Counter;
  readonly validTokens: Counter;
  readonly legacyManualTokenUses: Counter;
  readonly legacyAutoTokenUses: Counter;
  readonly invalidLegacyAutoTokenUses: Counter;
}

/** Help of `serviceaccount_<key>_total`. */
const TOKEN_COUNTERS = {
  legacy_tokens: "Cumulative legacy service account tokens used",
  stale_tokens: "Cumulative stale projected service account tokens used",
  valid_tokens: "Cumulative valid projected service account tokens used",
  legacy_manual_token_uses: "Cumulative manually created legacy tokens used",
  legacy_auto_token_uses: "Cumulative auto-generated legacy tokens used",
  invalid_legacy_auto_token_uses: "Cumulative invalid auto-generated legacy tokens used",
} as const;

/** Users that are counted by name; the others would be too many, and nobody's business. */
const NAMED_USERS: ReadonlySet<string> = new Set([
  "admin",
  "client",
  "kube_proxy",
  "kubelet",
  "system:serviceaccount:kube-system:default",
]);

/** @see apiserver pkg/endpoints/filters/metrics.go (compressUsername) */
function usernameLabel(username: string): string {
  if (NAMED_USERS.has(username)) return username;
  return username.includes("@") ? "email_id" : "other";
}

export function createIdentityMetrics(registry: MetricsRegistry): IdentityMetrics {
  const users = registry.register(
    new CounterFamily({
      name: "authenticated_user_requests",
      help: "Counter of authenticated requests broken out by username.",
      stability: "ALPHA",
      labels: ["username"],
    }),
  );
  const cache = registry.register(
    new CounterFamily({
      name: "authentication_token_cache_request_total",
      help: "Look-ups of token verdicts, by whether there was one.",
      stability: "ALPHA",
      labels: ["status"],
    }),
  );
  const tokens = (key: keyof typeof TOKEN_COUNTERS): Counter =>
    registry
      .register(
        new CounterFamily({
          name: `serviceaccount_${key}_total`,
          help: TOKEN_COUNTERS[key],
          stability: "ALPHA",
        }),
      )
      .with();
  return {
    authentication: outcomes(registry, "authentication", "authentication_attempts", [
      "success",
      "failure",
      "error",
    ]),
    authorization: outcomes(registry, "authorization", "authorization_attempts_total", [
      "allowed",
      "denied",
      "no-opinion",
      "error",
    ]),
    userRequest: (username) => users.with(usernameLabel(username)).inc(),
    tokenCache: { hit: cache.with("hit"), miss: cache.with("miss") },
    legacyTokens: tokens("legacy_tokens"),
    staleTokens: tokens("stale_tokens"),
    validTokens: tokens("valid_tokens"),
    legacyManualTokenUses: tokens("legacy_manual_token_uses"),
    legacyAutoTokenUses: tokens("legacy_auto_token_uses"),
    invalidLegacyAutoTokenUses: tokens("invalid_legacy_auto_token_uses"),
  };
}

function outcomes<Result extends string>(
  registry: MetricsRegistry,
  what: "authentication" | "authorization",
  attemptsName: string,
  results: readonly Result[],
): Readonly<Record<Result, OutcomeSeries>> {
  const attempts = registry.register(
    new CounterFamily({
      name: attemptsName,
      help: `Counter of ${what} attempts broken down by result.`,
      stability: "ALPHA",
      labels: ["result"],
    }),
  );
  const seconds = registry.register(
    new HistogramFamily({
      name: `${what}_duration_seconds`,
      help: `Duration of ${what} in seconds broken out by result.`,
      stability: "ALPHA",
      labels: ["result"],
      bounds: SECONDS_BOUNDS,
    }),
  );
  const entries = results.map((result) => [
    result,
    { attempts: attempts.with(result), seconds: seconds.with(result) },
  ]);
  return Object.fromEntries(entries) as Record<Result, OutcomeSeries>;
}
