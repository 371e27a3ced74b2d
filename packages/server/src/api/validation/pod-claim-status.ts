/**
 * What a pod's status may say of the resource claims that were made for it.
 *
 * @see kubernetes pkg/apis/core/validation/validation.go
 */
import { duplicate, type FieldPath, invalidValue, required, root } from "../field-error.ts";
import { checkComplaints, type FieldErrors } from "./field-checks.ts";
import { dnsLabelComplaints, nameIsDnsSubdomain } from "./names.ts";
import type { ExtendedClaimMapping, Pod } from "./pod-shapes.ts";

const STATUS: FieldPath = root("status");
const NO_SUCH_CONTAINER =
  "must match the name of an entry in spec.initContainers.name or spec.containers.name";
const NO_SUCH_RESOURCE =
  "must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests";

/** The claims that templates of `spec.resourceClaims` were made into. */
export function checkClaimStatuses(pod: Pod, errors: FieldErrors): void {
  const claims = new Set((pod.spec?.resourceClaims ?? []).map(({ name }) => name));
  const seen = new Set<string>();
  pod.status?.resourceClaimStatuses?.forEach(({ name = "", resourceClaimName }, index) => {
    const at = STATUS.child("resourceClaimStatuses").index(index);
    if (!claims.has(name)) {
      const detail = "must match the name of an entry in `spec.resourceClaims`";
      errors.push(invalidValue(at.child("name"), name, detail));
    }
    if (seen.has(name)) errors.push(duplicate(at.child("name"), name));
    seen.add(name);
    if (resourceClaimName == null) return;
    const complaints = nameIsDnsSubdomain(resourceClaimName, false);
    checkComplaints(resourceClaimName, complaints, at.child("resourceClaimName"), errors);
  });
}

function checkMapping(
  mapping: ExtendedClaimMapping,
  pod: Pod,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { containerName = "", resourceName = "" } = mapping;
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  const all = [...(initContainers ?? []), ...(containers ?? [])];
  const container = all.findLast(({ name }) => name === containerName);
  if (container === undefined) {
    errors.push(invalidValue(path.child("containerName"), containerName, NO_SUCH_CONTAINER));
  } else if (container.resources?.requests?.[resourceName] === undefined) {
    errors.push(invalidValue(path.child("resourceName"), resourceName, NO_SUCH_RESOURCE));
  }
}

/** The one claim that serves the extended resources of all containers, and what of it serves which. */
export function checkExtendedClaimStatus(pod: Pod, errors: FieldErrors): void {
  const status = pod.status?.extendedResourceClaimStatus;
  if (status == null) return;
  const path = STATUS.child("extendedResourceClaimStatus");
  const mappings = path.child("requestMappings");
  const list = status.requestMappings ?? [];
  if (list.length === 0)
    errors.push(required(mappings, "at least one request mapping is required"));
  const seen = new Set<string>();
  list.forEach((mapping, index) => {
    const at = mappings.index(index);
    const { containerName = "", resourceName = "", requestName = "" } = mapping;
    checkMapping(mapping, pod, at, errors);
    // The path has no index, there as here.
    const complaints = dnsLabelComplaints(requestName);
    checkComplaints(requestName, complaints, path.child("requestName"), errors);
    const key = JSON.stringify([containerName, resourceName, requestName]);
    if (seen.has(key)) {
      errors.push(
        duplicate(at.child("containerName"), containerName),
        duplicate(at.child("resourceName"), resourceName),
        duplicate(at.child("requestName"), requestName),
      );
    }
    seen.add(key);
  });
  const name = status.resourceClaimName ?? "";
  const field = path.child("resourceClaimName");
  if (name === "") errors.push(required(field));
  else checkComplaints(name, nameIsDnsSubdomain(name, false), field, errors);
}
