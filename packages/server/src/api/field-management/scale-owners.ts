/**
 * Who owns the number of pods: `managedFields` of a workload as those of its scale, and back. Both
 * have the number in `spec.replicas`.
 * @see apimachinery pkg/util/managedfields/scalehandler.go
 */
import type { ManagedFieldsEntry } from "../types.ts";
import { compareEntries, type Manager, managerId } from "./managed-fields.ts";

type Entries = readonly ManagedFieldsEntry[] | undefined;
type Fields = Readonly<Record<string, unknown>>;

const SCALE_VERSION = "autoscaling/v1";
const REPLICAS: Fields = { "f:spec": { "f:replicas": {} } };

function specFields({ fieldsV1 }: ManagedFieldsEntry): Fields {
  const fields = (fieldsV1 ?? {}) as Fields;
  return (fields["f:spec"] ?? {}) as Fields;
}

function ownsReplicas(entry: ManagedFieldsEntry): boolean {
  return specFields(entry)["f:replicas"] !== undefined;
}

function idOf({
  manager: name = "",
  operation,
  apiVersion = "",
  subresource = "",
}: ManagedFieldsEntry) {
  return managerId({ name, operation, apiVersion, subresource } as Manager);
}

/** By manager; of two entries of one manager the last counts. */
function byManager(entries: Entries): Map<string, ManagedFieldsEntry> {
  return new Map((entries ?? []).map((entry) => [idOf(entry), entry]));
}

/**
 * The entries of the scale that is made of a workload.
 * @param version - the workload's group version; entries in others are left out
 */
export function entriesOfScale(entries: Entries, version: string): ManagedFieldsEntry[] {
  return [...byManager(entries).values()]
    .filter((entry) => entry.apiVersion === version && ownsReplicas(entry))
    .map((entry) => ({ ...entry, apiVersion: SCALE_VERSION, fieldsV1: REPLICAS }));
}

/**
 * The entries of a workload after a write of its scale. Who updated the number before loses it to an
 * entry of its own, as upstream does it, because an update is known by its version, too.
 * @param entries - of the workload before
 * @param scaleEntries - of the scale afterwards
 */
export function entriesOfScaled(
  entries: Entries,
  scaleEntries: Entries,
  version: string,
): ManagedFieldsEntry[] | undefined {
  const scaled = byManager(scaleEntries);
  const kept = new Map<string, ManagedFieldsEntry>();
  for (const [id, entry] of byManager(entries)) {
    if (entry.apiVersion !== version) continue;
    if (!ownsReplicas(entry) || scaled.delete(id)) kept.set(id, entry);
    else {
      const rest = withoutReplicas(entry);
      if (rest !== undefined) kept.set(id, rest);
    }
  }
  const times = byManager(entries);
  for (const [id, entry] of scaled) {
    if (!ownsReplicas(entry)) continue;
    const { time: _time, ...owner } = entry;
    const time = times.get(id)?.time;
    kept.set(id, {
      ...owner,
      apiVersion: version,
      fieldsV1: REPLICAS,
      ...(time === undefined ? {} : { time }),
    });
  }
  return kept.size === 0 ? undefined : [...kept.values()].sort(compareEntries);
}

function withoutReplicas(entry: ManagedFieldsEntry): ManagedFieldsEntry | undefined {
  const { "f:replicas": _replicas, ...spec } = specFields(entry);
  const { "f:spec": _spec, ...others } = (entry.fieldsV1 ?? {}) as Fields;
  const fields = Object.keys(spec).length === 0 ? others : { ...others, "f:spec": spec };
  return Object.keys(fields).length === 0 ? undefined : { ...entry, fieldsV1: fields };
}
