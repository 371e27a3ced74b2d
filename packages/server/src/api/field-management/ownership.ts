/**
 * Steps that updates and applies share: what other managers lose by a change, what nobody may own,
 * and how many managers an object may have.
 * @see apimachinery pkg/util/managedfields/internal/{stripmeta,capmanagers}.go, structured-merge-diff merge/update.go
 */
import { difference, type FieldSet, intersection, setOfPaths, union } from "./field-set.ts";
import { compareTimes, type Managed, type ManagedSet, managerId } from "./managed-fields.ts";
import { fieldElement } from "./path-element.ts";
import { compareText } from "./text-order.ts";
import type { TypedDiff } from "./typed-diff.ts";
import type { VersionedDiff } from "./versions.ts";

/** Managers by update that an object may have. @see DefaultMaxUpdateManagers */
const MAX_UPDATE_MANAGERS = 10;
const OLDEST_MANAGER = "ancient-changes";

const UNOWNED: FieldSet = setOfPaths(
  [
    ["apiVersion"],
    ["kind"],
    ["metadata"],
    ["metadata", "name"],
    ["metadata", "namespace"],
    ["metadata", "creationTimestamp"],
    ["metadata", "selfLink"],
    ["metadata", "uid"],
    ["metadata", "clusterName"],
    ["metadata", "generation"],
    ["metadata", "managedFields"],
    ["metadata", "resourceVersion"],
  ].map((path) => path.map(fieldElement)),
);

/** Without what the system alone sets. */
export function stripSystemFields(set: FieldSet): FieldSet {
  return difference(set, UNOWNED);
}

/** Paths of a diff that exist afterwards. */
export function changedFields({ added, modified }: TypedDiff): FieldSet {
  return union(modified, added);
}

/** Changed fields that each other manager owns; managers of versions that are gone are dropped. */
export function conflictsWith(
  managed: Managed,
  self: string | undefined,
  diffs: VersionedDiff,
): Map<string, FieldSet> {
  const conflicts = new Map<string, FieldSet>();
  for (const [id, { manager, set }] of managed) {
    if (id === self) continue;
    const diff = diffs.in(manager.apiVersion);
    if (diff === undefined) {
      managed.delete(id);
      continue;
    }
    const shared = intersection(set, changedFields(diff));
    if (shared.length > 0) conflicts.set(id, shared);
  }
  return conflicts;
}

/** Takes changed and removed fields from the other managers; who is left without any is dropped. */
export function releaseChanged(
  managed: Managed,
  self: string | undefined,
  diffs: VersionedDiff,
): void {
  for (const [id, each] of managed) {
    const diff = id === self ? undefined : diffs.in(each.manager.apiVersion);
    if (diff === undefined) {
      if (id !== self || each.set.length === 0) managed.delete(id);
      continue;
    }
    const set = difference(difference(each.set, changedFields(diff)), diff.removed);
    if (set.length === 0) managed.delete(id);
    else if (set !== each.set) managed.set(id, withSet(each, set));
  }
}

function withSet({ manager, time }: ManagedSet, set: FieldSet): ManagedSet {
  return { manager, set, time };
}

/** Joins the oldest managers by update, those of one version together, until there are few enough. */
export function capManagers(managed: Managed): void {
  const updaters = [...managed].filter(([, { manager }]) => manager.operation === "Update");
  let count = updaters.length;
  if (count <= MAX_UPDATE_MANAGERS) return;
  updaters.sort(
    ([a, left], [b, right]) => compareTimes(left.time, right.time) || compareText(a, b),
  );
  const firsts = new Map<string, string>();
  for (const [id, each] of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) return;
    const { apiVersion } = each.manager;
    const first = firsts.get(apiVersion);
    if (first === undefined) {
      firsts.set(apiVersion, id);
      continue;
    }
    joinOldest(managed, first, each);
    managed.delete(id);
    count--;
  }
}

function joinOldest(managed: Managed, first: string, { manager, set, time }: ManagedSet): void {
  const bucket = { ...manager, name: OLDEST_MANAGER, subresource: "" };
  const id = managerId(bucket);
  let old = managed.get(id);
  if (old === undefined) {
    old = managed.get(first);
    managed.delete(first);
  }
  managed.set(id, { manager: bucket, set: union(set, old?.set ?? []), time });
}
