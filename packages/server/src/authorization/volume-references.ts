import type { KubeObject } from "../api/object.ts";

export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

interface SecretRef {
  readonly namespace?: string;
  readonly name?: string;
}

interface WithSecretRef {
  readonly secretRef?: SecretRef;
}

interface VolumeSpec {
  readonly claimRef?: SecretRef;
  readonly azureFile?: { readonly secretName?: string; readonly secretNamespace?: string | null };
  readonly cephfs?: WithSecretRef;
  readonly cinder?: WithSecretRef;
  readonly flexVolume?: WithSecretRef;
  readonly rbd?: WithSecretRef;
  readonly scaleIO?: WithSecretRef;
  readonly iscsi?: WithSecretRef;
  readonly storageos?: WithSecretRef;
  readonly csi?: {
    readonly nodePublishSecretRef?: SecretRef;
    readonly nodeStageSecretRef?: SecretRef;
    readonly nodeExpandSecretRef?: SecretRef;
  };
}

function specOf(volume: Readonly<KubeObject>): VolumeSpec {
  return (volume.spec ?? {}) as VolumeSpec;
}

/** The claim a persistent volume is bound to, or reserved for. */
export function volumeClaim(volume: Readonly<KubeObject>): NamespacedName | undefined {
  const { claimRef } = specOf(volume);
  if (claimRef === undefined) return undefined;
  return { namespace: claimRef.namespace ?? "", name: claimRef.name ?? "" };
}

/**
 * Secrets that a node needs to mount a persistent volume; those that only the controllers of its
 * driver need are not among them. Old volumes name a secret without its namespace and mean the
 * claim's.
 * @see kubernetes pkg/api/v1/persistentvolume/util.go VisitPVSecretNames
 */
export function volumeSecrets(
  volume: Readonly<KubeObject>,
  claimNamespace: string,
): readonly NamespacedName[] {
  const spec = specOf(volume);
  const secrets: NamespacedName[] = [];
  const collect = (ref: SecretRef | undefined, fallback: string): void => {
    if (ref?.name === undefined || ref.name === "") return;
    const namespace =
      ref.namespace === undefined || ref.namespace === "" ? fallback : ref.namespace;
    secrets.push({ namespace, name: ref.name });
  };
  const { azureFile } = spec;
  if (azureFile !== undefined) {
    const { secretName: name = "", secretNamespace } = azureFile;
    collect({ name, namespace: secretNamespace ?? "" }, claimNamespace);
  }
  for (const source of [spec.cephfs, spec.flexVolume, spec.rbd, spec.scaleIO, spec.iscsi]) {
    collect(source?.secretRef, claimNamespace);
  }
  for (const source of [spec.cinder, spec.storageos]) collect(source?.secretRef, "");
  const { nodePublishSecretRef, nodeStageSecretRef, nodeExpandSecretRef } = spec.csi ?? {};
  for (const ref of [nodePublishSecretRef, nodeStageSecretRef, nodeExpandSecretRef]) {
    collect(ref, "");
  }
  return secrets;
}
