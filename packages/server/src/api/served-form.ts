/**
 * Objects as a client that reads their JSON has them, without writing and reading it: members that
 * `omitempty` leaves out are absent, those that are always written are there. What is in that form
 * already is shared with the object, not copied.
 */
import { type Shape, type ShapeField, shapeOf, UNION_SCHEMA, unionOf } from "./codec-shape.ts";
import { isEmptyValue, zeroOf, zeroOfField } from "./decode-zero.ts";
import type { ResolvedType } from "./scheme.ts";

/** Answers the value itself where it is in the form. */
type Settle = (value: unknown) => unknown;

const structs = new Map<string, Settle>();

/**
 * What `encodeJson` writes of a decoded object, as a value.
 * @param typeName - a struct of the tables, `core.v1.Pod`
 */
export function servedForm<T extends object>(typeName: string, object: T): T {
  return settlerOf(typeName)(object) as T;
}

function settlerOf(typeName: string): Settle {
  const known = structs.get(typeName);
  if (known !== undefined) return known;
  const settler = unionOf(typeName) === undefined ? compileStruct(shapeOf(typeName)) : union;
  structs.set(typeName, settler);
  return settler;
}

const same: Settle = (value) => value;

const union: Settle = (value) =>
  Array.isArray(value) ? settleItems(value, null, union) : settlerOf(UNION_SCHEMA)(value);

interface FieldRule {
  /** Undefined for values that hold no others. */
  readonly settle: Settle | undefined;
  /** The type whose empty value is left out; undefined when none is. */
  readonly omitted: ResolvedType | undefined;
  readonly field: ShapeField;
}

interface StructRules {
  readonly fields: ReadonlyMap<string, FieldRule>;
  /** Those that are written even when they are absent. */
  readonly always: readonly ShapeField[];
}

function rulesOf({ fields }: Shape): StructRules {
  const ruleOf = (field: ShapeField): FieldRule => ({
    settle: compile(field.type),
    omitted: field.omitEmpty ? field.type : undefined,
    field,
  });
  return {
    fields: new Map(fields.map((field) => [field.name, ruleOf(field)])),
    always: fields.filter((field) => zeroOfField(field) !== undefined),
  };
}

type Members = Record<string, unknown>;

function compileStruct(shape: Shape): Settle {
  let rules: StructRules | undefined;
  return (value) => {
    if (!isObject(value)) return value;
    rules ??= rulesOf(shape);
    let settled = value;
    for (const name in value) {
      const member = value[name];
      const after = settleMember(rules.fields.get(name), member);
      if (after === member && member !== undefined) continue;
      if (settled === value) settled = { ...value };
      if (after === undefined) delete settled[name];
      else settled[name] = after;
    }
    for (const field of rules.always) {
      if (settled[field.name] !== undefined) continue;
      if (settled === value) settled = { ...value };
      settled[field.name] = zeroOfField(field);
    }
    return settled;
  };
}

/** Undefined for what is not written. */
function settleMember(rule: FieldRule | undefined, member: unknown): unknown {
  if (rule === undefined) return undefined;
  if (member === undefined || member === null) return zeroOfField(rule.field);
  if (rule.omitted !== undefined && isEmptyValue(rule.omitted, member)) return undefined;
  return rule.settle === undefined ? member : rule.settle(member);
}

function compile(type: ResolvedType): Settle | undefined {
  switch (type.kind) {
    case "pointer":
      return compile(type.element);
    case "struct":
      return (value) => settlerOf(type.typeName)(value);
    case "list":
      return compileList(type.element);
    case "map":
      return compileMap(type.value);
    default:
      return undefined;
  }
}

function compileList(element: ResolvedType): Settle {
  const settle = compile(element) ?? same;
  const zero = zeroOf(element);
  return (value) => (Array.isArray(value) ? settleItems(value, zero, settle) : value);
}

function settleItems(value: unknown[], zero: unknown, settle: Settle): unknown[] {
  let settled = value;
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    const after = item === undefined || item === null ? zero : settle(item);
    if (after === item) continue;
    if (settled === value) settled = [...value];
    settled[index] = after;
  }
  return settled;
}

function compileMap(element: ResolvedType): Settle {
  const settle = compile(element) ?? same;
  const zero = zeroOf(element);
  return (value) => {
    if (!isObject(value)) return value;
    let settled = value;
    for (const key in value) {
      const member = value[key];
      const after = member === null ? zero : settle(member);
      if (after === member && member !== undefined) continue;
      if (settled === value) settled = { ...value };
      if (member === undefined) delete settled[key];
      else Object.defineProperty(settled, key, { value: after });
    }
    return settled;
  };
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
