import { createEphemeralVolumes } from "../controllers/ephemeral-volume/ephemeral-volume.ts";
import { createAttributesClassProtection } from "../controllers/storage-protection/attributes-class-protection.ts";
import { createClaimProtection } from "../controllers/storage-protection/claim-protection.ts";
import { createVolumeProtection } from "../controllers/storage-protection/volume-protection.ts";
import type { ControllerName } from "./controller-names.ts";
import type { ControllerRow } from "./controller-row.ts";

type StorageControllerName = Extract<
  ControllerName,
  | "persistentvolumeclaim-protection-controller"
  | "persistentvolume-protection-controller"
  | "volumeattributesclass-protection-controller"
  | "ephemeral-volume-controller"
>;

/** Controllers of claims and volumes. */
export const STORAGE_CONTROLLERS: Readonly<Record<StorageControllerName, ControllerRow>> = {
  "persistentvolumeclaim-protection-controller": {
    account: "pvc-protection-controller",
    make: ({ informers, ...parts }) =>
      createClaimProtection({
        ...parts,
        claims: informers.persistentVolumeClaims(),
        pods: informers.pods(),
      }),
  },
  "persistentvolume-protection-controller": {
    account: "pv-protection-controller",
    make: ({ informers, ...parts }) =>
      createVolumeProtection({ ...parts, volumes: informers.persistentVolumes() }),
  },
  "volumeattributesclass-protection-controller": {
    account: "volumeattributesclass-protection-controller",
    make: ({ informers, ...parts }) =>
      createAttributesClassProtection({
        ...parts,
        classes: informers.volumeAttributesClasses(),
        claims: informers.persistentVolumeClaims(),
        volumes: informers.persistentVolumes(),
      }),
  },
  "ephemeral-volume-controller": {
    account: "ephemeral-volume-controller",
    make: ({ informers, ...parts }) =>
      createEphemeralVolumes({
        ...parts,
        pods: informers.pods(),
        claims: informers.persistentVolumeClaims(),
      }),
  },
};
