import type { TokenUse } from "../authentication/service-account.ts";
import type { IdentityMetrics } from "../http/identity-metrics.ts";
import type { Counter } from "../http/metric-family.ts";

/** Counts uses of service account tokens by the metrics that there are for them. */
export function createTokenUseCounter(metrics: IdentityMetrics): (use: TokenUse) => void {
  const counters: Readonly<Record<TokenUse, Counter>> = {
    legacy: metrics.legacyTokens,
    stale: metrics.staleTokens,
    valid: metrics.validTokens,
    "legacy-manual": metrics.legacyManualTokenUses,
    "legacy-auto": metrics.legacyAutoTokenUses,
    "legacy-invalid": metrics.invalidLegacyAutoTokenUses,
  };
  return (use) => counters[use].inc();
}
