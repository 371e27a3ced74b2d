/**
 * Removes what a manager applied before and does not apply any more, unless others own it.
 * @see structured-merge-diff merge/update.go (prune)
 */
import { difference, EMPTY_SET, type FieldSet, intersection, union } from "./field-set.ts";
import type { Managed, ManagedSet } from "./managed-fields.ts";
import { toFieldSet } from "./to-field-set.ts";
import { isMap, type TypeShape } from "./type-shape.ts";
import { removeFields, withNamedFields } from "./typed-remove.ts";
import { type Endpoint, inVersion, type VersionedObject } from "./versions.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * @param merged - the object with everything that is applied now.
 * @param managed - with what the manager applies now.
 * @param last - what it applied before.
 */
export function prune(
  endpoint: Endpoint,
  merged: Members,
  managed: Managed,
  last: ManagedSet | undefined,
): Members {
  if (last === undefined || last.set.length === 0) return merged;
  const versioned = inVersion(endpoint, merged, last.manager.apiVersion);
  if (versioned === undefined) return merged;
  const { shape, object } = versioned;
  const lastSet = withNamedFields(shape, last.set);
  const removed = asMembers(removeFields(shape, object, lastSet));
  const kept = addBackOwned(endpoint, { whole: versioned, pruned: removed }, managed);
  const pruned = addBackDangling({ whole: versioned, pruned: kept }, lastSet);
  return inVersion(endpoint, pruned, endpoint.apiVersion)?.object ?? merged;
}

interface Pruning {
  /** Before anything was removed. */
  readonly whole: VersionedObject;
  /** What is left of it, in the same version. */
  readonly pruned: Members;
}

/** What anybody owns comes back, seen in each version in which somebody does. */
function addBackOwned(endpoint: Endpoint, { whole, pruned }: Pruning, managed: Managed): Members {
  const owned = new Map<string, FieldSet>();
  for (const { manager, set } of managed.values()) {
    owned.set(manager.apiVersion, union(owned.get(manager.apiVersion) ?? EMPTY_SET, set));
  }
  let left = pruned;
  for (const [version, set] of owned) {
    const then = inVersion(endpoint, whole.object, version);
    const now = inVersion(endpoint, left, version);
    if (then === undefined || now === undefined) continue;
    const { shape } = then;
    const kept = union(named(shape, now.object), withNamedFields(shape, set));
    const gone = difference(named(shape, then.object), kept);
    left = asMembers(removeFields(shape, then.object, gone));
  }
  return left;
}

/** What the manager did not own before comes back too. */
function addBackDangling({ whole, pruned }: Pruning, last: FieldSet): Members {
  const { shape, object } = whole;
  const gone = difference(named(shape, object), named(shape, pruned));
  return asMembers(removeFields(shape, object, intersection(gone, last)));
}

function named(shape: TypeShape, object: Members): FieldSet {
  return withNamedFields(shape, toFieldSet(shape, object));
}

function asMembers(value: unknown): Members {
  return isMap(value) ? value : {};
}
