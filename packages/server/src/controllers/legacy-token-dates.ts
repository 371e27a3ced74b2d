/**
 * Where use of tokens in Secrets is recorded, and in which form: whole days in UTC, `2026-01-31`.
 * @see kubernetes pkg/serviceaccount/legacy.go · pkg/controlplane/controller/legacytokentracking · KEP-2799
 */
export const TRACKING_NAMESPACE = "kube-system";
export const TRACKING_CONFIG_MAP = "kube-apiserver-legacy-service-account-token-tracking";
export const TRACKING_KEY = "since";
export const LAST_USED_LABEL = "kubernetes.io/legacy-token-last-used";
export const INVALID_SINCE_LABEL = "kubernetes.io/legacy-token-invalid-since";

export const DAY_MS = 86_400_000;

/** @param at - Milliseconds since 1970. */
export function formatDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Midnight of the day, milliseconds since 1970; undefined for what is no day. */
export function parseDay(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  // February 30 is taken for March 2 by some engines.
  return Number.isNaN(at) || formatDay(at) !== text ? undefined : at;
}
