/** References from a container to fields of its own pod: in variables and in volumes. */
import { type FieldPath, invalidValue, notSupported, required } from "../field-error.ts";
import { compareQuantities } from "./amounts.ts";
import { checkQualifiedName, type FieldErrors } from "./field-checks.ts";
import type { FieldReference, ResourceFieldReference } from "./pod-shapes.ts";

/** Field paths a volume may show, sorted as they are printed. */
export const VOLUME_FIELDS: readonly string[] = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];

/** Field paths a variable may hold. */
export const ENV_FIELDS: readonly string[] = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

/** Every label that a reference of either kind understands, allowed or not. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...VOLUME_FIELDS,
  ...ENV_FIELDS,
  "spec.restartPolicy",
  "spec.schedulerName",
  "status.phase",
]);

const RESOURCE_FIELDS: readonly string[] = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

const BYTE_DIVISORS: readonly string[] = [
  "1",
  ...["k", "M", "G", "T", "P", "E"].map((unit) => `1${unit}`),
  ...["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((unit) => `1${unit}`),
];

/** Splits `metadata.labels['key']` into path and key; a path without brackets has no key. */
export function splitSubscript(fieldPath: string): { path: string; subscript: string | undefined } {
  if (!fieldPath.endsWith("']")) return { path: fieldPath, subscript: undefined };
  const open = fieldPath.indexOf("['");
  if (open <= 0) return { path: fieldPath, subscript: undefined };
  return { path: fieldPath.slice(0, open), subscript: fieldPath.slice(open + 2, -2) };
}

/** What converting the label to the internal one would complain about. */
function conversionProblem(version: string, fieldPath: string): string | undefined {
  if (version !== "v1") return `unsupported pod version: ${version}`;
  const { path, subscript } = splitSubscript(fieldPath);
  if (subscript === undefined) {
    const known = path === "spec.host" || KNOWN_FIELDS.has(path);
    return known ? undefined : `field label not supported: ${fieldPath}`;
  }
  const selectable = path === "metadata.annotations" || path === "metadata.labels";
  return selectable ? undefined : `field label does not support subscript: ${fieldPath}`;
}

export function checkFieldReference(
  reference: FieldReference,
  allowed: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { apiVersion = "", fieldPath = "" } = reference;
  const field = path.child("fieldPath");
  if (apiVersion === "") {
    errors.push(required(path.child("apiVersion")));
    return;
  }
  if (fieldPath === "") {
    errors.push(required(field));
    return;
  }
  const problem = conversionProblem(apiVersion, fieldPath);
  if (problem !== undefined) {
    errors.push(invalidValue(field, fieldPath, `error converting fieldPath: ${problem}`));
    return;
  }
  const { path: name, subscript } = splitSubscript(
    fieldPath === "spec.host" ? "spec.nodeName" : fieldPath,
  );
  if (subscript === undefined) {
    if (!allowed.includes(name)) errors.push(notSupported(field, name, allowed));
  } else if (name === "metadata.annotations") {
    checkQualifiedName(subscript.toLowerCase(), path, errors);
  } else checkQualifiedName(subscript, path, errors);
}

function checkDivisor(
  resource: string,
  divisor: ResourceFieldReference["divisor"],
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (divisor === undefined || compareQuantities(divisor, 0) === 0) return;
  const text = String(divisor);
  const field = path.child("divisor");
  const bytes =
    "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the";
  if (resource.endsWith(".cpu")) {
    if (text === "1" || text === "1m") return;
    const detail = "only divisor's values 1m and 1 are supported with the cpu resource";
    errors.push(invalidValue(field, resource, detail));
    return;
  }
  if (BYTE_DIVISORS.includes(text)) return;
  const name = resource.slice(resource.indexOf(".") + 1);
  if (name === "memory") errors.push(invalidValue(field, resource, `${bytes} memory resource`));
  else if (name === "ephemeral-storage") {
    errors.push(invalidValue(field, resource, `${bytes} local ephemeral storage resource`));
  } else if (name.startsWith("hugepages-")) {
    errors.push(invalidValue(field, resource, `${bytes} hugepages resource`));
  }
}

/** @param inVolume - a volume belongs to no container, so the reference has to name one. */
export function checkResourceReference(
  reference: ResourceFieldReference,
  inVolume: boolean,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { containerName = "", resource = "", divisor } = reference;
  if (inVolume && containerName === "") {
    errors.push(required(path.child("containerName")));
    return;
  }
  if (resource === "") {
    errors.push(required(path.child("resource")));
    return;
  }
  const hugePages = /^(limits|requests)\.hugepages-/.test(resource);
  if (!hugePages && !RESOURCE_FIELDS.includes(resource)) {
    errors.push(notSupported(path.child("resource"), resource, RESOURCE_FIELDS));
  }
  checkDivisor(resource, divisor, path, errors);
}
