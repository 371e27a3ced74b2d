/**
 * When a certificate is replaced: after 70 to 90 % of its life, each node at another time.
 * @param fraction - in [0, 1), drawn once for a certificate
 * @returns milliseconds since 1970
 * @see client-go util/certificate (nextRotationDeadline, jitteryDuration)
 */
export function renewalTime(
  certificate: { readonly notBefore: number; readonly notAfter: number },
  fraction: number,
): number {
  const { notBefore, notAfter } = certificate;
  return notBefore + (notAfter - notBefore) * (0.7 + 0.2 * fraction);
}

/** Pauses between attempts: they double up to half a minute. */
export function retryPauseMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, DOUBLINGS), LONGEST_PAUSE_MS);
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 32_000;
const DOUBLINGS = 10;

/** Timers hold at most 2^31 ms; a day is soon enough to look again. */
export const LONGEST_SLEEP_MS: number = 24 * 3_600_000;
