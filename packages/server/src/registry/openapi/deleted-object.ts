import type { ResourceDefinition } from "../../api/schema/language.ts";

/**
 * Resources whose documents say that a DELETE answers the object, by `group/plural`. The documents
 * are what clients are generated from, and they are not always right: a namespace, too, is answered
 * as an object, and is documented as a Status.
 * @see kubernetes pkg/registry (ReturnDeletedObject)
 */
const DOCUMENTED: ReadonlySet<string> = new Set([
  "/persistentvolumeclaims",
  "/persistentvolumes",
  "/pods",
  "/podtemplates",
  "/resourcequotas",
  "/serviceaccounts",
  "/services",
  "resource.k8s.io/deviceclasses",
  "resource.k8s.io/resourceclaims",
  "resource.k8s.io/resourceclaimtemplates",
  "resource.k8s.io/resourceslices",
  "storage.k8s.io/csidrivers",
  "storage.k8s.io/csinodes",
  "storage.k8s.io/storageclasses",
  "storage.k8s.io/volumeattachments",
  "storage.k8s.io/volumeattributesclasses",
]);

/** Whether the document of a DELETE names the object, not a Status. */
export function answersDeletedObject({ group, resource }: ResourceDefinition): boolean {
  return DOCUMENTED.has(`${group}/${resource}`);
}
