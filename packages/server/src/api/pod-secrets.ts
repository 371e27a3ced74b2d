import type { Container, EphemeralContainer, PodSpec, Volume } from "./types.ts";

/** Names of all Secrets that a pod refers to. @see kubernetes pkg/api/v1/pod/util.go (VisitPodSecretNames) */
export function secretNamesOf(spec: PodSpec): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name !== undefined && name !== "") names.add(name);
  };
  for (const { name } of spec.imagePullSecrets ?? []) add(name);
  const containers: readonly (Container | EphemeralContainer)[] = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ];
  for (const container of containers) {
    for (const each of container.envFrom ?? []) add(each.secretRef?.name);
    for (const each of container.env ?? []) add(each.valueFrom?.secretKeyRef?.name);
  }
  for (const volume of spec.volumes ?? []) addVolumeSecrets(volume, add);
  return names;
}

function addVolumeSecrets(volume: Volume, add: (name: string | undefined) => void): void {
  add(volume.secret?.secretName);
  for (const source of volume.projected?.sources ?? []) add(source.secret?.name);
  add(volume.azureFile?.secretName);
  add(volume.cephfs?.secretRef?.name);
  add(volume.cinder?.secretRef?.name);
  add(volume.flexVolume?.secretRef?.name);
  add(volume.rbd?.secretRef?.name);
  add(volume.scaleIO?.secretRef?.name);
  add(volume.iscsi?.secretRef?.name);
  add(volume.storageos?.secretRef?.name);
  add(volume.csi?.nodePublishSecretRef?.name);
}
