import { type FieldError, invalidValue, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";

/** Members of metadata in the order in which they are printed. */
const METADATA_ORDER = [
  "name",
  "generateName",
  "namespace",
  "selfLink",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "labels",
  "annotations",
  "ownerReferences",
  "finalizers",
  "managedFields",
];

const MANAGED_FIELDS_ORDER = [
  "manager",
  "operation",
  "apiVersion",
  "time",
  "fieldsType",
  "fieldsV1",
  "subresource",
];

type Fields = Readonly<Record<string, unknown>>;

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function inOrder(fields: Fields, order: readonly string[]): Fields {
  return Object.fromEntries(
    order.flatMap((name) => (isEmpty(fields[name]) ? [] : [[name, fields[name]]])),
  );
}

function sorted(map: unknown): unknown {
  if (typeof map !== "object" || map === null) return map;
  return Object.fromEntries(Object.entries(map).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Metadata as Go would write it. */
function printed(metadata: Fields): Fields {
  const { labels, annotations, managedFields } = metadata;
  const entries = Array.isArray(managedFields)
    ? managedFields.map((entry: Fields) => inOrder(entry, MANAGED_FIELDS_ORDER))
    : managedFields;
  const parts = {
    labels: sorted(labels),
    annotations: sorted(annotations),
    managedFields: entries,
  };
  return inOrder({ ...metadata, ...parts }, METADATA_ORDER);
}

/** A review has no metadata, but for the fields' managers and, where it is namespaced, its namespace. */
export function reviewMetadataErrors(
  metadata: KubeObject["metadata"],
  namespaced: boolean,
): readonly FieldError[] {
  for (const name in metadata) {
    if (name === "managedFields" || (namespaced && name === "namespace")) continue;
    if (isEmpty((metadata as Fields)[name])) continue;
    const text = namespaced ? "must be empty except for namespace" : "must be empty";
    return [invalidValue(root("metadata"), printed(metadata as Fields), text)];
  }
  return [];
}
