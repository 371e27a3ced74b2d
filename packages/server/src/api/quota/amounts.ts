/**
 * Lists of resources as quotas reckon with them.
 * @see apiserver pkg/quota/v1/resources.go
 */
import {
  addQuantities,
  compareQuantities,
  NO_QUANTITY,
  parseQuantity,
  printQuantity,
  type Quantity,
} from "../quantity.ts";

/** Quantities by the name of their resource. */
export type Amounts = ReadonlyMap<string, Quantity>;

export const ONE: Quantity = { mantissa: 1n, scale: 0, format: "DecimalSI" };

/** @param list - as decoding has accepted it */
export function parseAmounts(list: Readonly<Record<string, string>> | null | undefined): Amounts {
  const amounts = new Map<string, Quantity>();
  for (const [name, text] of Object.entries(list ?? {})) {
    amounts.set(name, parseQuantity(String(text)));
  }
  return amounts;
}

/** Canonical texts, in the order of the names. */
export function printAmounts(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(
    sortedNames(amounts).map((name) => [name, printQuantity(amounts.get(name) ?? NO_QUANTITY)]),
  );
}

export function sortedNames(amounts: Amounts): readonly string[] {
  return [...amounts.keys()].sort();
}

/** So many of something. */
export function countOf(count: number): Quantity {
  return { ...ONE, mantissa: BigInt(count) };
}

export function addAmounts(left: Amounts, right: Amounts): Amounts {
  const sum = new Map(left);
  for (const [name, quantity] of right) {
    const before = sum.get(name);
    sum.set(name, before === undefined ? quantity : addQuantities(before, quantity));
  }
  return sum;
}

/** `left - right`, and zero where that would be negative; of every resource that either names. */
export function growthOf(left: Amounts, right: Amounts): Amounts {
  const growth = new Map<string, Quantity>();
  for (const name of [...left.keys(), ...right.keys()]) {
    const { mantissa, ...subtrahend } = right.get(name) ?? NO_QUANTITY;
    const minus = { ...subtrahend, mantissa: -mantissa };
    const difference = addQuantities(left.get(name) ?? NO_QUANTITY, minus);
    growth.set(name, difference.mantissa > 0n ? difference : NO_QUANTITY);
  }
  return growth;
}

/** The largest of each. */
export function largestOf(...lists: readonly Amounts[]): Amounts {
  const largest = new Map<string, Quantity>();
  for (const list of lists) {
    for (const [name, quantity] of list) {
      const before = largest.get(name);
      if (before === undefined || compareQuantities(quantity, before) > 0) {
        largest.set(name, quantity);
      }
    }
  }
  return largest;
}

/** Those whose names are among these. */
export function maskAmounts(amounts: Amounts, names: { has(name: string): boolean }): Amounts {
  return new Map([...amounts].filter(([name]) => names.has(name)));
}

export function withoutZeros(amounts: Amounts): Amounts {
  return new Map([...amounts].filter(([, { mantissa }]) => mantissa !== 0n));
}

/** The same resources with the same values, however they are written. */
export function equalAmounts(left: Amounts, right: Amounts): boolean {
  if (left.size !== right.size) return false;
  for (const [name, quantity] of left) {
    const other = right.get(name);
    if (other === undefined || compareQuantities(quantity, other) !== 0) return false;
  }
  return true;
}

/** Names of those that are more than their bound. */
export function exceededBy(amounts: Amounts, bounds: Amounts): ReadonlySet<string> {
  const names = [...amounts].flatMap(([name, quantity]) => {
    const bound = bounds.get(name);
    return bound !== undefined && compareQuantities(quantity, bound) > 0 ? [name] : [];
  });
  return new Set(names);
}

/** `cpu=1,pods=2` */
export function describeAmounts(amounts: Amounts): string {
  return sortedNames(amounts)
    .map((name) => `${name}=${printQuantity(amounts.get(name) ?? NO_QUANTITY)}`)
    .join(",");
}
