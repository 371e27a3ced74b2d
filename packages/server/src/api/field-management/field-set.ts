/**
 * Sets of paths, as immutable trees. Operations share what they do not change, and give back an
 * operand where the result equals it.
 *
 * The set `{.data, .data.a, .metadata.labels.x}` is
 * `[{data, member, [{a, member, []}]}, {metadata, –, [{labels, –, [{x, member, []}]}]}]`:
 * a node that is no member is there for its children only.
 * @see structured-merge-diff fieldpath/set.go
 */
import { compareElements, type PathElement } from "./path-element.ts";

/** Sorted by `compareElements`, each element once, no node without membership or children. */
export type FieldSet = readonly FieldNode[];

export interface FieldNode {
  readonly element: PathElement;
  /** The path that ends here is in the set. */
  readonly member: boolean;
  readonly children: FieldSet;
}

export const EMPTY_SET: FieldSet = Object.freeze([]);

/** Sorts nodes in place; lists of a few, nearly sorted, as objects have them. */
export function sortNodes(nodes: FieldNode[]): FieldSet {
  if (nodes.length > 24) return nodes.sort((a, b) => compareElements(a.element, b.element));
  for (let at = 1; at < nodes.length; at++) {
    const node = nodes[at];
    if (node === undefined) break;
    let to = at;
    for (; to > 0; to--) {
      const before = nodes[to - 1];
      if (before === undefined || compareElements(before.element, node.element) <= 0) break;
      nodes[to] = before;
    }
    nodes[to] = node;
  }
  return nodes;
}

/** The set of these paths; the empty path, which is the whole object, is nobody's. */
export function setOfPaths(paths: Iterable<readonly PathElement[]>): FieldSet {
  let set = EMPTY_SET;
  for (const path of paths) set = union(set, setOfPath(path));
  return set;
}

function setOfPath(path: readonly PathElement[]): FieldSet {
  let children = EMPTY_SET;
  for (let at = path.length - 1; at >= 0; at--) {
    const element = path[at];
    if (element !== undefined) children = [{ element, member: at === path.length - 1, children }];
  }
  return children;
}

function join(node: FieldNode, member: boolean, children: FieldSet): FieldNode {
  if (member === node.member && children === node.children) return node;
  return { element: node.element, member, children };
}

/** Paths in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const out: FieldNode[] = [];
  let same = true;
  let i = 0;
  let j = 0;
  for (;;) {
    const left = a[i];
    const right = b[j];
    if (left === undefined && right === undefined) return same ? a : out;
    const order =
      left === undefined
        ? 1
        : right === undefined
          ? -1
          : compareElements(left.element, right.element);
    if (left !== undefined && order <= 0) {
      const node =
        order === 0 && right !== undefined
          ? join(left, left.member || right.member, union(left.children, right.children))
          : left;
      same &&= node === left;
      out.push(node);
      i++;
      if (order === 0) j++;
    } else if (right !== undefined) {
      same = false;
      out.push(right);
      j++;
    }
  }
}

/** Paths in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || a.length === 0) return a;
  if (b.length === 0) return EMPTY_SET;
  return pairwise(a, b, (left, right) =>
    right === undefined
      ? undefined
      : keep(left, left.member && right.member, intersection(left.children, right.children)),
  );
}

/** Paths of `a` that are not in `b`; what is below a path of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return EMPTY_SET;
  if (b.length === 0) return a;
  return pairwise(a, b, (left, right) =>
    right === undefined
      ? left
      : keep(left, left.member && !right.member, difference(left.children, right.children)),
  );
}

/** Paths of `a` that are neither in `b` nor below a path of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return EMPTY_SET;
  if (b.length === 0) return a;
  return pairwise(a, b, (left, right) => {
    if (right === undefined) return left;
    if (right.member) return undefined;
    return keep(left, left.member, recursiveDifference(left.children, right.children));
  });
}

function keep(node: FieldNode, member: boolean, children: FieldSet): FieldNode | undefined {
  return member || children.length > 0 ? join(node, member, children) : undefined;
}

/** Maps each node of `a`, beside the one of `b` with its element, to what is left of it. */
function pairwise(
  a: FieldSet,
  b: FieldSet,
  pick: (left: FieldNode, right: FieldNode | undefined) => FieldNode | undefined,
): FieldSet {
  const out: FieldNode[] = [];
  let same = true;
  let j = 0;
  for (const left of a) {
    let right = b[j];
    let order = 1;
    while (right !== undefined) {
      order = compareElements(left.element, right.element);
      if (order <= 0) break;
      right = b[++j];
    }
    const node = pick(left, order === 0 ? right : undefined);
    same &&= node === left;
    if (node !== undefined) out.push(node);
  }
  return same ? a : out.length === 0 ? EMPTY_SET : out;
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((left, at) => {
    const right = b[at];
    return (
      right !== undefined &&
      left.member === right.member &&
      compareElements(left.element, right.element) === 0 &&
      equalSets(left.children, right.children)
    );
  });
}

/** The node of an element, by binary search. */
export function findNode(set: FieldSet, element: PathElement): FieldNode | undefined {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const node = set[middle];
    if (node === undefined) return undefined;
    const order = compareElements(element, node.element);
    if (order === 0) return node;
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return undefined;
}

export function hasPath(set: FieldSet, path: readonly PathElement[]): boolean {
  let node: FieldNode | undefined;
  let level = set;
  for (const element of path) {
    node = findNode(level, element);
    if (node === undefined) return false;
    level = node.children;
  }
  return node?.member === true;
}

/** Every path of the set: those of a level first, then what is below each of them. */
export function* pathsOf(
  set: FieldSet,
  prefix: readonly PathElement[] = [],
): Generator<readonly PathElement[]> {
  for (const { element, member } of set) if (member) yield [...prefix, element];
  for (const { element, children } of set) yield* pathsOf(children, [...prefix, element]);
}
