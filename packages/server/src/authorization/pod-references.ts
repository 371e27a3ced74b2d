import type { KubeObject } from "../api/object.ts";

/** Resources whose objects can have to do with a node. */
export type ReferenceKind =
  | "pods"
  | "serviceaccounts"
  | "secrets"
  | "configmaps"
  | "persistentvolumeclaims"
  | "persistentvolumes"
  | "resourceclaims"
  | "resourceslices"
  | "volumeattachments";

/** An object of the pod's own namespace. */
export interface Reference {
  readonly kind: ReferenceKind;
  readonly name: string;
}

interface Named {
  readonly name?: string;
}

interface KeyRef {
  readonly secretKeyRef?: Named;
  readonly configMapKeyRef?: Named;
}

interface Container {
  readonly env?: readonly { readonly valueFrom?: KeyRef }[] | null;
  readonly envFrom?:
    | readonly { readonly secretRef?: Named; readonly configMapRef?: Named }[]
    | null;
}

interface WithSecretRef {
  readonly secretRef?: Named;
}

interface Volume {
  readonly name?: string;
  readonly secret?: { readonly secretName?: string };
  readonly configMap?: Named;
  readonly projected?: {
    readonly sources?: readonly { readonly secret?: Named; readonly configMap?: Named }[] | null;
  };
  readonly persistentVolumeClaim?: { readonly claimName?: string };
  readonly ephemeral?: object;
  readonly azureFile?: { readonly secretName?: string };
  readonly csi?: { readonly nodePublishSecretRef?: Named };
  readonly cephfs?: WithSecretRef;
  readonly cinder?: WithSecretRef;
  readonly flexVolume?: WithSecretRef;
  readonly rbd?: WithSecretRef;
  readonly scaleIO?: WithSecretRef;
  readonly iscsi?: WithSecretRef;
  readonly storageos?: WithSecretRef;
}

interface ResourceClaim {
  readonly name?: string;
  readonly resourceClaimName?: string;
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly imagePullSecrets?: readonly Named[] | null;
  readonly initContainers?: readonly Container[] | null;
  readonly containers?: readonly Container[] | null;
  readonly ephemeralContainers?: readonly Container[] | null;
  readonly volumes?: readonly Volume[] | null;
  readonly resourceClaims?: readonly ResourceClaim[] | null;
}

interface PodStatus {
  readonly resourceClaimStatuses?: readonly ResourceClaim[] | null;
  readonly extendedResourceClaimStatus?: { readonly resourceClaimName?: string };
}

const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

type Collect = (kind: ReferenceKind, name: string | undefined) => void;

function collectContainer(container: Container, collect: Collect): void {
  for (const { secretRef, configMapRef } of container.envFrom ?? []) {
    collect("secrets", secretRef?.name);
    collect("configmaps", configMapRef?.name);
  }
  for (const { valueFrom } of container.env ?? []) {
    collect("secrets", valueFrom?.secretKeyRef?.name);
    collect("configmaps", valueFrom?.configMapKeyRef?.name);
  }
}

function collectVolume(volume: Volume, podName: string, collect: Collect): void {
  collect("secrets", volume.secret?.secretName);
  collect("configmaps", volume.configMap?.name);
  for (const { secret, configMap } of volume.projected?.sources ?? []) {
    collect("secrets", secret?.name);
    collect("configmaps", configMap?.name);
  }
  collect("persistentvolumeclaims", volume.persistentVolumeClaim?.claimName);
  // The claim of an ephemeral volume is named after its pod.
  if (volume.ephemeral !== undefined) {
    collect("persistentvolumeclaims", `${podName}-${volume.name ?? ""}`);
  }
  collect("secrets", volume.azureFile?.secretName);
  collect("secrets", volume.csi?.nodePublishSecretRef?.name);
  const { cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos } = volume;
  for (const source of [cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos]) {
    collect("secrets", source?.secretRef?.name);
  }
}

function collectClaims(spec: PodSpec, status: PodStatus, collect: Collect): void {
  for (const { name, resourceClaimName } of spec.resourceClaims ?? []) {
    // A claim made from a template has its name in the status only.
    const made = status.resourceClaimStatuses?.find((one) => one.name === name);
    collect("resourceclaims", resourceClaimName ?? made?.resourceClaimName);
  }
  collect("resourceclaims", status.extendedResourceClaimStatus?.resourceClaimName);
}

/**
 * What a pod makes its node need, in the pod's namespace. A mirror pod needs nothing: whoever may
 * write the manifests of a node could otherwise read any secret.
 * @see kubernetes pkg/api/v1/pod/util.go VisitPodSecretNames, VisitPodConfigmapNames
 */
export function podReferences(pod: Readonly<KubeObject>): readonly Reference[] {
  if (pod.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined) return [];
  const spec = (pod.spec ?? {}) as PodSpec;
  const status = (pod.status ?? {}) as PodStatus;
  const references: Reference[] = [];
  const collect: Collect = (kind, name) => {
    if (name !== undefined && name !== "") references.push({ kind, name });
  };
  collect("serviceaccounts", spec.serviceAccountName);
  for (const { name } of spec.imagePullSecrets ?? []) collect("secrets", name);
  for (const containers of [spec.initContainers, spec.containers, spec.ephemeralContainers]) {
    for (const container of containers ?? []) collectContainer(container, collect);
  }
  for (const volume of spec.volumes ?? []) collectVolume(volume, pod.metadata.name ?? "", collect);
  collectClaims(spec, status, collect);
  return references;
}
