/**
 * Ownership after a create, an update or a patch that is no apply.
 * @see apimachinery pkg/util/managedfields/internal/{fieldmanager,managedfieldsupdater,skipnonapplied}.go
 */
import { formatTime } from "../../runtime/clock.ts";
import type { KubeObject } from "../object.ts";
import type { ManagedFieldsEntry } from "../types.ts";
import { union } from "./field-set.ts";
import { TypedError } from "./list-items.ts";
import {
  asksForReset,
  decodeManagedFields,
  encodeEntry,
  encodeManagedFields,
  type Managed,
  type Manager,
  managerId,
} from "./managed-fields.ts";
import { capManagers, changedFields, releaseChanged, stripSystemFields } from "./ownership.ts";
import { diffIn, type Endpoint, isStored, VersionedDiff, zeroObject } from "./versions.ts";

export interface OwnershipUpdate extends Endpoint {
  /** The stored object; undefined on create. Not changed, nor is `object`. */
  readonly live: KubeObject | undefined;
  /** The object as it will be stored, in the endpoint's version, defaults set. */
  readonly object: KubeObject;
  /** Name of the writer; empty means `unknown`. */
  readonly manager: string;
  /** Now, milliseconds since 1970. */
  readonly now: number;
}

/**
 * The `metadata.managedFields` that `object` gets; undefined for none. Never throws for what an object
 * holds: when ownership cannot be told, upstream forgets it, and so do we.
 */
export function updateOwnership(request: OwnershipUpdate): ManagedFieldsEntry[] | undefined {
  const { live, object, manager, apiVersion, subresource = "" } = request;
  const managed = storedOrSent(live, object, subresource !== "");
  // An object that has lost its owners gets new ones by the next apply only.
  if (managed.size === 0 && isStored(live)) return undefined;
  const name = manager === "" ? "unknown" : manager;
  const self: Manager = { name, operation: "Update", apiVersion, subresource };
  const old: Readonly<Record<string, unknown>> = live ?? zeroObject(request);
  try {
    if (managed.size === 0) return firstOwner(old, object, request, self);
    takeOver(managed, old, object, request, self);
    capManagers(managed);
    return encodeManagedFields(managed);
  } catch (error) {
    if (error instanceof TypedError) return undefined;
    throw error;
  }
}

/** Entries of the body where it has valid ones and may have them; those of the stored object otherwise. */
function storedOrSent(
  live: KubeObject | undefined,
  object: KubeObject,
  onlyStored: boolean,
): Managed {
  const sent = object.metadata.managedFields;
  if (sent === undefined && live === undefined) return new Map();
  if (!onlyStored) {
    if (asksForReset(sent)) return new Map();
    const managed = decodeOrNone(sent, sent === live?.metadata.managedFields);
    if (managed !== undefined && managed.size > 0) return managed;
  }
  return decodeOrNone(live?.metadata.managedFields, true) ?? new Map();
}

function decodeOrNone(
  entries: readonly ManagedFieldsEntry[] | undefined,
  keep: boolean,
): Managed | undefined {
  try {
    return decodeManagedFields(entries, keep);
  } catch {
    return undefined;
  }
}

/** The common case of `takeOver`: there is nobody to take anything from. */
function firstOwner(
  old: Readonly<Record<string, unknown>>,
  value: Readonly<Record<string, unknown>>,
  endpoint: Endpoint & { readonly now: number },
  manager: Manager,
): ManagedFieldsEntry[] | undefined {
  const diff = diffIn(endpoint, old, value, manager.apiVersion);
  if (diff === undefined) return undefined;
  const set = stripSystemFields(changedFields(diff));
  if (set.length === 0) return undefined;
  return [encodeEntry({ manager, set, time: formatTime(endpoint.now) })];
}

/**
 * Gives `manager` what changes between `old` and `value`, and takes it from the others. A manager
 * whose fields stay as they are keeps its time.
 * @throws TypedError when elements of a list cannot be told apart.
 */
export function takeOver(
  managed: Managed,
  old: Readonly<Record<string, unknown>>,
  value: Readonly<Record<string, unknown>>,
  endpoint: Endpoint & { readonly now: number },
  manager: Manager,
): void {
  const diffs = new VersionedDiff(endpoint, old, value);
  const diff = diffs.in(manager.apiVersion);
  releaseChanged(managed, undefined, diffs);
  if (diff === undefined) return;
  const taken = stripSystemFields(changedFields(diff));
  if (taken.length === 0) return;
  const id = managerId(manager);
  const previous = managed.get(id);
  const set = previous === undefined ? taken : union(taken, previous.set);
  managed.set(id, { manager, set, time: formatTime(endpoint.now) });
}
