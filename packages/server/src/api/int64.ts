/** Arithmetic that wraps round where Go's does, at 64 bits. */

const NANOS_PER_SECOND = 1_000_000_000n;
const NANOS_PER_MS = 1_000_000n;

/** Milliseconds of `time.Duration(seconds) * time.Second`: beyond 292 years anything, the past too. */
export function goDurationMs(seconds: number | bigint): number {
  return Number(BigInt.asIntN(64, BigInt(seconds) * NANOS_PER_SECOND) / NANOS_PER_MS);
}

/** One more; the greatest integer is followed by the smallest. */
export function nextInt64(value: number | bigint): number {
  const next = BigInt.asIntN(64, BigInt(value) + 1n);
  // The types of the tables say number where an object may hold a bigint.
  return (Number.isSafeInteger(Number(next)) ? Number(next) : next) as number;
}

/**
 * Whether a number is beyond all of 64 bits, with a sign or without: its digits, of which somebody
 * may send millions, need not be made a bigint then, which takes a second.
 */
export function isBeyond64Bits(number: number): boolean {
  return Math.abs(number) > 2 ** 64;
}
