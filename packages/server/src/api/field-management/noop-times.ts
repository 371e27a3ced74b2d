/**
 * Writes that change nothing but times of ownership are no writes.
 * @see apiserver pkg/endpoints/handlers/fieldmanager/equality.go
 */
import type { KubeObject } from "../object.ts";
import type { ManagedFieldsEntry } from "../types.ts";
import { equalValues } from "./equal-values.ts";

/**
 * The managedFields to store: those of `live` when `object` differs from it in their times alone, its
 * own otherwise.
 */
export function withoutNoopTimes(
  live: KubeObject,
  object: KubeObject,
): readonly ManagedFieldsEntry[] | undefined {
  const { managedFields: before = [], ...oldMetadata } = live.metadata;
  const { managedFields: after, ...metadata } = object.metadata;
  if (after === undefined || after.length === 0 || after.length !== before.length) return after;
  if (after.every((entry, at) => entry.time === before[at]?.time)) return after;
  const same =
    after.every((entry, at) => equalValues(timeless(entry), timeless(before[at]))) &&
    equalValues({ ...live, metadata: oldMetadata }, { ...object, metadata });
  return same ? before : after;
}

function timeless(entry: ManagedFieldsEntry | undefined): unknown {
  const { time: _, ...rest } = entry ?? {};
  return rest;
}
