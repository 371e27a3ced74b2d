export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal as the API stores them: an absent field, an empty list and an empty text are the same. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) || Array.isArray(right)) {
    const [some, others] = [asList(left), asList(right)];
    return (
      some !== undefined &&
      others !== undefined &&
      some.length === others.length &&
      some.every((each, index) => sameValue(each, others[index]))
    );
  }
  if (isMap(left) || isMap(right)) {
    const [some, others] = [asMap(left), asMap(right)];
    if (some === undefined || others === undefined) return false;
    const keys = new Set([...Object.keys(some), ...Object.keys(others)]);
    return [...keys].every((key) => sameValue(some[key], others[key]));
  }
  return isNothing(left) && isNothing(right);
}

function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : undefined;
}

function asMap(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (isMap(value)) return value;
  return value === undefined || value === null ? {} : undefined;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}
