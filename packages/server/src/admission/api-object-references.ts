import { secretNamesOf } from "../api/pod-secrets.ts";
import type {
  Container,
  EphemeralContainer,
  PodSpec,
  Volume,
  VolumeProjection,
} from "../api/types.ts";

/** What a pod refers to that a node may not let it: a resource, or a source that nobody knows. */
export type ApiObjectReference =
  | { readonly resource: string }
  | { readonly problem: string }
  | undefined;

const VOLUME_RESOURCES: readonly (readonly [member: keyof Volume, resource: string])[] = [
  ["configMap", "configmaps (via configmap volumes)"],
  ["secret", "secrets (via secret volumes)"],
  ["csi", "csidrivers (via CSI volumes)"],
  ["glusterfs", "endpoints (via glusterFS volumes)"],
  ["persistentVolumeClaim", "persistentvolumeclaims"],
  ["ephemeral", "persistentvolumeclaims (via ephemeral volumes)"],
  ["azureFile", "secrets (via azureFile volumes)"],
];

const PROJECTED_RESOURCES: readonly (readonly [keyof VolumeProjection, string])[] = [
  ["configMap", "configmaps (via projected volumes)"],
  ["secret", "secrets (via projected volumes)"],
  ["serviceAccountToken", "serviceaccounts (via projected volumes)"],
  ["clusterTrustBundle", "clustertrustbundles"],
  ["podCertificate", "podcertificates"],
];

function usesConfigMaps(spec: PodSpec): boolean {
  const containers: readonly (Container | EphemeralContainer)[] = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  const named = (name: string | undefined): boolean => (name ?? "") !== "";
  return (
    containers.some(
      ({ env, envFrom }) =>
        (envFrom ?? []).some(({ configMapRef }) => named(configMapRef?.name)) ||
        (env ?? []).some(({ valueFrom }) => named(valueFrom?.configMapKeyRef?.name)),
    ) ||
    (spec.volumes ?? []).some(
      ({ configMap, projected }) =>
        named(configMap?.name) ||
        (projected?.sources ?? []).some((source) => named(source.configMap?.name)),
    )
  );
}

function projectedReference(volume: Volume): ApiObjectReference {
  for (const source of volume.projected?.sources ?? []) {
    const found = PROJECTED_RESOURCES.find(([member]) => source[member] !== undefined);
    if (found !== undefined) return { resource: found[1] };
    if (source.downwardAPI === undefined) {
      return { problem: `unknown source for projected volume ${JSON.stringify(volume.name)}` };
    }
  }
  return undefined;
}

function volumeReference(volume: Volume): ApiObjectReference {
  const found = VOLUME_RESOURCES.find(([member]) => volume[member] !== undefined);
  if (found !== undefined) return { resource: found[1] };
  return projectedReference(volume);
}

/**
 * The first API object that a pod refers to. A mirror pod stands for a pod that its node runs by
 * itself; whoever may write its manifest must not get at objects of the API through it.
 * @see kubernetes pkg/api/pod/util.go (HasAPIObjectReference)
 */
export function apiObjectReference(spec: PodSpec): ApiObjectReference {
  if ((spec.serviceAccountName ?? "") !== "") return { resource: "serviceaccounts" };
  if (secretNamesOf(spec).size > 0) return { resource: "secrets" };
  if (usesConfigMaps(spec)) return { resource: "configmaps" };
  if ((spec.resourceClaims ?? []).length > 0) return { resource: "resourceclaims" };
  for (const volume of spec.volumes ?? []) {
    const reference = volumeReference(volume);
    if (reference !== undefined) return reference;
  }
  return undefined;
}
