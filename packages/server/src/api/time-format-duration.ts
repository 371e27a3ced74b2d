/**
 * Durations as Go writes them: `1h30m0s`, `1.5s`, `250ms`.
 * @see Go time.ParseDuration, Duration.String · apimachinery pkg/apis/meta/v1/duration.go
 */
import { quote, TimeFormatError } from "./time-format.ts";

const NANOS_PER: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n],
  ["μs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);
const MAX_NANOS = 2n ** 63n - 1n;

/** A number and what follows it up to the next one; either may be missing. */
const PART = /(\d*)(\.?)(\d*)([^.\d]*)/uy;

/**
 * The nanoseconds of a duration.
 * @throws TimeFormatError with Go's text
 */
export function parseDuration(text: string): bigint {
  const digits = text.replace(/^[+-]/, "");
  if (digits === "0") return 0n;
  if (digits === "") throw invalidDuration(text);
  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < digits.length) {
    const [, whole = "", , fraction = "", unit = ""] = PART.exec(digits) ?? [];
    if (whole === "" && fraction === "") throw invalidDuration(text);
    total += nanosOf(whole, fraction, nanosPer(unit, text));
    if (total > MAX_NANOS) throw invalidDuration(text);
  }
  return text.startsWith("-") ? -total : total;
}

function nanosPer(unit: string, text: string): bigint {
  if (unit === "") throw new TimeFormatError(`time: missing unit in duration ${quote(text)}`);
  const nanos = NANOS_PER.get(unit);
  if (nanos !== undefined) return nanos;
  throw new TimeFormatError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
}

function nanosOf(whole: string, fraction: string, perUnit: bigint): bigint {
  const digits = fraction.slice(0, 18);
  return (
    BigInt(whole || "0") * perUnit +
    (BigInt(digits || "0") * perUnit) / 10n ** BigInt(digits.length)
  );
}

function invalidDuration(text: string): TimeFormatError {
  return new TimeFormatError(`time: invalid duration ${quote(text)}`);
}

/** Prints nanoseconds. */
export function printDuration(nanos: bigint): string {
  const sign = nanos < 0n ? "-" : "";
  const rest = nanos < 0n ? -nanos : nanos;
  if (rest === 0n) return "0s";
  if (rest < 1_000n) return `${sign}${rest}ns`;
  if (rest < 1_000_000n) return `${sign}${decimal(rest, 3)}µs`;
  if (rest < 1_000_000_000n) return `${sign}${decimal(rest, 6)}ms`;
  const minutes = rest / 60_000_000_000n;
  const seconds = `${decimal(rest % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  return minutes < 60n
    ? `${sign}${minutes}m${seconds}`
    : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return digits.slice(0, -places) + (fraction === "" ? "" : `.${fraction}`);
}
