/** The two halves of an object: each endpoint writes one and keeps the other as it is stored. */
import type { KubeObject } from "../../api/object.ts";

function keep(object: KubeObject, old: KubeObject, member: "spec" | "status"): void {
  const kept = old[member];
  if (kept === undefined) delete object[member];
  else object[member] = kept;
}

/** For updates of the object itself. */
export function keepStatus(object: KubeObject, old: KubeObject): void {
  keep(object, old, "status");
}

/** For updates of its status. */
export function keepSpec(object: KubeObject, old: KubeObject): void {
  keep(object, old, "spec");
}

/** Status endpoints of newer kinds leave metadata alone, but for the managers of fields. */
export function keepMetadata(object: KubeObject, old: KubeObject): void {
  const { managedFields, resourceVersion } = object.metadata;
  object.metadata = { ...old.metadata };
  if (managedFields === undefined) delete object.metadata.managedFields;
  else object.metadata.managedFields = managedFields;
  if (resourceVersion !== undefined) object.metadata.resourceVersion = resourceVersion;
}
