/** Environment variables of containers, and where their values come from. */
import { type FieldPath, invalidValue, required } from "../field-error.ts";
import { checkFieldReference, checkResourceReference, ENV_FIELDS } from "./downward-api.ts";
import { checkComplaints, checkDnsLabel, type FieldErrors } from "./field-checks.ts";
import { configKeyComplaints, nameIsDnsSubdomain } from "./names.ts";
import { checkNoBacksteps } from "./paths.ts";
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeyReference,
  KeyReference,
  NameReference,
} from "./pod-shapes.ts";

/** Any printable ASCII but the equals sign: the relaxed rule, on for all since 1.34. */
function isVariableName(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === 0x3d) return false;
  }
  return true;
}

function checkVariableName(name: string, path: FieldPath, errors: FieldErrors): void {
  if (isVariableName(name)) return;
  const detail =
    "a valid environment variable name must consist only of printable ASCII characters other than '='";
  errors.push(invalidValue(path, name, detail));
}

function checkKeyReference(reference: KeyReference, path: FieldPath, errors: FieldErrors): void {
  const { name = "", key = "" } = reference;
  checkComplaints(name, nameIsDnsSubdomain(name, false), path.child("name"), errors);
  if (key === "") errors.push(required(path.child("key")));
  else checkComplaints(key, configKeyComplaints(key), path.child("key"), errors);
}

function checkFileKeyReference(
  reference: FileKeyReference,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { key = "", volumeName = "", path: file = "" } = reference;
  if (key === "") errors.push(required(path.child("key")));
  else checkVariableName(key, path.child("key"), errors);
  if (volumeName === "") errors.push(required(path.child("volumeName")));
  else checkDnsLabel(volumeName, path.child("volumeName"), errors);
  if (file === "") errors.push(required(path.child("path")));
  else checkNoBacksteps(file, path.child("path"), errors);
}

function checkValueFrom(
  source: EnvVarSource,
  value: string,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  let sources = 0;
  if (fieldRef != null) {
    sources++;
    checkFieldReference(fieldRef, ENV_FIELDS, path.child("fieldRef"), errors);
  }
  if (resourceFieldRef != null) {
    sources++;
    checkResourceReference(resourceFieldRef, false, path.child("resourceFieldRef"), errors);
  }
  if (configMapKeyRef != null) {
    sources++;
    checkKeyReference(configMapKeyRef, path.child("configMapKeyRef"), errors);
  }
  if (secretKeyRef != null) {
    sources++;
    checkKeyReference(secretKeyRef, path.child("secretKeyRef"), errors);
  }
  if (fileKeyRef != null) {
    sources++;
    checkFileKeyReference(fileKeyRef, path.child("fileKeyRef"), errors);
  }
  if (sources === 0) {
    const detail =
      "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
    errors.push(invalidValue(path, "", detail));
  } else if (value !== "") {
    errors.push(invalidValue(path, "", "may not be specified when `value` is not empty"));
  } else if (sources > 1) {
    errors.push(invalidValue(path, "", "may not have more than one field specified at a time"));
  }
}

/** `env` of a container. */
export function checkEnvironment(
  variables: readonly EnvVar[] | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  variables?.forEach(({ name = "", value = "", valueFrom }, index) => {
    if (name === "") errors.push(required(path.index(index).child("name")));
    else checkVariableName(name, path.index(index).child("name"), errors);
    if (valueFrom != null) {
      checkValueFrom(valueFrom, value, path.index(index).child("valueFrom"), errors);
    }
  });
}

function checkNamedSource(source: NameReference, path: FieldPath, errors: FieldErrors): void {
  const { name = "" } = source;
  if (name === "") errors.push(required(path.child("name")));
  else checkComplaints(name, nameIsDnsSubdomain(name, true), path.child("name"), errors);
}

/** `envFrom` of a container. */
export function checkEnvironmentSources(
  sources: readonly EnvFromSource[] | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  sources?.forEach(({ prefix = "", configMapRef, secretRef }, index) => {
    const at = path.index(index);
    checkVariableName(prefix, at.child("prefix"), errors);
    if (configMapRef != null) checkNamedSource(configMapRef, at.child("configMapRef"), errors);
    if (secretRef != null) checkNamedSource(secretRef, at.child("secretRef"), errors);
    // Upstream reports these two at the list.
    if (configMapRef == null && secretRef == null) {
      errors.push(invalidValue(path, "", "must specify one of: `configMapRef` or `secretRef`"));
    } else if (configMapRef != null && secretRef != null) {
      errors.push(invalidValue(path, "", "may not have more than one field specified at a time"));
    }
  });
}
