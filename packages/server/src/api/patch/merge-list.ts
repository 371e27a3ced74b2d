/**
 * Lists of a strategic merge patch. The elements of the patch come first where the old list does not
 * say otherwise.
 * @see apimachinery pkg/util/strategicpatch/patch.go (mergeSlice, normalizeElementOrder)
 */
import type { ResolvedType } from "../scheme.ts";
import { bareError, requestRejected } from "../status-error.ts";
import { goTypeName, printGo, printGoText } from "./go-value.ts";
import { DIRECTIVE, withoutDirectives } from "./patch-directives.ts";
import { goKind, type PatchField } from "./patch-schema.ts";
import { isJsonMap, type JsonMap, memberOf } from "./patch-value.ts";

/** The list's field, and how two elements of one key become one. */
export interface ListMerge extends PatchField {
  readonly mergeElement: (old: JsonMap, change: JsonMap, type: ResolvedType) => JsonMap;
  /** The patch lists values to take away. */
  readonly deleting?: boolean;
}

/** Merges a list; `old` and `patch` are used up. @throws StatusError with upstream's texts. */
export function mergeList(old: unknown[], patch: unknown[], field: ListMerge): unknown[] {
  if (old.length === 0 && patch.length === 0) return old;
  if (itemTypeOf([old, patch]) !== "map[string]interface {}") {
    if (field.deleting === true) return old.filter((item) => !patch.includes(item));
    return arrange([...new Set([...old, ...patch])], patch, old, patch, "");
  }
  const { mergeKey } = field;
  if (mergeKey === "") {
    throw bareError(`cannot merge lists without merge key for ${goKind(field.type)}`);
  }
  const { kept, changes } = followDirectives(
    old.filter(isJsonMap),
    patch.filter(isJsonMap),
    mergeKey,
  );
  return arrange(mergeElements([...kept], changes, field), changes, kept, changes, mergeKey);
}

/** The type all items have. */
function itemTypeOf(lists: readonly (readonly unknown[])[]): string {
  let type: string | undefined;
  for (const item of lists.flat()) {
    const next = goTypeName(item);
    if (type === undefined && next === "[]interface {}") {
      throw requestRejected(new Error("lists of lists are not supported"));
    }
    if (type !== undefined && type !== next) {
      throw bareError(`list element types are not identical: ${printGo(lists)}`);
    }
    type = next;
  }
  if (type === undefined) throw bareError("no elements in any of the given slices");
  return type;
}

interface Directed {
  readonly kept: JsonMap[];
  readonly changes: JsonMap[];
}

function followDirectives(old: JsonMap[], patch: JsonMap[], mergeKey: string): Directed {
  const changes: JsonMap[] = [];
  const deleted = new Set<unknown>();
  let replaced = false;
  for (const element of patch) {
    const directive = memberOf(element, DIRECTIVE);
    if (directive === undefined) changes.push(element);
    else if (directive === "replace") replaced = true;
    else if (directive === "merge") {
      throw bareError("merging lists cannot yet be specified in the patch");
    } else if (directive === "delete") {
      deleted.add(keyOf(element, mergeKey));
    } else {
      throw bareError(`unknown patch type: ${printGoText(directive)} in map: ${printGo(element)}`);
    }
  }
  if (replaced) return { kept: changes, changes: [] };
  if (deleted.size === 0) return { kept: old, changes };
  return { kept: old.filter((item) => !deleted.has(memberOf(item, mergeKey))), changes };
}

function keyOf(element: unknown, mergeKey: string): unknown {
  if (!isJsonMap(element)) {
    throw bareError(`expected a map[string]interface {}, but received a ${goTypeName(element)}`);
  }
  const key = memberOf(element, mergeKey);
  if (key === undefined) {
    throw bareError(`map: ${printGo(element)} does not contain declared merge key: ${mergeKey}`);
  }
  return key;
}

