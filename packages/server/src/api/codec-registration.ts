/**
 * What upstream's schemes say of a kind that a body names: whether they know it, which internal type
 * it converts to, and the scheme's own name in messages.
 */
import { quoteGo } from "./go-quote.ts";
import { apiVersionOf } from "./object.ts";
import type { GroupVersionKind } from "./schema/language.ts";
import { kindOf } from "./scheme.ts";

const ALIENS: ReadonlyMap<string, string> = new Map([
  ["apiextensions.k8s.io", "pkg/apiserver/apiserver.go:55"],
  ["apiregistration.k8s.io", "pkg/apiserver/scheme/scheme.go:28"],
]);
const LEGACY_SCHEME = "pkg/api/legacyscheme/scheme.go:30";

/**
 * Kinds of versions that we do not serve and upstream's scheme has; their lists are meant too.
 * @see k8s.io/api, register.go of each version
 */
const OTHER_VERSIONS: Readonly<Record<string, string>> = {
  "admission.k8s.io/v1beta1": "AdmissionReview",
  "admissionregistration.k8s.io/v1alpha1":
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/v1beta1":
    "ValidatingWebhookConfiguration MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding",
  "apps/v1beta1": "Deployment DeploymentRollback Scale StatefulSet ControllerRevision",
  "apps/v1beta2": "Deployment Scale StatefulSet DaemonSet ReplicaSet ControllerRevision",
  "authentication.k8s.io/v1alpha1": "SelfSubjectReview",
  "authorization.k8s.io/v1beta1":
    "SelfSubjectRulesReview SelfSubjectAccessReview SubjectAccessReview LocalSubjectAccessReview",
  "batch/v1beta1": "CronJob",
  "certificates.k8s.io/v1alpha1": "ClusterTrustBundle",
  "certificates.k8s.io/v1beta1":
    "CertificateSigningRequest ClusterTrustBundle PodCertificateRequest",
  "coordination.k8s.io/v1alpha2": "LeaseCandidate",
  "coordination.k8s.io/v1beta1": "Lease LeaseCandidate",
  "discovery.k8s.io/v1beta1": "EndpointSlice",
  "events.k8s.io/v1beta1": "Event",
  "extensions/v1beta1":
    "Deployment DeploymentRollback Scale DaemonSet Ingress ReplicaSet NetworkPolicy",
  "flowcontrol.apiserver.k8s.io/v1beta1": "FlowSchema PriorityLevelConfiguration",
  "flowcontrol.apiserver.k8s.io/v1beta2": "FlowSchema PriorityLevelConfiguration",
  "flowcontrol.apiserver.k8s.io/v1beta3": "FlowSchema PriorityLevelConfiguration",
  "imagepolicy.k8s.io/v1alpha1": "ImageReview",
  "internal.apiserver.k8s.io/v1alpha1": "StorageVersion",
  "networking.k8s.io/v1beta1": "Ingress IngressClass IPAddress ServiceCIDR",
  "node.k8s.io/v1alpha1": "RuntimeClass",
  "node.k8s.io/v1beta1": "RuntimeClass",
  "policy/v1beta1": "PodDisruptionBudget Eviction",
  "rbac.authorization.k8s.io/v1alpha1": "Role RoleBinding ClusterRole ClusterRoleBinding",
  "rbac.authorization.k8s.io/v1beta1": "Role RoleBinding ClusterRole ClusterRoleBinding",
  "resource.k8s.io/v1alpha3": "DeviceTaintRule ResourcePoolStatusRequest",
  "resource.k8s.io/v1beta1": "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
  "resource.k8s.io/v1beta2":
    "DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice",
  "scheduling.k8s.io/v1alpha2": "Workload PodGroup",
  "scheduling.k8s.io/v1beta1": "PriorityClass",
  "storage.k8s.io/v1alpha1": "VolumeAttachment CSIStorageCapacity VolumeAttributesClass",
  "storage.k8s.io/v1beta1":
    "StorageClass VolumeAttachment CSIDriver CSINode CSIStorageCapacity VolumeAttributesClass",
  "storagemigration.k8s.io/v1beta1": "StorageVersionMigration",
};

/** A kind as far as upstream's scheme knows it; without a type name when our tables lack it. */
export interface Registration extends GroupVersionKind {
  readonly typeName?: string;
}

/** What the scheme behind an endpoint has under this name; undefined if nothing. */
export function registrationOf(
  endpointGroup: string,
  { group, version, kind }: GroupVersionKind,
): Registration | undefined {
  const isAlien = ALIENS.has(group);
  if (ALIENS.has(endpointGroup) ? group !== endpointGroup && group !== "" : isAlien)
    return undefined;
  const known = kindOf(group, version, kind);
  if (known !== undefined) return known;
  const others = OTHER_VERSIONS[`${group}/${version}`]?.split(" ") ?? [];
  const item = kind.endsWith("List") ? kind.slice(0, -"List".length) : kind;
  return others.includes(item) ? { group, version, kind } : undefined;
}

/** Upstream's text for a kind that the scheme of an endpoint does not have. */
export function notRegistered(endpointGroup: string, named: GroupVersionKind): string {
  const scheme = ALIENS.get(endpointGroup) ?? LEGACY_SCHEME;
  return notRegisteredIn(scheme, named);
}

/** The same for a scheme by its name. */
export function notRegisteredIn(
  scheme: string,
  { group, version, kind }: GroupVersionKind,
): string {
  return `no kind ${quoteGo(kind)} is registered for version ${quoteGo(apiVersionOf(group, version))} in scheme "${scheme}"`;
}

/** The internal type that a kind converts to, as Go prints it: `rbac.Role`. */
export function internalTypeOf({ group, version, kind }: GroupVersionKind): string {
  if (kind === "Scale") return "autoscaling.Scale";
  if (group === "extensions" && version === "v1beta1") {
    return `${/^(?:Ingress|NetworkPolicy)/.test(kind) ? "networking" : "apps"}.${kind}`;
  }
  // Events of both groups are one type.
  const name = group === "" || group === "events.k8s.io" ? "core" : (group.split(".")[0] ?? group);
  return `${name}.${kind}`;
}
