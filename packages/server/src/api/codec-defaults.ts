/**
 * Defaults that the tables hold, and what storing does to a value. Defaults that depend on other
 * fields belong to the kinds' strategies.
 */
import { type Members, SchemaWalk } from "./codec-walk.ts";
import { isEmptyValue } from "./decode-zero.ts";
import { roundUpToMilli } from "./quantity.ts";

/** Upstream's defaulting of resource lists leaves those of quotas alone. */
const QUOTA = /^core\.v1\.ResourceQuota/;

const defaults = new SchemaWalk((field) => {
  const { name, default: value, type } = field;
  if (field.reference === "core.v1.ResourceList" && !QUOTA.test(field.owner)) {
    return (members) => roundResources(members[name]);
  }
  if (value === undefined || (type.kind !== "pointer" && isEmptyValue(type, value)))
    return undefined;
  const isPointer = type.kind === "pointer";
  return (members) => {
    const present = members[name];
    const isUnset = present === undefined || present === null;
    if (isUnset || (!isPointer && isEmptyValue(type, present))) members[name] = value;
  };
});

/** Quantities of a resource list are canonical, and in thousandths at most. */
function roundResources(list: unknown): void {
  if (typeof list !== "object" || list === null) return;
  const members = list as Record<string, unknown>;
  for (const [resource, quantity] of Object.entries(members)) {
    if (typeof quantity === "string") members[resource] = roundUpToMilli(quantity);
  }
}

/**
 * Fills in what the tables say of unset fields, everywhere in the object, in place. The order of
 * members is not kept; encoding restores it.
 * @returns the same object.
 */
export function applySchemaDefaults<T extends object>(typeName: string, object: T): T {
  defaults.apply(typeName, object as Members);
  return object;
}

const emptied = new SchemaWalk(({ name, type, omitEmpty }) => {
  if (omitEmpty || (type.kind !== "list" && type.kind !== "map")) return undefined;
  return (members) => {
    const value = members[name];
    if (value !== undefined && value !== null && isEmptyValue(type, value)) members[name] = null;
  };
});

/**
 * What an object looks like when it has been stored: upstream stores protobuf, in which an empty list
 * is no list, so that `rules: []` comes back as `rules: null`. In place.
 * @returns the same object.
 */
export function settleForStorage<T extends object>(typeName: string, object: T): T {
  emptied.apply(typeName, object as Members);
  return object;
}
