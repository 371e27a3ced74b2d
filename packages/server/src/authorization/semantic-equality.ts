/**
 * Equality of JSON values in which absent, null and empty are the same, as they are in Go, where the
 * zero value is what remains of a field that is not there.
 * @see apimachinery pkg/api/equality Semantic
 */
export function semanticallyEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (isZero(left) || isZero(right)) return isZero(left) && isZero(right);
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => semanticallyEqual(item, right[index]))
    );
  }
  if (typeof left !== "object" || typeof right !== "object" || Array.isArray(right)) return false;
  const one = left as Readonly<Record<string, unknown>>;
  const other = right as Readonly<Record<string, unknown>>;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => semanticallyEqual(one[name], other[name]));
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every(isZero);
}
