import type { AdmissionPlugin } from "./admission-plugin.ts";

/** By resource; the controllers that take them off again are named after them. */
const FINALIZERS: ReadonlyMap<string, { readonly group: string; readonly finalizer: string }> =
  new Map([
    ["persistentvolumes", { group: "", finalizer: "kubernetes.io/pv-protection" }],
    ["persistentvolumeclaims", { group: "", finalizer: "kubernetes.io/pvc-protection" }],
    [
      "volumeattributesclasses",
      { group: "storage.k8s.io", finalizer: "kubernetes.io/vac-protection" },
    ],
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
    const known = FINALIZERS.get(resource);
    if (known === undefined || known.group !== group) return;
    const { finalizer } = known;
    const finalizers = object.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer];
  },
};
