import { parseTime, TimeFormatError } from "./time-format.ts";
import type { Secret } from "./types.ts";

/** Secrets that hold bootstrap tokens. @see kubernetes staging/src/k8s.io/cluster-bootstrap/token/api/types.go */
export const BOOTSTRAP_TOKEN_TYPE = "bootstrap.kubernetes.io/token";
export const BOOTSTRAP_TOKEN_PREFIX = "bootstrap-token-";

/** Empty where there is none. */
export function bootstrapTokenData({ data }: Pick<Secret, "data">, key: string): string {
  return Buffer.from(data?.[key] ?? "", "base64").toString();
}

/**
 * How long a bootstrap token is still good: infinite where it does not say, 0 when it is over, as it
 * is at an instant that nobody can read.
 * @see kubernetes staging/src/k8s.io/cluster-bootstrap/util/secrets/secrets.go (GetExpiration)
 */
export function bootstrapTokenLeftMs(secret: Pick<Secret, "data">, now: number): number {
  const expiration = bootstrapTokenData(secret, "expiration");
  if (expiration === "") return Number.POSITIVE_INFINITY;
  try {
    const { seconds, nanos } = parseTime(expiration, "seconds");
    return Math.max(seconds * 1000 + nanos / 1e6 - now, 0);
  } catch (error) {
    if (error instanceof TimeFormatError) return 0;
    throw error;
  }
}
