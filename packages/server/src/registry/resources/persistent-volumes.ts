/** @see kubernetes pkg/registry/core/persistentvolume/strategy.go, pkg/apis/core/validation/validation.go */
import { defaultResourceList } from "../../api/defaults/container.ts";
import { defaultDriver } from "../../api/defaults/volume.ts";
import { type FieldError, forbiddenField, invalidValue, root } from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { describeChanges } from "../../api/validation/field-changes.ts";
import { type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import { validateObjectMeta } from "../../api/validation/metadata.ts";
import type { DriverSources } from "../../api/validation/volume-drivers.ts";
import { checkVolumeSpec, sourceNames, type VolumeSpec } from "../../api/validation/volume-spec.ts";
import { formatTime } from "../../runtime/clock.ts";
import type { Strategy, StrategyContext } from "../strategy.ts";

interface VolumeStatus {
  phase?: string;
  lastPhaseTransitionTime?: string;
}

interface PersistentVolume extends KubeObject {
  spec?: VolumeSpec;
  status?: VolumeStatus;
}

const SPEC = root("spec");

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

function validate({ metadata, spec }: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const place = { name: metadata.name ?? "", inline: false };
  checkVolumeSpec((spec ?? {}) as VolumeSpec, place, SPEC, errors);
  return errors;
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
