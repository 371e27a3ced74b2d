/** `spec.volumes` of a pod. @see kubernetes pkg/apis/core/validation/validation.go */

import {
  duplicate,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from "../field-error.ts";
import type { ObjectMeta } from "../types.ts";
import { signOf } from "./amounts.ts";
import { checkClaimTemplate } from "./claims.ts";
import { checkDnsLabel, type FieldErrors, requireText } from "./field-checks.ts";
import { nameIsDnsSubdomain, utf8Length } from "./names.ts";
import { checkDescendingPath, checkFileMode } from "./paths.ts";
import { checkDriver, isDriverName } from "./volume-drivers.ts";
import { checkDownwardFile, checkKeyToPath, checkProjectedVolume } from "./volume-projection.ts";
import type { KeyToPath, PodVolumeSources, Volume } from "./volume-shapes.ts";

/** Upstream's order, in which the second source of a volume is the one that is refused. */
const SOURCES = [
  "emptyDir",
  "hostPath",
  "gitRepo",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "secret",
  "nfs",
  "iscsi",
  "glusterfs",
  "flocker",
  "persistentVolumeClaim",
  "rbd",
  "cinder",
  "cephfs",
  "quobyte",
  "downwardAPI",
  "fc",
  "flexVolume",
  "configMap",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "storageos",
  "projected",
  "scaleIO",
  "csi",
  "ephemeral",
  "image",
] as const;

/** What a pod's volumes are checked against. */
export interface VolumeContext {
  /** Absent in templates: the names of claims are not known there. */
  readonly pod: ObjectMeta | undefined;
  /** Templates may leave the reference of an image volume out. */
  readonly isPod: boolean;
}

function checkItems(
  items: readonly KeyToPath[] | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  items?.forEach((item, index) => {
    checkKeyToPath(item, path.child("items").index(index), errors);
  });
}

const PULL_POLICIES: readonly string[] = ["Always", "IfNotPresent", "Never"];

/** When an image is fetched. */
export function checkPullPolicy(
  policy: string | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (policy === undefined || policy === "") errors.push(required(path));
  else if (!PULL_POLICIES.includes(policy)) errors.push(notSupported(path, policy, PULL_POLICIES));
}

type PodSourceName = keyof PodVolumeSources;
type SourceCheck<Name extends PodSourceName> = (
  source: NonNullable<PodVolumeSources[Name]>,
  path: FieldPath,
  errors: FieldErrors,
  context: VolumeContext,
) => void;

const POD_CHECKS: { readonly [Name in PodSourceName]-?: SourceCheck<Name> } = {
  emptyDir: (source, path, errors) => {
    if (source.sizeLimit != null && signOf(source.sizeLimit) < 0) {
      const detail = "SizeLimit field must be a valid resource quantity";
      errors.push(forbiddenField(path.child("sizeLimit"), detail));
    }
  },
  secret: (source, path, errors) => {
    requireText(source.secretName, path, "secretName", errors);
    checkFileMode(source.defaultMode, path, "defaultMode", errors);
    checkItems(source.items, path, errors);
  },
  configMap: (source, path, errors) => {
    requireText(source.name, path, "name", errors);
    checkFileMode(source.defaultMode, path, "defaultMode", errors);
    checkItems(source.items, path, errors);
  },
  downwardAPI: (source, path, errors) => {
    checkFileMode(source.defaultMode, path, "defaultMode", errors);
    for (const file of source.items ?? []) checkDownwardFile(file, path, errors);
  },
  projected: (source, path, errors) => checkProjectedVolume(source, path, errors),
  persistentVolumeClaim: (source, path, errors) =>
    requireText(source.claimName, path, "claimName", errors),
  ephemeral: (source, path, errors) => {
    const template = path.child("volumeClaimTemplate");
    if (source.volumeClaimTemplate == null) errors.push(required(template));
    else checkClaimTemplate(source.volumeClaimTemplate, template, errors);
  },
  image: (source, path, errors, context) => {
    if (context.isPod) requireText(source.reference, path, "reference", errors);
    checkPullPolicy(source.pullPolicy, path.child("pullPolicy"), errors);
  },
  gitRepo: (source, path, errors) => {
    requireText(source.repository, path, "repository", errors);
    checkDescendingPath(source.directory ?? "", path.child("directory"), errors);
  },
};

function checkPodSource<Name extends PodSourceName>(
  name: Name,
  volume: Volume,
  path: FieldPath,
  context: VolumeContext,
  errors: FieldErrors,
): void {
  const source: PodVolumeSources[Name] = volume[name];
  if (source != null) POD_CHECKS[name](source, path.child(name), errors, context);
}

/** Rules that tie the volume's name to its source. */
function checkNameOfVolume(
  volume: Volume,
  path: FieldPath,
  context: VolumeContext,
  errors: FieldErrors,
): void {
  const { name = "", iscsi, ephemeral } = volume;
  if (iscsi?.initiatorName != null) {
    if (utf8Length(`${name}:${iscsi.targetPortal ?? ""}`) > 64) {
      const detail =
        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
      errors.push(invalidValue(path.child("name"), name, detail));
    }
  }
  const pod = context.pod?.name ?? "";
  if (ephemeral == null || pod === "" || name === "") return;
  const claim = `${pod}-${name}`;
  for (const complaint of nameIsDnsSubdomain(claim, false)) {
    const detail = `PVC name ${JSON.stringify(claim)}: ${complaint}`;
    errors.push(invalidValue(path.child("name"), name, detail));
  }
}

function checkSources(
  volume: Volume,
  path: FieldPath,
  context: VolumeContext,
  errors: FieldErrors,
): void {
  let found = 0;
  for (const name of SOURCES) {
    if (volume[name] == null) continue;
    if (isDriverName(name)) {
      const place = { persistent: false, name: volume.name ?? "" };
      checkDriver(name, volume, found, path, place, errors);
    } else if (found > 0) {
      // Upstream misspells this one path.
      const field = name === "downwardAPI" ? "downwarAPI" : name;
      errors.push(forbiddenField(path.child(field), "may not specify more than 1 volume type"));
    } else checkPodSource(name, volume, path, context, errors);
    found++;
  }
  checkNameOfVolume(volume, path, context, errors);
  if (found === 0) errors.push(required(path, "must specify a volume type"));
}

function createdClaims(volumes: readonly Volume[], pod: string): ReadonlySet<string> {
  if (pod === "") return new Set();
  return new Set(
    volumes.filter((volume) => volume.ephemeral != null).map((volume) => `${pod}-${volume.name}`),
  );
}

/** Checks all volumes; answers the valid ones by name, which mounts may refer to. */
export function checkVolumes(
  volumes: readonly Volume[],
  path: FieldPath,
  context: VolumeContext,
  errors: FieldErrors,
): ReadonlyMap<string, Volume> {
  const valid = new Map<string, Volume>();
  if (volumes.length === 0) return valid;
  const claims = createdClaims(volumes, context.pod?.name ?? "");
  volumes.forEach((volume, index) => {
    const at = path.index(index);
    const { name = "" } = volume;
    const before = errors.length;
    checkSources(volume, at, context, errors);
    if (name === "") errors.push(required(at.child("name")));
    else checkDnsLabel(name, at.child("name"), errors);
    if (valid.has(name)) errors.push(duplicate(at.child("name"), name));
    if (errors.length === before) valid.set(name, volume);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined && claims.has(claim)) {
      const detail = "must not reference a PVC that gets created for an ephemeral volume";
      errors.push(invalidValue(at.child("persistentVolumeClaim", "claimName"), claim, detail));
    }
  });
  return valid;
}
