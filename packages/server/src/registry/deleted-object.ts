import type { ResourceDefinition } from "../api/schema/language.ts";

/**
 * Resources of which a DELETE answers the object, by `group/plural`; of all others it answers a
 * Status.
 * @see kubernetes pkg/registry (ReturnDeletedObject)
 */
const ANSWERED: ReadonlySet<string> = new Set([
  "/namespaces",
  "/persistentvolumeclaims",
  "/persistentvolumes",
  "/pods",
  "/podtemplates",
  "/resourcequotas",
  "/serviceaccounts",
  "/services",
  "resource.k8s.io/deviceclasses",
  "resource.k8s.io/devicetaintrules",
  "resource.k8s.io/resourceclaims",
  "resource.k8s.io/resourceclaimtemplates",
  "resource.k8s.io/resourceslices",
  "storage.k8s.io/csidrivers",
  "storage.k8s.io/csinodes",
  "storage.k8s.io/storageclasses",
  "storage.k8s.io/volumeattachments",
  "storage.k8s.io/volumeattributesclasses",
]);

/** Whether a DELETE answers the object. */
export function answersDeletedObject({ group, resource }: ResourceDefinition): boolean {
  return ANSWERED.has(`${group}/${resource}`);
}

/**
 * Whether the document of a DELETE names the object. Clients are generated from it, and it is not
 * always right: a namespace is answered as an object, and is documented as a Status.
 */
export function documentsDeletedObject(definition: ResourceDefinition): boolean {
  if (definition.group === "" && definition.resource === "namespaces") return false;
  return answersDeletedObject(definition);
}
