/**
 * Whether a value fits its shape, with upstream's words. Only what is applied is checked so: other
 * writes have been decoded before.
 * @see structured-merge-diff typed/validate.go
 */
import { goTypeName, printGo, printGoSyntax } from "../patch/go-value.ts";
import { elementOfItem, TypedError } from "./list-items.ts";
import { fieldElement, indexElement, type PathElement, printPath } from "./path-element.ts";
import {
  isMap,
  type ListShape,
  type MapShape,
  partFor,
  type ScalarShape,
  type TypeShape,
} from "./type-shape.ts";

/** @throws TypedError that lists everything that is wrong. */
export function validateTyped(shape: TypeShape, value: unknown): void {
  const errors: string[] = [];
  checkValue(shape, value, [], errors);
  const [first, ...rest] = errors;
  if (first === undefined) return;
  throw new TypedError(rest.length === 0 ? first : ["errors:", ...errors].join("\n  "));
}

type Path = readonly PathElement[];

/** How deep a value may nest; objects of the API stay far below. */
const MAX_DEPTH = 500;

function checkValue(shape: TypeShape, value: unknown, path: Path, errors: string[]): void {
  if (path.length > MAX_DEPTH) throw new TypedError("exceeded max depth");
  const part = partFor(shape, value);
  if (part === "map" && shape.map !== undefined) checkMap(shape.map, value, path, errors);
  else if (part === "list" && shape.list !== undefined) checkList(shape.list, value, path, errors);
  else if (shape.scalar !== undefined) {
    const fault = value === null ? undefined : scalarFault(shape.scalar, value);
    if (fault !== undefined) report(path, fault, errors);
  }
}

function report(path: Path, fault: string, errors: string[]): void {
  errors.push(path.length === 0 ? fault : `${printPath(path)}: ${fault}`);
}

function scalarFault(scalar: ScalarShape, value: unknown): string | undefined {
  const numeric = typeof value === "number" || typeof value === "bigint";
  switch (scalar) {
    case "numeric":
      return numeric ? undefined : `expected numeric (int or float), got ${goTypeName(value)}`;
    case "string":
      return typeof value === "string"
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${printGoSyntax(value)}}`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `expected boolean, got &{${printGo(value)}}`;
    case "untyped":
      return typeof value === "object"
        ? `expected any scalar, got &{${printGo(value)}}`
        : undefined;
  }
}

function checkMap(map: MapShape, value: unknown, path: Path, errors: string[]): void {
  if (value === null) return;
  if (!isMap(value)) {
    report(path, `expected map, got &{${printGo(value)}}`, errors);
    return;
  }
  for (const key of Object.keys(value)) {
    const field = map.fields.get(key);
    const shape = field === undefined ? map.element?.() : field.shape();
    const below = [...path, field?.element ?? fieldElement(key)];
    if (shape === undefined) {
      // Upstream looks no further once it has met a field that it does not know.
      report(below, "field not declared in schema", errors);
      return;
    }
    checkValue(shape, value[key], below, errors);
  }
}

function checkList(list: ListShape, value: unknown, path: Path, errors: string[]): void {
  if (value === null) return;
  if (!Array.isArray(value)) {
    report(path, `expected list, got &{${printGo(value)}}`, errors);
    return;
  }
  const shape = list.element();
  const seen = new Set<string>();
  for (const [at, item] of value.entries()) {
    const element = list.atomic ? indexElement(at) : elementOrFault(list, item, at);
    if (typeof element === "string") {
      report(path, element, errors);
      return;
    }
    if (seen.has(element.text)) {
      report(path, `duplicate entries for key ${printPath([element])}`, errors);
    }
    seen.add(element.text);
    checkValue(shape, item, [...path, element], errors);
  }
}

function elementOrFault(list: ListShape, item: unknown, at: number): PathElement | string {
  try {
    return elementOfItem(list, item);
  } catch (error) {
    if (error instanceof TypedError) return `element ${at}: ${error.message}`;
    throw error;
  }
}
