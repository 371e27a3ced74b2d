/**
 * Quantities: decimal numbers with an SI, binary or exponent suffix (`500m`, `1Gi`, `1e3`).
 * @see apimachinery pkg/api/resource/quantity.go, suffix.go
 */
import { isBeyond64Bits } from "./int64.ts";

export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

/** The number `mantissa * 10^scale`; `scale` is never below -9, since anything finer is rounded up. */
export interface Quantity {
  readonly mantissa: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
}

export const NO_QUANTITY: Quantity = { mantissa: 0n, scale: 0, format: "DecimalSI" };

/** Thrown for a text that is no quantity; `message` is upstream's. */
export class QuantityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "QuantityError";
  }
}

const WRONG_FORMAT =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";
const WRONG_NUMBER = "unable to parse numeric part of quantity";

const DECIMAL_EXPONENTS: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
const DECIMAL_SUFFIXES: ReadonlyMap<number, string> = new Map(
  [...DECIMAL_EXPONENTS].map(([suffix, exponent]) => [exponent, suffix]),
);
const BINARY_SUFFIXES = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const NANO = -9;
const MAX_INT64 = 2n ** 63n - 1n;
/** Digits that surely fit into 64 bits; longer numbers take upstream's slow, exact path. */
const MAX_INT64_DIGITS = 18;
/** Ours: longer numbers cost time and mean nothing. */
const MAX_DIGITS = 10_000;

interface Parts {
  readonly negative: boolean;
  /** Digits before and after the point, leading zeros of the first removed. */
  readonly whole: string;
  readonly fraction: string;
  readonly suffix: string;
}

/**
 * Parses a quantity.
 * @throws QuantityError
 */
export function parseQuantity(text: string): Quantity {
  const parts = splitQuantity(text);
  return quantityOf(parts, interpretSuffix(parts.suffix));
}

/**
 * The text as upstream stores it after decoding: as it was written when it looks canonical to a quick
 * check, printed anew otherwise.
 * @throws QuantityError
 */
export function normalizeQuantity(text: string): string {
  if (text === "0") return text;
  const parts = splitQuantity(text);
  const unit = interpretSuffix(parts.suffix);
  return looksCanonical(parts, unit) ? text : printQuantity(quantityOf(parts, unit));
}

/**
 * A quantity as Go's programs hold it after parsing: `value * 10^scale` in 64 bits where that is
 * possible, a decimal of nine places where it is not. Hashes of Go's memory rest on it.
 */
export interface HeldQuantity {
  readonly format: QuantityFormat;
  readonly exact: boolean;
  readonly value: bigint;
  readonly scale: number;
  /** Kept to be printed again; empty where it does not look canonical to a quick check. */
  readonly text: string;
}

/** @throws QuantityError */
export function heldQuantity(text: string): HeldQuantity {
  if (text === "0") return { format: "DecimalSI", exact: false, value: 0n, scale: 0, text };
  const parts = splitQuantity(text);
  const unit = interpretSuffix(parts.suffix);
  const { whole, fraction, negative } = parts;
  const { base, exponent, format } = unit;
  const scale = base === 10 ? exponent - fraction.length : 0;
  const fits =
    base === 10
      ? whole.length + fraction.length <= MAX_INT64_DIGITS && scale >= NANO
      : fraction === "" && binaryPrecision(whole, exponent) >= 0;
  if (fits) {
    const value = BigInt(whole + fraction) * 2n ** BigInt(base === 2 ? exponent : 0);
    const kept = looksCanonical(parts, unit) ? text : "";
    return { format, exact: false, value: negative ? -value : value, scale, text: kept };
  }
  const quantity = quantityOf(parts, unit);
  const value = shift(quantity.mantissa, quantity.scale - NANO);
  return { format: quantity.format, exact: true, value, scale: -NANO, text: "" };
}

/** The canonical text, rounded up to thousandths: what defaulting makes of a resource list. */
export function roundUpToMilli(text: string): string {
  const quantity = parseQuantity(text);
  return printQuantity({ ...quantity, ...roundUp(quantity.mantissa, quantity.scale, -3) });
}

