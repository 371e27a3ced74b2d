/**
 * Several errors as one text: bare when there is one, `[a, b]` otherwise, the same text once; empty
 * for none.
 * @see apimachinery pkg/util/errors Aggregate
 */
export function printErrors(errors: readonly string[]): string {
  if (errors.length <= 1) return errors[0] ?? "";
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? "") : `[${distinct.join(", ")}]`;
}
