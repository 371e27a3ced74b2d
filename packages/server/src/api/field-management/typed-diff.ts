/**
 * What differs between two versions of a value, as sets of fields.
 * @see structured-merge-diff typed/compare.go
 */
import { equalValues } from "./equal-values.ts";
import { EMPTY_SET, type FieldNode, type FieldSet, sortNodes } from "./field-set.ts";
import { elementOfItem } from "./list-items.ts";
import { fieldElement, type PathElement } from "./path-element.ts";
import {
  isMap,
  type ListShape,
  type MapShape,
  type Part,
  partFor,
  type TypeShape,
} from "./type-shape.ts";

/** No path is in more than one of the sets. */
export interface TypedDiff {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

type Members = Readonly<Record<string, unknown>>;

const NO_MEMBERS: Members = Object.freeze({});
const NO_ITEMS: readonly unknown[] = Object.freeze([]);

class Changes {
  added: FieldNode[] | undefined;
  modified: FieldNode[] | undefined;
  removed: FieldNode[] | undefined;

  add(node: FieldNode): void {
    if (this.added === undefined) this.added = [node];
    else this.added.push(node);
  }
  modify(node: FieldNode): void {
    if (this.modified === undefined) this.modified = [node];
    else this.modified.push(node);
  }
  remove(node: FieldNode): void {
    if (this.removed === undefined) this.removed = [node];
    else this.removed.push(node);
  }
  /** Hangs what changed inside `element` below it. */
  nest(element: PathElement, inner: Changes): void {
    if (inner.added !== undefined) this.add(parent(element, inner.added));
    if (inner.modified !== undefined) this.modify(parent(element, inner.modified));
    if (inner.removed !== undefined) this.remove(parent(element, inner.removed));
  }
}

function parent(element: PathElement, nodes: FieldNode[]): FieldNode {
  return { element, member: false, children: sortNodes(nodes) };
}

function leaf(element: PathElement): FieldNode {
  return { element, member: true, children: EMPTY_SET };
}

/**
 * Compares two versions of an object.
 * @throws TypedError when elements of a list cannot be told apart.
 */
export function diffTyped(shape: TypeShape, old: unknown, value: unknown): TypedDiff {
  const changes = new Changes();
  if (shape.map !== undefined && isMap(old) && isMap(value)) {
    diffMembers(shape.map, old, value, changes);
  }
  return {
    added: sealed(changes.added),
    modified: sealed(changes.modified),
    removed: sealed(changes.removed),
  };
}

function sealed(nodes: FieldNode[] | undefined): FieldSet {
  return nodes === undefined ? EMPTY_SET : sortNodes(nodes);
}

function diffValue(
  shape: TypeShape,
  old: unknown,
  value: unknown,
  element: PathElement,
  out: Changes,
): void {
  if (old === value) return;
  if (old === undefined) {
    out.add(wholeNode(shape, value, element));
    return;
  }
  if (value === undefined) {
    out.remove(wholeNode(shape, old, element));
    return;
  }
  const part = partFor(shape, value);
  const before = partFor(shape, old);
  // A value that changed its kind is compared both ways, as upstream does.
  if (part !== before) diffPart(shape, before, old, value, element, out);
  diffPart(shape, part, old, value, element, out);
}

function diffPart(
  shape: TypeShape,
  part: Part,
  old: unknown,
  value: unknown,
  element: PathElement,
  out: Changes,
): void {
  if (part === "map" && shape.map !== undefined && !shape.map.atomic) {
    const before = isMap(old) ? old : NO_MEMBERS;
    const after = isMap(value) ? value : NO_MEMBERS;
    if (!isEmpty(before) || !isEmpty(after)) {
      const inner = new Changes();
      diffMembers(shape.map, before, after, inner);
      out.nest(element, inner);
      return;
    }
  } else if (part === "list" && shape.list !== undefined && !shape.list.atomic) {
    const before: readonly unknown[] = Array.isArray(old) ? old : NO_ITEMS;
    const after: readonly unknown[] = Array.isArray(value) ? value : NO_ITEMS;
    if (before.length > 0 || after.length > 0) {
      const inner = new Changes();
      diffItems(shape.list, before, after, inner);
      out.nest(element, inner);
      return;
    }
  }
  if (!equalValues(old, value)) out.modify(leaf(element));
}

function isEmpty(members: Members): boolean {
  for (const _ in members) return false;
  return true;
}

function diffMembers(map: MapShape, old: Members, value: Members, out: Changes): void {
  for (const key in value) {
    const field = map.fields.get(key);
    const shape = field === undefined ? map.element?.() : field.shape();
    if (shape === undefined || field?.ignored === true) continue;
    const before = Object.hasOwn(old, key) ? old[key] : undefined;
    const after = value[key];
    if (before !== after) diffValue(shape, before, after, field?.element ?? fieldElement(key), out);
  }
  for (const key in old) {
    if (Object.hasOwn(value, key) || old[key] === undefined) continue;
    const field = map.fields.get(key);
    const shape = field === undefined ? map.element?.() : field.shape();
    if (shape === undefined || field?.ignored === true) continue;
    out.remove(wholeNode(shape, old[key], field?.element ?? fieldElement(key)));
  }
}

/** A value that was not there before, or is not there any more: all of it, each container included. */
function wholeNode(shape: TypeShape, value: unknown, element: PathElement): FieldNode {
  const part = partFor(shape, value);
  if (part === "map" && shape.map !== undefined && !shape.map.atomic && isMap(value)) {
    return { element, member: true, children: wholeMembers(shape.map, value) };
  }
  if (part === "list" && shape.list !== undefined && !shape.list.atomic && Array.isArray(value)) {
    return { element, member: true, children: wholeItems(shape.list, value) };
  }
  return leaf(element);
}

function wholeMembers(map: MapShape, value: Members): FieldSet {
  const nodes: FieldNode[] = [];
  for (const key in value) {
    const field = map.fields.get(key);
    const shape = field === undefined ? map.element?.() : field.shape();
    const inner = value[key];
    if (shape === undefined || inner === undefined || field?.ignored === true) continue;
    nodes.push(wholeNode(shape, inner, field?.element ?? fieldElement(key)));
  }
  return nodes.length === 0 ? EMPTY_SET : sortNodes(nodes);
}

/** Elements that are there twice are marked as a whole. */
function wholeItems(list: ListShape, value: readonly unknown[]): FieldSet {
  const shape = list.element();
  const nodes: FieldNode[] = [];
  const places = new Map<string, number>();
  for (const item of value) {
    const element = elementOfItem(list, item);
    const place = places.get(element.text);
    if (place !== undefined) nodes[place] = leaf(element);
    else {
      places.set(element.text, nodes.length);
      nodes.push(wholeNode(shape, item, element));
    }
  }
  return nodes.length === 0 ? EMPTY_SET : sortNodes(nodes);
}

/** The items of both sides that one element names; more than one when there are duplicates. */
interface Pair {
  readonly element: PathElement;
  readonly old: unknown[];
  readonly value: unknown[];
}

function pairItems(
  list: ListShape,
  old: readonly unknown[],
  value: readonly unknown[],
): Iterable<Pair> {
  const pairs = new Map<string, Pair>();
  const pairOf = (item: unknown): Pair => {
    const element = elementOfItem(list, item);
    const known = pairs.get(element.text);
    if (known !== undefined) return known;
    const pair = { element, old: [], value: [] };
    pairs.set(element.text, pair);
    return pair;
  };
  for (const item of old) pairOf(item).old.push(item);
  for (const item of value) pairOf(item).value.push(item);
  return pairs.values();
}

function diffItems(
  list: ListShape,
  old: readonly unknown[],
  value: readonly unknown[],
  out: Changes,
): void {
  if (old.length === 0) {
    for (const node of wholeItems(list, value)) out.add(node);
    return;
  }
  const shape = list.element();
  for (const pair of pairItems(list, old, value)) {
    const inner = pair.element;
    if (pair.old.length <= 1 && pair.value.length <= 1) {
      diffValue(shape, pair.old[0], pair.value[0], inner, out);
    } else if (pair.old.length >= 2 && pair.value.length >= 2) {
      if (!equalValues(pair.old, pair.value)) out.modify(leaf(inner));
    } else if (pair.old.length >= 2) {
      if (pair.value.length > 0) out.add(wholeNode(shape, pair.value[0], inner));
      out.remove(leaf(inner));
    } else {
      if (pair.old.length > 0) out.remove(wholeNode(shape, pair.old[0], inner));
      out.add(leaf(inner));
    }
  }
}
