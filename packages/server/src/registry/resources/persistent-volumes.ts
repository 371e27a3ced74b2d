/** @see kubernetes pkg/registry/core/persistentvolume/strategy.go, pkg/apis/core/validation/validation.go */
import { defaultResourceList } from "../../api/defaults/container.ts";
import { defaultDriver } from "../../api/defaults/volume.ts";
import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { signOf, wholeUnits } from "../../api/validation/amounts.ts";
import { checkAccessModes, checkClassName, VOLUME_MODES } from "../../api/validation/claims.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { describeChanges } from "../../api/validation/field-changes.ts";
import { type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import { validateObjectMeta } from "../../api/validation/metadata.ts";
import type { ResourceList } from "../../api/validation/resources.ts";
import { checkNodeSelector, type NodeSelector } from "../../api/validation/selectors.ts";
import { checkDriver, type DriverSources } from "../../api/validation/volume-drivers.ts";
import { formatTime } from "../../runtime/clock.ts";
import type { Strategy, StrategyContext } from "../strategy.ts";

interface VolumeSpec extends DriverSources {
  capacity?: ResourceList;
  accessModes?: string[];
  persistentVolumeReclaimPolicy?: string;
  storageClassName?: string;
  volumeMode?: string;
  volumeAttributesClassName?: string;
  nodeAffinity?: { required?: NodeSelector };
}

interface VolumeStatus {
  phase?: string;
  lastPhaseTransitionTime?: string;
}

interface PersistentVolume extends KubeObject {
  spec?: VolumeSpec;
  status?: VolumeStatus;
}

const SPEC = root("spec");
const RECLAIM_POLICIES = ["Delete", "Recycle", "Retain"];

function applyDefaults(object: KubeObject): void {
  const volume = object as PersistentVolume;
  volume.spec ??= {};
  volume.status ??= {};
  volume.status.phase ||= "Pending";
  volume.spec.persistentVolumeReclaimPolicy ||= "Retain";
  volume.spec.volumeMode ??= "Filesystem";
  defaultResourceList(volume.spec.capacity);
  defaultDriver(volume.spec);
}

function checkCapacity(capacity: ResourceList, errors: FieldErrors): void {
  const path = SPEC.child("capacity");
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

function sourceNames(spec: VolumeSpec): (keyof DriverSources)[] {
  return SOURCES.filter((name) => spec[name] != null);
}

function checkSource(volume: PersistentVolume, errors: FieldErrors): void {
  const spec = volume.spec ?? {};
  const names = sourceNames(spec);
  const place = { persistent: true, name: volume.metadata.name ?? "" };
  names.forEach((name, index) => {
    // Upstream does not mind what comes before this one.
    checkDriver(name, spec, name === "flexVolume" ? 0 : index, SPEC, place, errors);
  });
  if (names[0] === "local" && spec.nodeAffinity == null) {
    errors.push(required(SPEC.child("nodeAffinity"), "Local volume requires node affinity"));
  }
  if (names.length === 0) errors.push(required(SPEC, "must specify a volume type"));
  const isRoot = /^\/+(\.?\/*)*$/.test(spec.hostPath?.path ?? "");
  if (isRoot && spec.persistentVolumeReclaimPolicy === "Recycle") {
    const field = SPEC.child("persistentVolumeReclaimPolicy");
    errors.push(forbiddenField(field, "may not be 'recycle' for a hostPath mount of '/'"));
  }
}

function checkAffinity(spec: VolumeSpec, errors: FieldErrors): void {
  if (spec.nodeAffinity == null) return;
  const path = SPEC.child("nodeAffinity", "required");
  if (spec.nodeAffinity.required != null) {
    checkNodeSelector(spec.nodeAffinity.required, path, errors);
  } else errors.push(required(path, "must specify required node constraints"));
}

function checkAttributesClass(spec: VolumeSpec, errors: FieldErrors): void {
  const name = spec.volumeAttributesClassName;
  if (name == null) return;
  const field = SPEC.child("volumeAttributesClassName");
  if (name === "") errors.push(required(field, "an empty string is disallowed"));
  else checkClassName(name, SPEC, "volumeAttributesClassName", errors);
  if (spec.csi == null) {
    const detail = "has to be specified when using volumeAttributesClassName";
    errors.push(required(SPEC.child("csi"), detail));
  }
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const volume = object as PersistentVolume;
  const spec = volume.spec ?? {};
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(SPEC.child("accessModes")));
  checkAccessModes(modes, SPEC.child("accessModes"), errors);
  checkCapacity(spec.capacity ?? {}, errors);
  const { persistentVolumeReclaimPolicy: policy = "", volumeMode } = spec;
  if (policy !== "" && !RECLAIM_POLICIES.includes(policy)) {
    const field = SPEC.child("persistentVolumeReclaimPolicy");
    errors.push(notSupported(field, policy, RECLAIM_POLICIES));
  }
  checkAffinity(spec, errors);
  checkSource(volume, errors);
  checkClassName(spec.storageClassName, SPEC, "storageClassName", errors);
  if (volumeMode != null && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported(SPEC.child("volumeMode"), volumeMode, VOLUME_MODES));
  }
  checkAttributesClass(spec, errors);
  return errors;
}

/** The source alone; an expansion secret may be added to a CSI source that has none. */
function sourceOf(spec: VolumeSpec, old: VolumeSpec): DriverSources {
  const source: Record<string, unknown> = {};
  for (const name of sourceNames(spec)) source[name] = spec[name];
  if (spec.csi != null && old.csi != null && old.csi.controllerExpandSecretRef == null) {
    const { controllerExpandSecretRef: _added, ...rest } = spec.csi;
    source.csi = rest;
  }
  return source;
}

function validateUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  // Upstream looks at the whole volume twice.
  const errors: FieldErrors = validate(object);
  errors.push(...validateObjectMeta(object.metadata, { namespaced: false }), ...validate(object));
  const spec = (object as PersistentVolume).spec ?? {};
  const old = (oldObject as PersistentVolume).spec ?? {};
  const source = sourceOf(spec, old);
  const before = sourceOf(old, old);
  if (!semanticEqual(source, before)) {
    const detail = `spec.persistentvolumesource is immutable after creation\n${describeChanges("core.v1.PersistentVolumeSource", before, source)}`;
    errors.push(forbiddenField(SPEC.child("persistentvolumesource"), detail));
  }
  if (spec.volumeMode !== old.volumeMode) {
    errors.push(invalidValue(root("volumeMode"), spec.volumeMode ?? null, IMMUTABLE));
  }
  if (old.nodeAffinity != null && !semanticEqual(spec.nodeAffinity, old.nodeAffinity)) {
    const detail = `${IMMUTABLE}, except for updating from beta label to GA`;
    const shown = internalForm("*core.v1.VolumeNodeAffinity", spec.nodeAffinity);
    errors.push(invalidValue(root("nodeAffinity"), shown, detail));
  }
  if (old.volumeAttributesClassName != null && spec.volumeAttributesClassName == null) {
    const field = SPEC.child("volumeAttributesClassName");
    errors.push(forbiddenField(field, "update from non-nil value to nil is forbidden"));
  }
  return errors;
}

/** The time of the last change of the phase follows the phase. */
function prepareStatus(object: KubeObject, oldObject: KubeObject, context: StrategyContext): void {
  object.spec = oldObject.spec;
  const volume = object as PersistentVolume;
  volume.status ??= {};
  const { status } = volume;
  const old = (oldObject as PersistentVolume).status ?? {};
  const { lastPhaseTransitionTime: before } = old;
  if (status.phase === old.phase) {
    if (before !== undefined) status.lastPhaseTransitionTime ??= before;
  } else if (status.lastPhaseTransitionTime == null || status.lastPhaseTransitionTime === before) {
    status.lastPhaseTransitionTime = formatTime(context.now);
  }
}

function warnings(object: KubeObject): string[] {
  const { metadata, spec = {} } = object as PersistentVolume;
  const found: string[] = [];
  for (const [name, text] of [
    [
      "volume.beta.kubernetes.io/storage-class",
      'deprecated since v1.8; use "storageClassName" attribute instead',
    ],
    [
      "volume.beta.kubernetes.io/mount-options",
      'deprecated since v1.31; use "mountOptions" attribute instead',
    ],
  ] as const) {
    if (metadata.annotations?.[name] === undefined) continue;
    found.push(`${root("metadata", "annotations").key(name)}: ${text}`);
  }
  if (spec.persistentVolumeReclaimPolicy === "Recycle") {
    found.push(
      "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
    );
  }
  for (const [name, shown, text] of [
    ["cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"],
    [
      "photonPersistentDisk",
      "photonPersistentDisk",
      "deprecated in v1.11, non-functional in v1.16+",
    ],
    ["scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
    ["storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"],
    ["glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
    ["rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"],
  ] as const) {
    if (spec[name] != null) found.push(`spec.${shown}: ${text}`);
  }
  return found;
}

export const persistentVolumesStrategy: Strategy = {
  group: "",
  resource: "persistentvolumes",
  updateChecks: ["whole", "own"],
  defaults: applyDefaults,
  prepareForCreate: (object, context) => {
    object.status = { phase: "Pending", lastPhaseTransitionTime: formatTime(context.now) };
  },
  validateCreate: validate,
  warningsOnCreate: warnings,
  prepareForUpdate: (object, old) => {
    object.status = old.status;
  },
  validateUpdate,
  warningsOnUpdate: warnings,
  resetFields: [["status"]],
  subresources: { status: { prepareForUpdate: prepareStatus, resetFields: [["spec"]] } },
};
