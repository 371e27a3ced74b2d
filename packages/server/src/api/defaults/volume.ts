/** Defaults of volumes. @see kubernetes pkg/apis/core/v1/defaults.go */
import type { DownwardApiFile, ProjectedVolume, Volume } from "../validation/volume-shapes.ts";
import { defaultClaimSpec } from "./claim.ts";
import { defaultResourceList } from "./container.ts";
import { defaultPullPolicy } from "./image-reference.ts";

/** 0644: files of secrets, config maps and the downward API are readable by everybody in the pod. */
const FILE_MODE = 0o644;
/** A projected token lives an hour unless it says otherwise. */
const TOKEN_SECONDS = 3600;

function defaultDownwardFiles(items: readonly DownwardApiFile[] | undefined): void {
  for (const { fieldRef, resourceFieldRef } of items ?? []) {
    if (fieldRef != null) fieldRef.apiVersion ||= "v1";
    if (resourceFieldRef != null) resourceFieldRef.divisor ??= "0";
  }
}

function defaultProjected(projected: ProjectedVolume): void {
  projected.defaultMode ??= FILE_MODE;
  for (const { serviceAccountToken, downwardAPI } of projected.sources ?? []) {
    if (serviceAccountToken != null) serviceAccountToken.expirationSeconds ??= TOKEN_SECONDS;
    defaultDownwardFiles(downwardAPI?.items);
  }
}

/** Sources of storage systems that have defaults; persistent volumes share them. */
export function defaultDriver(volume: Volume): void {
  if (volume.hostPath != null) volume.hostPath.type ??= "";
  const { azureDisk, rbd, scaleIO, iscsi } = volume;
  if (azureDisk != null) {
    azureDisk.cachingMode ??= "ReadWrite";
    azureDisk.kind ??= "Shared";
    azureDisk.fsType ??= "ext4";
    azureDisk.readOnly ??= false;
  }
  if (rbd != null) {
    rbd.pool ||= "rbd";
    rbd.user ||= "admin";
    rbd.keyring ||= "/etc/ceph/keyring";
  }
  if (scaleIO != null) {
    scaleIO.storageMode ||= "ThinProvisioned";
    scaleIO.fsType ||= "xfs";
  }
  if (iscsi != null) {
    iscsi.iscsiInterface ||= "default";
  }
}

function hasSource(volume: Volume): boolean {
  for (const name in volume) {
    if (name !== "name" && volume[name as keyof Volume] != null) return true;
  }
  return false;
}

/** A volume without a source is an empty directory. */
export function defaultVolume(volume: Volume): void {
  if (!hasSource(volume)) {
    volume.emptyDir = {};
    return;
  }
  if (volume.secret != null) volume.secret.defaultMode ??= FILE_MODE;
  if (volume.configMap != null) volume.configMap.defaultMode ??= FILE_MODE;
  if (volume.downwardAPI != null) {
    volume.downwardAPI.defaultMode ??= FILE_MODE;
    defaultDownwardFiles(volume.downwardAPI.items);
  }
  if (volume.projected != null) defaultProjected(volume.projected);
  const template = volume.ephemeral?.volumeClaimTemplate;
  if (template != null) {
    template.metadata ??= {};
    template.spec ??= {};
    defaultClaimSpec(template.spec);
    defaultResourceList(template.spec.resources?.requests);
    defaultResourceList(template.spec.resources?.limits);
  }
  if (volume.image != null) {
    volume.image.pullPolicy ||= defaultPullPolicy(volume.image.reference ?? "");
  }
  defaultDriver(volume);
}
