import type { AdmissionPlugin } from "./admission-plugin.ts";

/** By group and resource; the controllers that take them off again are named after them. */
const FINALIZERS: ReadonlyMap<string, string> = new Map([
  ["/persistentvolumes", "kubernetes.io/pv-protection"],
  ["/persistentvolumeclaims", "kubernetes.io/pvc-protection"],
  ["storage.k8s.io/volumeattributesclasses", "kubernetes.io/vac-protection"],
]);

/**
 * Keeps claims that pods use, volumes that are bound, and attributes classes that either names from
 * going before they are free.
 * @see kubernetes plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go
 */
export const protectStorageInUse: AdmissionPlugin = {
  name: "StorageObjectInUseProtection",
  mutate: ({ operation, group, resource, subresource, object }) => {
    if (operation !== "CREATE" || subresource !== "" || object === undefined) return;
    const finalizer = FINALIZERS.get(`${group}/${resource}`);
    if (finalizer === undefined) return;
    const finalizers = object.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer];
  },
};
