/** Persistent volumes, wherever their specification stands. */
import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from "../field-error.ts";
import { internalForm } from "../internal-form.ts";
import { signOf, wholeUnits } from "./amounts.ts";
import { checkAccessModes, checkClassName, VOLUME_MODES } from "./claims.ts";
import type { FieldErrors } from "./field-checks.ts";
import type { ResourceList } from "./resources.ts";
import { checkNodeSelector, type NodeSelector } from "./selectors.ts";
import { checkDriver, type DriverSources } from "./volume-drivers.ts";

export interface VolumeSpec extends DriverSources {
  capacity?: ResourceList;
  accessModes?: string[];
  persistentVolumeReclaimPolicy?: string;
  storageClassName?: string;
  volumeMode?: string;
  volumeAttributesClassName?: string;
  claimRef?: object | null;
  nodeAffinity?: { required?: NodeSelector };
}

const RECLAIM_POLICIES = ["Delete", "Recycle", "Retain"];
const NOT_INLINE = "may not be specified in the context of inline volumes";

function checkCapacity(capacity: ResourceList, path: FieldPath, errors: FieldErrors): void {
  const names = Object.keys(capacity);
  if (names.length === 0) errors.push(required(path));
  if (capacity.storage === undefined || names.length > 1) {
    // An empty list is none inside a Go server.
    const shown = names.length === 0 ? null : internalForm("core.v1.ResourceList", capacity);
    errors.push(notSupported(path, shown, ["storage"]));
  }
  for (const [name, value] of Object.entries(capacity)) {
    if (signOf(value) < 0) {
      const detail = "must be a valid resource quantity";
      errors.push(invalidValue(path.key(name), wholeUnits(value), detail));
    }
    if (signOf(value) <= 0) {
      errors.push(invalidValue(path.key(name), String(value), "must be greater than zero"));
    }
  }
}

/** In the order in which they are looked at. */
const SOURCES: readonly (keyof DriverSources)[] = [
  "hostPath",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "glusterfs",
  "flocker",
  "nfs",
  "rbd",
  "quobyte",
  "cephfs",
  "iscsi",
  "cinder",
  "fc",
  "flexVolume",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "scaleIO",
  "local",
  "storageos",
  "csi",
];

/** Which sources a volume has, in that order. */
export function sourceNames(spec: VolumeSpec): (keyof DriverSources)[] {
  return SOURCES.filter((name) => spec[name] != null);
}

function checkSource(spec: VolumeSpec, name: string, path: FieldPath, errors: FieldErrors): void {
  const names = sourceNames(spec);
  const place = { persistent: true, name };
  names.forEach((source, index) => {
    // Upstream does not mind what comes before this one.
    checkDriver(source, spec, source === "flexVolume" ? 0 : index, path, place, errors);
  });
  if (names[0] === "local" && spec.nodeAffinity == null) {
    errors.push(required(path.child("nodeAffinity"), "Local volume requires node affinity"));
  }
  if (names.length === 0) errors.push(required(path, "must specify a volume type"));
  const isRoot = /^\/+(\.?\/*)*$/.test(spec.hostPath?.path ?? "");
  if (isRoot && spec.persistentVolumeReclaimPolicy === "Recycle") {
    const field = path.child("persistentVolumeReclaimPolicy");
    errors.push(forbiddenField(field, "may not be 'recycle' for a hostPath mount of '/'"));
  }
}

function checkAffinity(spec: VolumeSpec, inline: boolean, path: FieldPath, errors: FieldErrors) {
  if (spec.nodeAffinity == null) return;
  if (inline) {
    errors.push(forbiddenField(path, NOT_INLINE));
    return;
  }
  const field = path.child("required");
  if (spec.nodeAffinity.required != null) {
    checkNodeSelector(spec.nodeAffinity.required, field, errors);
  } else errors.push(required(field, "must specify required node constraints"));
}

function checkAttributesClass(spec: VolumeSpec, path: FieldPath, errors: FieldErrors): void {
  const name = spec.volumeAttributesClassName;
  if (name == null) return;
  const field = path.child("volumeAttributesClassName");
  if (name === "") errors.push(required(field, "an empty string is disallowed"));
  else checkClassName(name, path, "volumeAttributesClassName", errors);
  if (spec.csi == null) {
    const detail = "has to be specified when using volumeAttributesClassName";
    errors.push(required(path.child("csi"), detail));
  }
}

/** What a volume inside of something else must have and must not have. */
function checkInline(spec: VolumeSpec, path: FieldPath, errors: FieldErrors): void {
  if (spec.claimRef != null) errors.push(forbiddenField(path.child("claimRef"), NOT_INLINE));
  if (Object.keys(spec.capacity ?? {}).length > 0) {
    errors.push(forbiddenField(path.child("capacity"), NOT_INLINE));
  }
  if (spec.csi == null) {
    errors.push(
      required(path.child("csi"), "has to be specified in the context of inline volumes"),
    );
  }
}

function checkPolicy(policy: string, inline: boolean, field: FieldPath, errors: FieldErrors) {
  if (policy === "") return;
  if (!inline) {
    if (!RECLAIM_POLICIES.includes(policy)) {
      errors.push(notSupported(field, policy, RECLAIM_POLICIES));
    }
  } else if (policy !== "Retain") {
    errors.push(forbiddenField(field, "may only be Retain in the context of inline volumes"));
  }
}

function checkModeOf(
  mode: string | undefined,
  inline: boolean,
  field: FieldPath,
  errors: FieldErrors,
) {
  if (mode == null) return;
  if (!inline) {
    if (!VOLUME_MODES.includes(mode)) errors.push(notSupported(field, mode, VOLUME_MODES));
  } else if (mode !== "Filesystem") {
    const detail =
      "may not specify volumeMode other than Filesystem in the context of inline volumes";
    errors.push(forbiddenField(field, detail));
  }
}

/**
 * A volume by itself, or `inline` in the attachment that it was made for.
 * @see kubernetes pkg/apis/core/validation/validation.go (ValidatePersistentVolumeSpec)
 */
export function checkVolumeSpec(
  spec: VolumeSpec,
  { name, inline }: { readonly name: string; readonly inline: boolean },
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (inline) checkInline(spec, path, errors);
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(path.child("accessModes")));
  checkAccessModes(modes, path.child("accessModes"), errors);
  if (!inline) checkCapacity(spec.capacity ?? {}, path.child("capacity"), errors);
  const policy = spec.persistentVolumeReclaimPolicy ?? "";
  checkPolicy(policy, inline, path.child("persistentVolumeReclaimPolicy"), errors);
  checkAffinity(spec, inline, path.child("nodeAffinity"), errors);
  checkSource(spec, name, path, errors);
  if (!inline) checkClassName(spec.storageClassName, path, "storageClassName", errors);
  else if ((spec.storageClassName ?? "") !== "") {
    errors.push(forbiddenField(path.child("storageClassName"), NOT_INLINE));
  }
  checkModeOf(spec.volumeMode, inline, path.child("volumeMode"), errors);
  if (!inline) checkAttributesClass(spec, path, errors);
}