/** The canonical text of a quantity. */
export function printQuantity(quantity: Quantity): string {
  const { mantissa, scale, format } = quantity;
  if (mantissa === 0n) return "0";
  if (format === "BinarySI") {
    const whole = wholeValue(mantissa, scale);
    if (whole !== undefined && (whole <= -1024n || whole >= 1024n)) return printBinary(whole);
  }
  return printDecimal(mantissa, scale, format);
}

/** -1, 0 or 1. */
export function compareQuantities(left: Quantity, right: Quantity): number {
  const signs = [left.mantissa, right.mantissa].map((each) => (each > 0n ? 1 : each < 0n ? -1 : 0));
  const [leftSign = 0, rightSign = 0] = signs;
  if (leftSign !== rightSign || leftSign === 0) return Math.sign(leftSign - rightSign);
  // Compare magnitudes first, so that 1e1000000 is never multiplied out.
  const difference = magnitude(left) - magnitude(right);
  if (difference !== 0) return Math.sign(difference) * leftSign;
  const low = Math.min(left.scale, right.scale);
  const [a, b] = [shift(left.mantissa, left.scale - low), shift(right.mantissa, right.scale - low)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The sum, in the format of the left one unless that is zero. */
export function addQuantities(left: Quantity, right: Quantity): Quantity {
  if (left.mantissa === 0n) return right;
  if (right.mantissa === 0n) return left;
  // Beyond this the smaller one cannot be seen in the sum, and the larger one is absurd anyway.
  const difference = magnitude(left) - magnitude(right);
  if (Math.abs(difference) > MAX_DIGITS) return difference > 0 ? left : right;
  const low = Math.min(left.scale, right.scale);
  const mantissa =
    shift(left.mantissa, left.scale - low) + shift(right.mantissa, right.scale - low);
  return { mantissa, scale: low, format: left.format };
}

/** The value as a whole number, rounded up (away from zero); bounded to 64 bits. */
export function quantityToInt64(quantity: Quantity): bigint {
  if (quantity.mantissa !== 0n && magnitude(quantity) > 19) {
    return quantity.mantissa < 0n ? -MAX_INT64 : MAX_INT64;
  }
  const { mantissa, scale } = roundUp(quantity.mantissa, quantity.scale, 0);
  const whole = shift(mantissa, scale);
  return whole > MAX_INT64 ? MAX_INT64 : whole < -MAX_INT64 ? -MAX_INT64 : whole;
}

function splitQuantity(text: string): Parts {
  const match = /^([+-]?)([0-9]*)(?:(\.)([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text);
  if (match === null || text === "") throw new QuantityError(WRONG_FORMAT);
  const [, sign, digits = "", , fraction = "", suffix = ""] = match;
  const whole = digits.replace(/^0+/, "");
  return { negative: sign === "-", whole: whole === "" ? "0" : whole, fraction, suffix };
}

interface Unit {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function interpretSuffix(suffix: string): Unit {
  const decimal = DECIMAL_EXPONENTS.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: "DecimalSI" };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: "BinarySI" };
  if (/^[eE][-+]?[0-9]+$/.test(suffix)) {
    if (isBeyond64Bits(Number(suffix.slice(1)))) throw new QuantityError(WRONG_SUFFIX);
    const exponent = BigInt(suffix.slice(1).replace(/^\+/, ""));
    if (exponent > MAX_INT64 || exponent < -MAX_INT64 - 1n) throw new QuantityError(WRONG_SUFFIX);
    // Upstream cuts to 32 bits as well.
    return { base: 10, exponent: Number(BigInt.asIntN(32, exponent)), format: "DecimalExponent" };
  }
  throw new QuantityError(WRONG_SUFFIX);
}

/** Whether the 64-bit path of upstream would keep the text. */
function looksCanonical({ whole, fraction }: Parts, { base, exponent, format }: Unit): boolean {
  const digits = whole + fraction;
  if (format === "BinarySI") {
    const fits = base === 2 && fraction === "" && binaryPrecision(whole, exponent) >= 0;
    return fits && (Number(whole) & 7) !== 0;
  }
  const scale = exponent - fraction.length;
  if (digits.length > MAX_INT64_DIGITS || scale < NANO) return false;
  return scale % 3 === 0 && !digits.endsWith("000") && digits[0] !== "0";
}

/** How many digits are left in 64 bits; negative when there are too few. */
function binaryPrecision(whole: string, exponent: number): number {
  return 15 - whole.length - Math.trunc((exponent * 3) / 10) - 1;
}

function quantityOf(
  { negative, whole, fraction }: Parts,
  { base, exponent, format }: Unit,
): Quantity {
  if (whole.length + fraction.length > MAX_DIGITS) throw new QuantityError(WRONG_NUMBER);
  const digits = BigInt(whole + fraction);
  const sign = negative ? -1n : 1n;
  if (base === 10) {
    const rounded = roundUp(digits, exponent - fraction.length, NANO);
    return { mantissa: sign * rounded.mantissa, scale: rounded.scale, format };
  }
  const scaled = roundUp(digits << BigInt(exponent), -fraction.length, NANO);
  const whole64 = wholeValue(scaled.mantissa, scaled.scale);
  const isFraction = scaled.mantissa > 0n && magnitude({ ...scaled, format }) <= 0;
  if (isFraction)
    return { mantissa: sign * scaled.mantissa, scale: scaled.scale, format: "DecimalSI" };
  const isTooLarge = (whole64 ?? shift(scaled.mantissa, 0) / shift(1n, -scaled.scale)) > MAX_INT64;
  return isTooLarge
    ? { mantissa: sign * MAX_INT64, scale: 0, format }
    : { mantissa: sign * scaled.mantissa, scale: scaled.scale, format };
}

/** Rounds away from zero so that the scale is at least `scale`. */
function roundUp(
  mantissa: bigint,
  from: number,
  scale: number,
): { mantissa: bigint; scale: number } {
  if (from >= scale) return { mantissa, scale: from };
  if (mantissa === 0n) return { mantissa, scale };
  const sign = mantissa < 0n ? -1n : 1n;
  const absolute = mantissa * sign;
  const places = scale - from;
  if (places > absolute.toString().length) return { mantissa: sign, scale };
  const divisor = shift(1n, places);
  return { mantissa: sign * ((absolute + divisor - 1n) / divisor), scale };
}

/** How many digits stand before the point: 3 for 123, 0 for 0.5, -1 for 0.05. */
function magnitude({ mantissa, scale }: Quantity): number {
  const absolute = mantissa < 0n ? -mantissa : mantissa;
  return absolute.toString().length + scale;
}

function shift(mantissa: bigint, places: number): bigint {
  return places === 0 ? mantissa : mantissa * 10n ** BigInt(places);
}

/** The value when it is a whole number of reasonable size. */
function wholeValue(mantissa: bigint, scale: number): bigint | undefined {
  if (scale >= 0) return scale > 30 ? undefined : shift(mantissa, scale);
  const divisor = shift(1n, -scale);
  return mantissa % divisor === 0n ? mantissa / divisor : undefined;
}

function printBinary(value: bigint): string {
  let rest = value;
  let power = 0;
  while (rest % 1024n === 0n) {
    rest /= 1024n;
    power++;
  }
  // Beyond Ei upstream has no suffix, and prints none.
  return `${rest}${BINARY_SUFFIXES[power] ?? ""}`;
}

function printDecimal(mantissa: bigint, scale: number, format: QuantityFormat): string {
  let digits = mantissa.toString();
  let exponent = scale;
  const zeros = /0*$/.exec(digits)?.[0].length ?? 0;
  digits = digits.slice(0, digits.length - zeros);
  exponent += zeros;
  const surplus = ((exponent % 3) + 3) % 3;
  digits += "0".repeat(surplus);
  exponent -= surplus;
  if (format === "DecimalExponent") return exponent === 0 ? digits : `${digits}e${exponent}`;
  return digits + (DECIMAL_SUFFIXES.get(exponent) ?? "");
}
