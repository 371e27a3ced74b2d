/**
 * Durations as Go writes them: `1h30m0s`, `1.5s`, `250ms`.
 * @see Go time.ParseDuration, Duration.String · apimachinery pkg/apis/meta/v1/duration.go
 */
import { TimeFormatError } from "./time-format.ts";

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

/**
 * The nanoseconds of a duration.
 * @throws TimeFormatError
 */
export function parseDuration(text: string): bigint {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)[a-zµμ]+)+|0)$/u.exec(text);
  const total = match?.[2] === undefined ? undefined : sumOf(match[2]);
  if (total === undefined || total > MAX_NANOS) {
    throw new TimeFormatError(`time: invalid duration ${JSON.stringify(text)}`);
  }
  return match?.[1] === "-" ? -total : total;
}

function sumOf(text: string): bigint | undefined {
  let total = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of text.matchAll(
    /(\d*)\.?(\d*)([a-zµμ]+)/gu,
  )) {
    const nanos = NANOS_PER.get(unit);
    if (nanos === undefined) return undefined;
    const digits = fraction.slice(0, 18);
    total += BigInt(whole || "0") * nanos;
    total += (BigInt(digits || "0") * nanos) / 10n ** BigInt(digits.length);
  }
  return total;
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
