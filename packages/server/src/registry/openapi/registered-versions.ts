import type { GroupVersionKindModel } from "./path-model.ts";

/**
 * Every group version that Kubernetes 1.36 registers, served or not. The kinds that all of them have
 * list them in version 2 of the document, where clients look a kind's model up.
 * @see kubernetes pkg/api/legacyscheme, staging/src/k8s.io/api (SchemeGroupVersion)
 */
const REGISTERED: Readonly<Record<string, readonly string[]>> = {
  "": ["v1"],
  "admission.k8s.io": ["v1", "v1beta1"],
  "admissionregistration.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  "apiextensions.k8s.io": ["v1", "v1beta1"],
  "apiregistration.k8s.io": ["v1", "v1beta1"],
  apps: ["v1", "v1beta1", "v1beta2"],
  "authentication.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  "authorization.k8s.io": ["v1", "v1beta1"],
  autoscaling: ["v1", "v2"],
  batch: ["v1", "v1beta1"],
  "certificates.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  "coordination.k8s.io": ["v1", "v1alpha2", "v1beta1"],
  "discovery.k8s.io": ["v1", "v1beta1"],
  "events.k8s.io": ["v1", "v1beta1"],
  extensions: ["v1beta1"],
  "flowcontrol.apiserver.k8s.io": ["v1", "v1beta1", "v1beta2", "v1beta3"],
  "imagepolicy.k8s.io": ["v1alpha1"],
  "internal.apiserver.k8s.io": ["v1alpha1"],
  "networking.k8s.io": ["v1", "v1beta1"],
  "node.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  policy: ["v1", "v1beta1"],
  "rbac.authorization.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  "resource.k8s.io": ["v1", "v1alpha3", "v1beta1", "v1beta2"],
  "scheduling.k8s.io": ["v1", "v1alpha2", "v1beta1"],
  "storage.k8s.io": ["v1", "v1alpha1", "v1beta1"],
  "storagemigration.k8s.io": ["v1beta1"],
};

/** Kinds that every group version registers under its own name. */
const EVERYWHERE: ReadonlySet<string> = new Set(["DeleteOptions", "WatchEvent"]);

/** Whether a kind of `meta.v1` belongs to every group version. */
export function isRegisteredEverywhere(kind: string): boolean {
  return EVERYWHERE.has(kind);
}

/** Such a kind in all group versions, by group and version, ascending. */
export function everyVersionOf(kind: string): readonly GroupVersionKindModel[] {
  return Object.entries(REGISTERED).flatMap(([group, versions]) =>
    versions.map((version) => ({ group, version, kind })),
  );
}
