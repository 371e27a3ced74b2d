/** Mounts and block devices of a container. */
import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
} from "../field-error.ts";
import type { FieldErrors } from "./field-checks.ts";
import { checkDescendingPath, hasBackstep } from "./paths.ts";
import type { Container, Volume, VolumeDevice, VolumeMount } from "./pod-shapes.ts";

const PROPAGATIONS = ["Bidirectional", "HostToContainer", "None"];
const RECURSIONS = ["Disabled", "Enabled", "IfPossible"];

function checkPropagation(
  mount: VolumeMount,
  privileged: boolean,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { mountPropagation } = mount;
  if (mountPropagation == null) return;
  if (!PROPAGATIONS.includes(mountPropagation)) {
    errors.push(notSupported(path, mountPropagation, PROPAGATIONS));
  }
  if (mountPropagation === "Bidirectional" && !privileged) {
    const detail = "Bidirectional mount propagation is available only to privileged containers";
    errors.push(forbiddenField(path, detail));
  }
}

function checkRecursiveReadOnly(mount: VolumeMount, path: FieldPath, errors: FieldErrors): void {
  const { recursiveReadOnly, mountPropagation } = mount;
  if (recursiveReadOnly == null || recursiveReadOnly === "Disabled") return;
  if (!RECURSIONS.includes(recursiveReadOnly)) {
    errors.push(notSupported(path, recursiveReadOnly, RECURSIONS));
    return;
  }
  if (mount.readOnly !== true) {
    errors.push(forbiddenField(path, "may only be specified when readOnly is true"));
  }
  if (mountPropagation != null && mountPropagation !== "None") {
    const detail = "may only be specified when mountPropagation is None or not specified";
    errors.push(forbiddenField(path, detail));
  }
}

export function checkVolumeMounts(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const mounts = container.volumeMounts ?? [];
  if (mounts.length === 0) return;
  const devices = container.volumeDevices ?? [];
  const privileged = container.securityContext?.privileged === true;
  const seen = new Set<string>();
  mounts.forEach((mount, index) => {
    const { name = "", mountPath = "", subPath = "", subPathExpr = "" } = mount;
    const at = path.index(index);
    if (name === "") errors.push(required(at.child("name")));
    if (!volumes.has(name)) errors.push(notFoundValue(at.child("name"), name));
    if (mountPath === "") errors.push(required(at.child("mountPath")));
    if (seen.has(mountPath))
      errors.push(invalidValue(at.child("mountPath"), mountPath, "must be unique"));
    seen.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.push(invalidValue(at.child("name"), name, "must not already exist in volumeDevices"));
    }
    if (devices.some((device) => device.devicePath === mountPath)) {
      const detail = "must not already exist as a path in volumeDevices";
      errors.push(invalidValue(at.child("mountPath"), mountPath, detail));
    }
    // From here on upstream's paths lack the index.
    if (subPath !== "") checkDescendingPath(subPath, path.child("subPath"), errors);
    if (subPathExpr !== "") {
      if (subPath !== "") {
        const detail = "subPathExpr and subPath are mutually exclusive";
        errors.push(invalidValue(at.child("subPathExpr"), subPathExpr, detail));
      }
      checkDescendingPath(subPathExpr, path.child("subPathExpr"), errors);
    }
    checkPropagation(mount, privileged, path.child("mountPropagation"), errors);
    checkRecursiveReadOnly(mount, path.child("recursiveReadOnly"), errors);
  });
}

function checkDeviceVolume(
  name: string,
  volumes: ReadonlyMap<string, Volume>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const volume = volumes.get(name);
  if (volume === undefined) errors.push(notFoundValue(path, name));
  else if (volume.persistentVolumeClaim == null && volume.ephemeral == null) {
    const detail =
      "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
    errors.push(invalidValue(path, name, detail));
  }
}

export function checkVolumeDevices(
  devices: readonly VolumeDevice[] | undefined,
  mounts: readonly VolumeMount[],
  volumes: ReadonlyMap<string, Volume>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const names = new Set<string>();
  const paths = new Set<string>();
  devices?.forEach(({ name = "", devicePath = "" }, index) => {
    const nameField = path.index(index).child("name");
    const pathField = path.index(index).child("devicePath");
    if (name === "") errors.push(required(nameField));
    if (names.has(name)) errors.push(invalidValue(nameField, name, "must be unique"));
    checkDeviceVolume(name, volumes, nameField, errors);
    if (devicePath === "") errors.push(required(pathField));
    if (paths.has(devicePath)) errors.push(invalidValue(pathField, devicePath, "must be unique"));
    if (hasBackstep(devicePath)) {
      errors.push(invalidValue(pathField, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name)) {
      errors.push(invalidValue(nameField, name, "must not already exist in volumeMounts"));
    }
    if (mounts.some((mount) => mount.mountPath === devicePath)) {
      const detail = "must not already exist as a path in volumeMounts";
      errors.push(invalidValue(pathField, devicePath, detail));
    }
    if (name !== "") names.add(name);
  });
}
