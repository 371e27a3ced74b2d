/**
 * Puts what is applied over what is there. Nothing is removed by it; elements of lists stand in the
 * order of what is applied, with the others kept near their neighbours.
 * @see structured-merge-diff typed/merge.go
 */
import { elementOfItem } from "./list-items.ts";
import { isMap, type ListShape, type MapShape, partFor, type TypeShape } from "./type-shape.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * @returns undefined for nothing at all; parts of both arguments are shared.
 * @throws TypedError when elements of a list cannot be told apart.
 */
export function mergeTyped(shape: TypeShape, live: unknown, applied: unknown): unknown {
  const part = partFor(shape, applied === undefined ? live : applied);
  if (part === "map" && shape.map !== undefined && !shape.map.atomic) {
    const old = isMap(live) ? live : undefined;
    const value = isMap(applied) ? applied : undefined;
    if (!isEmptyMap(old) || !isEmptyMap(value)) return mergeMembers(shape.map, old, value);
  } else if (part === "list" && shape.list !== undefined && !shape.list.atomic) {
    const old: readonly unknown[] = Array.isArray(live) ? live : [];
    const value: readonly unknown[] = Array.isArray(applied) ? applied : [];
    if (old.length > 0 || value.length > 0) return mergeItems(shape.list, old, value);
  }
  return applied === undefined ? live : applied;
}

function isEmptyMap(members: Members | undefined): boolean {
  return members === undefined || Object.keys(members).length === 0;
}

function mergeMembers(map: MapShape, old: Members = {}, value: Members = {}): Members | undefined {
  const out: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(value)])) {
    const field = map.fields.get(key);
    const shape = field === undefined ? map.element?.() : field.shape();
    const live = Object.hasOwn(old, key) ? old[key] : undefined;
    const applied = Object.hasOwn(value, key) ? value[key] : undefined;
    const merged = shape === undefined ? (applied ?? live) : mergeTyped(shape, live, applied);
    if (merged !== undefined) setOwn(out, key, merged);
  }
  return isEmptyMap(out) ? undefined : out;
}

/** Sets a member of a new object, also one named `__proto__`. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    const attributes = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(target, key, attributes);
  } else target[key] = value;
}

interface Indexed {
  /** Texts of the elements, in order. */
  readonly order: readonly string[];
  /** The item of each; null for one that is there twice. */
  readonly items: ReadonlyMap<string, unknown>;
}

function index(list: ListShape, value: readonly unknown[]): Indexed {
  const order: string[] = [];
  const items = new Map<string, unknown>();
  for (const item of value) {
    const { text } = elementOfItem(list, item);
    items.set(text, items.has(text) ? null : item);
    order.push(text);
  }
  return { order, items };
}

function mergeItems(
  list: ListShape,
  old: readonly unknown[],
  value: readonly unknown[],
): unknown[] | undefined {
  const shape = list.element();
  const out: unknown[] = [];
  for (const [live, applied] of interleave(index(list, old), index(list, value), old)) {
    const merged = mergeTyped(shape, live, applied);
    if (merged !== undefined) out.push(merged);
  }
  return out.length === 0 ? undefined : out;
}

/** Pairs of items in the order of the result. */
function* interleave(
  old: Indexed,
  value: Indexed,
  oldItems: readonly unknown[],
): Generator<[live: unknown, applied: unknown]> {
  const shared = value.order.filter((text) => old.items.has(text));
  const done = new Set<string>();
  let nextShared = shared.shift();
  let l = 0;
  let r = 0;
  while (l < old.order.length || r < value.order.length) {
    const left = old.order[l];
    const right = value.order[r];
    if (left !== undefined && left === right) {
      done.add(left);
      yield [old.items.get(left), value.items.get(left)];
      l++;
      r++;
      nextShared = shared.shift();
      continue;
    }
    if (left !== undefined && right !== undefined && value.items.has(left)) {
      // A shared element, but not the one whose turn it is.
      if (nextShared !== undefined && nextShared !== left) {
        l++;
        continue;
      }
    }
    if (left !== undefined && !value.items.has(left)) {
      yield [oldItems[l], undefined];
      l++;
      continue;
    }
    if (left !== undefined && done.has(left)) l++;
    if (right !== undefined) {
      done.add(right);
      yield [old.items.get(right), value.items.get(right)];
      r++;
      if (nextShared === right) nextShared = shared.shift();
    }
  }
}
