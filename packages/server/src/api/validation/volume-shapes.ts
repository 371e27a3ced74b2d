/** Volumes of pods as validation sees them; what only one driver knows is in `volume-drivers.ts`. */
import type { ObjectMeta } from "../types.ts";
import type { QuantityText } from "./amounts.ts";
import type { FieldReference, ResourceFieldReference } from "./pod-shapes.ts";
import type { ResourceRequirements } from "./resources.ts";
import type { LabelSelector } from "./selectors.ts";
import type { DriverSources } from "./volume-drivers.ts";

export interface KeyToPath {
  key?: string;
  path?: string;
  mode?: number;
}

export interface DownwardApiFile {
  path?: string;
  fieldRef?: FieldReference;
  resourceFieldRef?: ResourceFieldReference;
  mode?: number;
}

export interface SecretProjection {
  name?: string;
  items?: KeyToPath[];
  optional?: boolean;
}

export interface ServiceAccountTokenProjection {
  audience?: string;
  expirationSeconds?: number;
  path?: string;
}

export interface VolumeProjection {
  secret?: SecretProjection;
  configMap?: SecretProjection;
  downwardAPI?: { items?: DownwardApiFile[] };
  serviceAccountToken?: ServiceAccountTokenProjection;
  /** Dropped before validation: its feature is off by default in 1.36. */
  clusterTrustBundle?: object;
  /** Dropped before validation: its feature is off by default in 1.36. */
  podCertificate?: object;
}

export interface ProjectedVolume {
  sources?: VolumeProjection[];
  defaultMode?: number;
}

export interface DataSource {
  apiGroup?: string;
  kind?: string;
  name?: string;
  namespace?: string;
}

export interface ClaimSpec {
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: ResourceRequirements;
  volumeName?: string;
  storageClassName?: string;
  volumeMode?: string;
  dataSource?: DataSource;
  dataSourceRef?: DataSource;
  volumeAttributesClassName?: string;
}

export interface ClaimTemplate {
  metadata?: ObjectMeta;
  spec?: ClaimSpec;
}

/** The sources that pods and persistent volumes do not share. */
export interface PodVolumeSources {
  emptyDir?: { medium?: string; sizeLimit?: QuantityText };
  secret?: { secretName?: string; items?: KeyToPath[]; defaultMode?: number; optional?: boolean };
  configMap?: SecretProjection & { defaultMode?: number };
  downwardAPI?: { items?: DownwardApiFile[]; defaultMode?: number };
  projected?: ProjectedVolume;
  persistentVolumeClaim?: { claimName?: string; readOnly?: boolean };
  ephemeral?: { volumeClaimTemplate?: ClaimTemplate };
  image?: { reference?: string; pullPolicy?: string };
  gitRepo?: { repository?: string; revision?: string; directory?: string };
}

export interface Volume extends PodVolumeSources, DriverSources {
  name?: string;
}