function mergeElements(list: JsonMap[], changes: readonly JsonMap[], field: ListMerge): JsonMap[] {
  const places = placesIn(list, (item) => memberOf(item as JsonMap, field.mergeKey));
  for (const change of changes) {
    const key = keyOf(change, field.mergeKey);
    const at = places.get(key);
    const old = at === undefined ? undefined : list[at];
    if (at === undefined || old === undefined) {
      places.set(key, list.length);
      list.push(change);
    } else list[at] = field.mergeElement(old, change, field.type);
  }
  return list;
}

/**
 * Merges a list whose order the patch gives; undefined when there is nothing to order.
 * @throws StatusError when the order misses an element of the patch.
 */
export function mergeOrderedList(
  old: unknown[] | undefined,
  patch: unknown[] | undefined,
  order: readonly unknown[],
  field: ListMerge,
): unknown[] | undefined {
  checkOrder(patch ?? [], order, field.mergeKey);
  const before = [...(old ?? [])];
  const listed = [...(patch ?? [])];
  const merged = mergeUnordered(old, patch, field);
  if (merged === undefined) return undefined;
  itemTypeOf([before, listed]);
  return arrange(merged, order, before, order, field.mergeKey);
}

function mergeUnordered(
  old: unknown[] | undefined,
  patch: unknown[] | undefined,
  field: ListMerge,
): unknown[] | undefined {
  if (patch === undefined) return old;
  if (old !== undefined) return field.strategy === "merge" ? mergeList(old, patch, field) : patch;
  const added = withoutDirectives(patch);
  return Array.isArray(added) ? added : undefined;
}

function checkOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string): void {
  if (patch.length === 0 || order.length === 0) return;
  const valueFor = (item: unknown): unknown => (mergeKey === "" ? item : keyOf(item, mergeKey));
  const wanted =
    mergeKey === ""
      ? patch
      : patch.filter((item) => !isJsonMap(item) || memberOf(item, DIRECTIVE) !== "delete");
  let at = 0;
  for (let place = 0; at < wanted.length && place < order.length; ) {
    const item = wanted[at];
    // Other directives are passed over, but not behind the last of the order, as upstream does.
    if (isJsonMap(item) && Object.hasOwn(item, DIRECTIVE)) at++;
    else if (valueFor(item) === valueFor(order[place++])) at++;
  }
  if (at < wanted.length) {
    throw bareError(
      `The order in patch list:\n${printGo(patch)}\n doesn't match $setElementOrder list:\n${printGo(order)}\n`,
    );
  }
}

/**
 * Puts a merged list in order: what `listed` names in the order of `first`, the rest in that of `old`,
 * both interleaved as they stood in `old`.
 */
function arrange(
  merged: readonly unknown[],
  listed: readonly unknown[],
  old: readonly unknown[],
  first: readonly unknown[],
  mergeKey: string,
): unknown[] {
  const valueFor = (item: unknown): unknown => (mergeKey === "" ? item : keyOf(item, mergeKey));
  const named = new Set(listed.map(valueFor));
  const places = placesIn(old, valueFor);
  const ours = sortBy(
    merged.filter((item) => named.has(valueFor(item))),
    placesIn(first, valueFor),
    valueFor,
  );
  const theirs = sortBy(
    merged.filter((item) => !named.has(valueFor(item))),
    places,
    valueFor,
  );
  const out: unknown[] = [];
  let next = 0;
  for (const item of ours) {
    const place = places.get(valueFor(item));
    for (; next < theirs.length; next++) {
      const other = places.get(valueFor(theirs[next]));
      if (place === undefined || other === undefined || other >= place) break;
      out.push(theirs[next]);
    }
    out.push(item);
  }
  return [...out, ...theirs.slice(next)];
}

function placesIn(
  list: readonly unknown[],
  valueFor: (item: unknown) => unknown,
): Map<unknown, number> {
  const places = new Map<unknown, number>();
  list.forEach((item, at) => {
    const value = valueFor(item);
    if (!places.has(value)) places.set(value, at);
  });
  return places;
}

function sortBy(
  items: unknown[],
  places: ReadonlyMap<unknown, number>,
  valueFor: (item: unknown) => unknown,
): unknown[] {
  const placeOf = (item: unknown): number => places.get(valueFor(item)) ?? places.size;
  return items.sort((a, b) => placeOf(a) - placeOf(b));
}
