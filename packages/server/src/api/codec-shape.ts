/**
 * Structs as JSON sees them: inlined structs opened up, kind and apiVersion in front, everything
 * that decoding and encoding ask of a field worked out once.
 */

import type { FieldDefinition } from "./schema/language.ts";
import { aliasOf, type ResolvedType, resolveType, structOf } from "./scheme.ts";

export interface ShapeField {
  readonly name: string;
  readonly type: ResolvedType;
  /** The reference that the type was parsed from, where errors name another type that one. */
  readonly reference: string;
  readonly omitEmpty: boolean;
  /** Go's `omitzero`: a zero time is left out too. */
  readonly omitZero: boolean;
  /** Decoding keeps an empty list, though encoding leaves it out: to send one means something. */
  readonly keepEmpty: boolean;
  /** The struct whose table has the row: another than the shape's for an inlined field. */
  readonly owner: string;
  /** The default of the table, a JSON value. */
  readonly default?: unknown;
  /** Go's names of the structs that it is inlined from, outermost first. */
  readonly embedded: readonly string[];
}

export interface Shape {
  readonly typeName: string;
  /** Go's name of the struct without its package: `ConfigMap`. */
  readonly goName: string;
  readonly fields: readonly ShapeField[];
  readonly byName: ReadonlyMap<string, ShapeField>;
}

/** Structs whose JSON is not an object of their fields but one of several forms. */
export type UnionName = "OrBool" | "OrArray" | "OrStringArray";

const UNIONS: ReadonlyMap<string, UnionName> = new Map([
  ["apiextensions.v1.JSONSchemaPropsOrBool", "OrBool"],
  ["apiextensions.v1.JSONSchemaPropsOrArray", "OrArray"],
  ["apiextensions.v1.JSONSchemaPropsOrStringArray", "OrStringArray"],
]);
/** What all of them hold. */
export const UNION_SCHEMA = "apiextensions.v1.JSONSchemaProps";

/** Which union a struct is; undefined for all ordinary ones. */
export function unionOf(typeName: string): UnionName | undefined {
  return UNIONS.get(typeName);
}

const shapes = new Map<string, Shape>();

/** The shape of a struct; the same object each time. */
export function shapeOf(typeName: string): Shape {
  const known = shapes.get(typeName);
  if (known !== undefined) return known;
  const definition = structOf(typeName);
  const fields = [
    ...(definition.topLevel === true ? TYPE_META : []),
    ...flatten(typeName, definition.fields, []),
  ];
  const shape = {
    typeName,
    goName: localName(typeName),
    fields,
    byName: new Map(fields.map((each) => [each.name, each])),
  };
  shapes.set(typeName, shape);
  return shape;
}

const TYPE_META: readonly ShapeField[] = ["kind", "apiVersion"].map((name) => ({
  name,
  type: resolveType("string"),
  reference: "string",
  omitEmpty: true,
  omitZero: false,
  keepEmpty: false,
  owner: "runtime.TypeMeta",
  embedded: ["TypeMeta"],
}));

function flatten(
  owner: string,
  definitions: readonly FieldDefinition[],
  embedded: readonly string[],
): ShapeField[] {
  return definitions.flatMap((field) => {
    const type = resolveType(field.type);
    if (field.name === "" && type.kind === "struct") {
      const inner = [...embedded, localName(type.typeName)];
      return flatten(type.typeName, structOf(type.typeName).fields, inner);
    }
    return {
      name: field.name,
      type,
      reference: referenceOf(owner, field),
      omitEmpty: field.omitEmpty === true,
      // The only field upstream tags so.
      omitZero: owner === "meta.v1.ObjectMeta" && field.name === "creationTimestamp",
      keepEmpty: KEPT_EMPTY.has(`${owner}.${field.name}`),
      owner,
      ...(field.default === undefined ? {} : { default: field.default }),
      embedded,
    };
  });
}

/**
 * Lists of which none at all is not the same as nothing: it asks to forget who owns what, and is no
 * policy where the absent one would have been chosen.
 */
const KEPT_EMPTY: ReadonlySet<string> = new Set([
  "meta.v1.ObjectMeta.managedFields",
  "autoscaling.v2.HPAScalingRules.policies",
]);

/** Structs whose `uid` is a plain string upstream: those of users. */
const PLAIN_UID = /\.(?:UserInfo|SubjectAccessReviewSpec|CertificateSigningRequestSpec)$/;

/** Maps of which Go has a type of its own for the keys, which errors name, by the struct's name. */
const KEY_TYPES: ReadonlyMap<string, string> = new Map([
  ["PersistentVolumeClaimStatus.allocatedResourceStatuses", "v1.ResourceName"],
  ["Device.attributes", "v1.QualifiedName"],
  ["Device.capacity", "v1.QualifiedName"],
  ["Device.nodeAllocatableResourceMappings", "v1.ResourceName"],
  ["CapacityRequirements.requests", "v1.QualifiedName"],
  ["DeviceRequestAllocationResult.consumedCapacity", "v1.QualifiedName"],
]);

function referenceOf(owner: string, field: FieldDefinition): string {
  if (isUid(owner, field)) return field.type.replace("string", "types.UID");
  const key = KEY_TYPES.get(`${localName(owner)}.${field.name}`);
  return key === undefined ? field.type : field.type.replace("map[string]", `map[${key}]`);
}

/** Whether Go has a type of its own for the field, which errors name. */
function isUid(owner: string, { name, type }: FieldDefinition): boolean {
  return name === "uid" && type.endsWith("string") && !PLAIN_UID.test(owner);
}

function localName(typeName: string): string {
  return typeName.slice(typeName.lastIndexOf(".") + 1);
}

const GO_NAMES: Readonly<Record<string, string>> = {
  bytes: "[]uint8",
  Time: "v1.Time",
  MicroTime: "v1.MicroTime",
  Duration: "v1.Duration",
  Quantity: "resource.Quantity",
  IntOrString: "intstr.IntOrString",
  FieldsV1: "v1.FieldsV1",
  RawExtension: "runtime.RawExtension",
  JSON: "v1.JSON",
};

/** How Go prints a type in errors, its outer pointer left out: `[]v1.PolicyRule`, `bool`. */
export function goTypeOf(reference: string): string {
  if (reference.startsWith("*")) return goTypeOf(reference.slice(1));
  if (reference.startsWith("[]")) return `[]${goElement(reference.slice(2))}`;
  if (reference.startsWith("map[")) {
    const end = reference.indexOf("]") + 1;
    return `${reference.slice(0, end)}${goElement(reference.slice(end))}`;
  }
  const [, version, name] = reference.split(".");
  if (version !== undefined && name !== undefined) return `${version}.${name}`;
  return GO_NAMES[reference] ?? reference;
}

function goElement(reference: string): string {
  return reference.startsWith("*") ? `*${goTypeOf(reference)}` : goTypeOf(reference);
}

/** The type behind the elements of a list or map that a reference or its alias names. */
export function elementReference(reference: string): string {
  const bare = reference.startsWith("*") ? reference.slice(1) : reference;
  if (bare.startsWith("[]")) return bare.slice(2);
  if (bare.startsWith("map[")) return bare.slice(bare.indexOf("]") + 1);
  const alias = aliasOf(bare);
  return alias === undefined ? bare : elementReference(alias.type);
}
