/**
 * Tells elements of a list apart.
 * @see structured-merge-diff typed/helpers.go
 */
import { type KeyField, keyElement, type PathElement, valueElement } from "./path-element.ts";
import { compareText } from "./text-order.ts";
import { isMap, type ListShape } from "./type-shape.ts";

/** An element of a list that cannot be told apart from others, or some other breach of the schema. */
export class TypedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TypedError";
  }
}

/**
 * The element that names `item` in a list that is not atomic.
 * @throws TypedError with upstream's text.
 */
export function elementOfItem(list: ListShape, item: unknown): PathElement {
  return list.keys.length > 0 ? keyOf(list, item) : valueKeyOf(item);
}

function keyOf(list: ListShape, item: unknown): PathElement {
  if (item === null) {
    throw new TypedError("associative list with keys may not have a null element");
  }
  if (!isMap(item)) {
    throw new TypedError("associative list with keys may not have non-map elements");
  }
  const key: KeyField[] = [];
  for (const { name, fallback } of list.keys) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (value !== undefined) key.push({ name, value });
    else if (fallback !== undefined) key.push({ name, value: fallback });
  }
  if (key.length === 0) {
    const names = list.keys.map(({ name }) => JSON.stringify(name)).join(" ");
    throw new TypedError(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  if (key.length > 1) key.sort((a, b) => compareText(a.name, b.name));
  return keyElement(key);
}

function valueKeyOf(item: unknown): PathElement {
  if (item === null) {
    throw new TypedError("associative list without keys has an element that's an explicit null");
  }
  if (Array.isArray(item)) {
    throw new TypedError("not supported: associative list with lists as elements");
  }
  if (typeof item === "object") {
    throw new TypedError("associative list without keys has an element that's a map type");
  }
  return valueElement(item);
}
