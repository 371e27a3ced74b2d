/**
 * How ownership sees a type: which parts of a value can be owned apart, and how elements of lists
 * are told apart. A shape has one of the parts, or several where the value decides (free JSON).
 * @see structured-merge-diff schema/elements.go, typed/helpers.go
 */
import { fieldElement, type PathElement } from "./path-element.ts";

export type ScalarShape = "string" | "numeric" | "boolean" | "untyped";

export interface TypeShape {
  readonly scalar: ScalarShape | undefined;
  readonly list: ListShape | undefined;
  readonly map: MapShape | undefined;
}

export interface ListShape {
  /** Owned as a whole. Otherwise elements are told apart by `keys`, or by value when there are none. */
  readonly atomic: boolean;
  readonly keys: readonly ListKey[];
  readonly element: () => TypeShape;
}

/** A key field; `fallback` stands in for an element that does not have it. */
export interface ListKey {
  readonly name: string;
  readonly fallback: unknown;
}

export interface MapShape {
  /** Owned as a whole. */
  readonly atomic: boolean;
  readonly fields: ReadonlyMap<string, FieldShape>;
  /** Shape of members that are no fields; undefined where there may be none. */
  readonly element: (() => TypeShape) | undefined;
  /** What a new object of this type is before anything is set, as Go's encoder writes it. */
  readonly zero: () => Readonly<Record<string, unknown>>;
}

export interface FieldShape {
  readonly element: PathElement;
  readonly shape: () => TypeShape;
  /** Never owned by anybody, and not looked at. */
  readonly ignored: boolean;
}

export type Part = "scalar" | "list" | "map";

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Which part of the shape a value is handled by; when it fits none, the first that there is. */
export function partFor(shape: TypeShape, value: unknown): Part {
  if (typeof value === "object") {
    if (value !== null) {
      if (Array.isArray(value)) {
        if (shape.list !== undefined) return "list";
      } else if (shape.map !== undefined) return "map";
    }
  } else if (value !== undefined && shape.scalar !== undefined) return "scalar";
  return shape.map !== undefined ? "map" : shape.scalar !== undefined ? "scalar" : "list";
}

const NO_FIELDS: ReadonlyMap<string, FieldShape> = new Map();
const NO_MEMBERS: Readonly<Record<string, unknown>> = Object.freeze({});
const NO_KEYS: readonly ListKey[] = [];

export function scalarShape(scalar: ScalarShape): TypeShape {
  return { scalar, list: undefined, map: undefined };
}

export function listShape(
  element: () => TypeShape,
  options: { readonly atomic: boolean; readonly keys?: readonly ListKey[] },
): TypeShape {
  const { atomic, keys = NO_KEYS } = options;
  return { scalar: undefined, list: { atomic, keys, element }, map: undefined };
}

export function mapShape(element: () => TypeShape, atomic: boolean): TypeShape {
  const map: MapShape = { atomic, fields: NO_FIELDS, element, zero: () => NO_MEMBERS };
  return { scalar: undefined, list: undefined, map };
}

/** A struct; `element` as in `MapShape` for one that keeps what it does not know. */
export function structShape(
  fields: Readonly<Record<string, () => TypeShape>>,
  options: {
    readonly atomic?: boolean;
    readonly element?: () => TypeShape;
    readonly ignored?: readonly string[];
    readonly zero?: () => Readonly<Record<string, unknown>>;
  } = {},
): TypeShape {
  const { atomic = false, element, ignored = [], zero = () => NO_MEMBERS } = options;
  const rows = new Map<string, FieldShape>();
  for (const [name, shape] of Object.entries(fields)) {
    rows.set(name, { element: fieldElement(name), shape, ignored: ignored.includes(name) });
  }
  return { scalar: undefined, list: undefined, map: { atomic, fields: rows, element, zero } };
}

/** Anything, owned as a whole: `RawExtension`. */
export const ATOMIC_SHAPE: TypeShape = freeShape(true);

/** Anything: maps are taken apart, lists are not. Custom resources without a schema. */
export const DEDUCED_SHAPE: TypeShape = freeShape(false);

function freeShape(atomic: boolean): TypeShape {
  const self: TypeShape = {
    scalar: "untyped",
    list: { atomic: true, keys: NO_KEYS, element: () => ATOMIC_SHAPE },
    map: { atomic, fields: NO_FIELDS, element: () => self, zero: () => NO_MEMBERS },
  };
  return self;
}
