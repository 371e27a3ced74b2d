/**
 * The fields that a value has: what whoever applies it owns.
 * @see structured-merge-diff typed/tofieldset.go
 */
import { EMPTY_SET, type FieldNode, type FieldSet, sortNodes } from "./field-set.ts";
import { elementOfItem } from "./list-items.ts";
import { fieldElement, type PathElement } from "./path-element.ts";
import { isMap, type ListShape, type MapShape, partFor, type TypeShape } from "./type-shape.ts";

/** Stands for "this path itself", where the value is not taken apart. */
const LEAF: FieldSet = Object.freeze([]);

/**
 * @param value - fits the shape; nothing more is asked of it.
 * @throws TypedError when elements of a list cannot be told apart.
 */
export function toFieldSet(shape: TypeShape, value: unknown): FieldSet {
  const set = fieldsOf(shape, value);
  return set === LEAF ? EMPTY_SET : set;
}

function fieldsOf(shape: TypeShape, value: unknown): FieldSet {
  const part = partFor(shape, value);
  if (part === "map" && shape.map !== undefined && !shape.map.atomic) {
    return isMap(value) ? fieldsOfMap(shape.map, value) : EMPTY_SET;
  }
  if (part === "list" && shape.list !== undefined && !shape.list.atomic) {
    return Array.isArray(value) ? fieldsOfList(shape.list, value) : EMPTY_SET;
  }
  return LEAF;
}

function fieldsOfMap(map: MapShape, value: Readonly<Record<string, unknown>>): FieldSet {
  const nodes: FieldNode[] = [];
  for (const key of Object.keys(value)) {
    const field = map.fields.get(key);
    const shape = field?.shape() ?? map.element?.();
    const inner = value[key];
    if (field?.ignored === true || shape === undefined || inner === undefined) continue;
    const set = fieldsOf(shape, inner);
    const member = set === LEAF || field === undefined || isNothing(inner);
    if (member || set.length > 0) {
      nodes.push(nodeOf(field?.element ?? fieldElement(key), member, set));
    }
  }
  return nodes.length === 0 ? EMPTY_SET : sortNodes(nodes);
}

/** null and an empty map are owned themselves, since nothing inside them could be. */
function isNothing(value: unknown): boolean {
  return value === null || (isMap(value) && Object.keys(value).length === 0);
}

function nodeOf(element: PathElement, member: boolean, set: FieldSet): FieldNode {
  return { element, member, children: set === LEAF ? EMPTY_SET : set };
}

/** Elements that are there twice are owned as a whole. */
function fieldsOfList(list: ListShape, value: readonly unknown[]): FieldSet {
  const nodes = new Map<string, FieldNode>();
  const shape = list.element();
  for (const item of value) {
    const element = elementOfItem(list, item);
    const twice = nodes.has(element.text);
    nodes.set(element.text, nodeOf(element, true, twice ? EMPTY_SET : fieldsOf(shape, item)));
  }
  return nodes.size === 0 ? EMPTY_SET : sortNodes([...nodes.values()]);
}
