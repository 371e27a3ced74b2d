/**
 * Takes fields out of a value.
 * @see structured-merge-diff typed/remove.go, fieldpath/set.go (EnsureNamedFieldsAreMembers)
 */
import { EMPTY_SET, type FieldNode, type FieldSet, findNode } from "./field-set.ts";
import { elementOfItem } from "./list-items.ts";
import { fieldElement } from "./path-element.ts";
import { isMap, type ListShape, type MapShape, partFor, type TypeShape } from "./type-shape.ts";
import { setOwn } from "./typed-merge.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * The value without these paths. What is emptied stays as an empty map or list.
 * @returns parts of `value` are shared; null where nothing is left of what cannot be taken apart.
 */
export function removeFields(shape: TypeShape, value: unknown, fields: FieldSet): unknown {
  if (fields.length === 0) return value;
  const part = partFor(shape, value);
  if (part === "scalar") return value;
  if (part === "map" && shape.map?.atomic === false && isMap(value)) {
    return removeMembers(shape.map, value, fields);
  }
  if (part === "list" && shape.list?.atomic === false && Array.isArray(value)) {
    return removeItems(shape.list, value, fields);
  }
  return null;
}

function removeMembers(map: MapShape, value: Members, fields: FieldSet): Members | null {
  const out: Record<string, unknown> = {};
  let touched = false;
  for (const key of Object.keys(value)) {
    const field = map.fields.get(key);
    const node = findNode(fields, field?.element ?? fieldElement(key));
    if (node?.member === true) continue;
    const shape = field === undefined ? map.element?.() : field.shape();
    const inside = node !== undefined && shape !== undefined;
    touched ||= inside;
    setOwn(out, key, inside ? removeInside(shape, value[key], node.children) : value[key]);
  }
  return touched || Object.keys(out).length > 0 ? out : null;
}

function removeInside(shape: TypeShape, value: unknown, fields: FieldSet): unknown {
  const left = removeFields(shape, value, fields);
  if (left !== null || typeof value !== "object" || value === null) return left;
  return Array.isArray(value) ? [] : {};
}

function removeItems(list: ListShape, value: readonly unknown[], fields: FieldSet): unknown {
  const shape = list.element();
  const out: unknown[] = [];
  let touched = false;
  for (const item of value) {
    const node = findNode(fields, elementOfItem(list, item));
    if (node?.member === true) continue;
    touched ||= node !== undefined;
    out.push(node === undefined ? item : removeInside(shape, item, node.children));
  }
  return touched || out.length > 0 ? out : null;
}

/** Adds the fields of structs on the way to each path: with `.spec.template.x` also `.spec`, `.spec.template`. */
export function withNamedFields(shape: TypeShape | undefined, fields: FieldSet): FieldSet {
  return fields.length === 0 ? EMPTY_SET : fields.map((node) => withNamedField(shape, node));
}

function withNamedField(shape: TypeShape | undefined, node: FieldNode): FieldNode {
  const { element, children } = node;
  if (children.length === 0) return node;
  const field = element.rank === 0 ? shape?.map?.fields.get(element.name) : undefined;
  const inner = element.rank === 0 ? (field?.shape ?? shape?.map?.element) : shape?.list?.element;
  return {
    element,
    member: node.member || field !== undefined,
    children: withNamedFields(inner?.(), children),
  };
}
