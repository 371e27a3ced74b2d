/**
 * Comparisons of quantities by their texts, for validation. The texts are those that decoding has
 * accepted; an absent one is zero.
 */
import {
  addQuantities,
  compareQuantities as compareParsed,
  parseQuantity,
  printQuantity,
  type Quantity,
  quantityToInt64,
} from "../quantity.ts";

/** A quantity as decoded: its text, or a bare number. */
export type QuantityText = string | number;

type MaybeQuantity = QuantityText | null | undefined;

const ZERO: Quantity = parseQuantity("0");

function parsed(quantity: MaybeQuantity): Quantity {
  return quantity === undefined || quantity === null ? ZERO : parseQuantity(String(quantity));
}

/** Negative, zero or positive as `left` is less than, equal to or greater than `right`. */
export function compareQuantities(left: MaybeQuantity, right: MaybeQuantity): number {
  return left === right ? 0 : compareParsed(parsed(left), parsed(right));
}

/** -1, 0 or 1. */
export function signOf(quantity: MaybeQuantity): number {
  const { mantissa } = parsed(quantity);
  return mantissa === 0n ? 0 : mantissa < 0n ? -1 : 1;
}

/** Whole units, rounded up, as `Quantity.Value()`. */
export function wholeUnits(quantity: MaybeQuantity): bigint {
  return quantityToInt64(parsed(quantity));
}

/** Whether there is no fraction of a unit, looking as far as thousandths. */
export function isWhole(quantity: MaybeQuantity): boolean {
  const { mantissa, scale } = parsed(quantity);
  if (scale >= 0) return true;
  const thousandths =
    scale >= -3
      ? mantissa * 10n ** BigInt(scale + 3)
      : divideUp(mantissa, 10n ** BigInt(-3 - scale));
  return thousandths % 1000n === 0n;
}

/** Division away from zero. */
function divideUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  if (dividend % divisor === 0n) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}

/** The sum as a canonical text. */
export function addTexts(left: MaybeQuantity, right: MaybeQuantity): string {
  return printQuantity(addQuantities(parsed(left), parsed(right)));
}

/** The quotient of two quantities as a floating-point number; for ratios of limits. */
export function ratioOf(dividend: MaybeQuantity, divisor: MaybeQuantity): number {
  return asNumber(parsed(dividend)) / asNumber(parsed(divisor));
}

export function numberOf(quantity: MaybeQuantity): number {
  return asNumber(parsed(quantity));
}

function asNumber({ mantissa, scale }: Quantity): number {
  return Number(mantissa) * 10 ** scale;
}
