/** Whether two JSON values are the same; `1` and `1n` are, null and absent are not. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object") return equalScalars(a, b);
  if (a === null || b === null) return false;
  const list = Array.isArray(a);
  if (list !== Array.isArray(b)) return false;
  return list
    ? equalLists(a as readonly unknown[], b as readonly unknown[])
    : equalMaps(a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>);
}

function equalScalars(a: unknown, b: unknown): boolean {
  const numbers =
    (typeof a === "number" && typeof b === "bigint") ||
    (typeof a === "bigint" && typeof b === "number");
  // A number equals a bigint loosely, and nothing else is compared here.
  // biome-ignore lint/suspicious/noDoubleEquals: see above
  return numbers && a == b;
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (!equalValues(a[at], b[at])) return false;
  return true;
}

function equalMaps(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key) || !equalValues(a[key], b[key])) return false;
  }
  return true;
}
