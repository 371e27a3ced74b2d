/**
 * Names of compute resources, and the requests and limits of containers and pods.
 * @see kubernetes pkg/apis/core/helper/helpers.go, pkg/apis/core/validation/validation.go
 */
import {
  duplicate,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from "../field-error.ts";
import { HUGE_PAGES_PREFIX, isHugePages, isPodLevelResource } from "../resource-names.ts";
import { compareQuantities, isWhole, type QuantityText, signOf, wholeUnits } from "./amounts.ts";
import {
  checkComplaints,
  checkDnsLabel,
  type FieldErrors,
  notFoundWithDetail,
} from "./field-checks.ts";
import { qualifiedNameComplaints } from "./names.ts";

export type ResourceList = Record<string, QuantityText>;

export interface ResourceClaim {
  name?: string;
  request?: string;
}

export interface ResourceRequirements {
  limits?: ResourceList | null;
  requests?: ResourceList | null;
  claims?: ResourceClaim[] | null;
}

const NATIVE_PREFIX = "kubernetes.io/";
const REQUESTS_PREFIX = "requests.";
const OBJECT_COUNTS = [
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];
const COMPUTE = ["cpu", "memory", "ephemeral-storage"];
const QUOTA = [
  ...COMPUTE,
  ...COMPUTE.map((name) => `requests.${name}`),
  ...COMPUTE.map((name) => `limits.${name}`),
  "requests.storage",
  ...OBJECT_COUNTS,
];
const COMPUTE_NAMES: ReadonlySet<string> = new Set(COMPUTE);
const QUOTA_NAMES: ReadonlySet<string> = new Set(QUOTA);
const STANDARD_NAMES: ReadonlySet<string> = new Set([...QUOTA, "storage"]);
const COUNTED_NAMES: ReadonlySet<string> = new Set(OBJECT_COUNTS);

function isQuotaHugePages(name: string): boolean {
  return isHugePages(name) || name.startsWith(`${REQUESTS_PREFIX}${HUGE_PAGES_PREFIX}`);
}

export function isStandardQuotaName(name: string): boolean {
  return QUOTA_NAMES.has(name) || isQuotaHugePages(name);
}

/** One of Kubernetes' own resources, by its name. */
export function isNative(name: string): boolean {
  return !name.includes("/") || name.includes(NATIVE_PREFIX);
}

/** A resource of somebody else, which nodes offer and containers ask for: `example.com/gpu`. */
export function isExtended(name: string): boolean {
  if (isNative(name) || name.startsWith(REQUESTS_PREFIX)) return false;
  return qualifiedNameComplaints(`${REQUESTS_PREFIX}${name}`).length === 0;
}

/** Requests may be less than limits: not so for huge pages and extended resources. */
export function isOvercommitAllowed(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

export function checkResourceName(name: string, path: FieldPath, errors: FieldErrors): void {
  const complaints = qualifiedNameComplaints(name);
  checkComplaints(name, complaints, path, errors);
  if (complaints.length > 0 || name.includes("/")) return;
  if (STANDARD_NAMES.has(name) || isQuotaHugePages(name)) return;
  errors.push(invalidValue(path, name, "must be a standard resource type or fully qualified"));
}

export function checkContainerResourceName(
  name: string,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (COMPUTE_NAMES.has(name)) return;
  checkResourceName(name, path, errors);
  if (!name.includes("/")) {
    if (isHugePages(name)) return;
    errors.push(invalidValue(path, name, "must be a standard resource for containers"));
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalidValue(path, name, "doesn't follow extended resource name standard"));
  }
}

function checkPodResourceName(name: string, path: FieldPath, errors: FieldErrors): void {
  const before = errors.length;
  checkResourceName(name, path, errors);
  if (errors.length > before || isPodLevelResource(name)) return;
  errors.push(notSupported(path, name, ["cpu", "hugepages-", "memory"]));
}

export function checkQuotaResourceName(name: string, path: FieldPath, errors: FieldErrors): void {
  checkResourceName(name, path, errors);
  if (name.includes("/") || isStandardQuotaName(name)) return;
  errors.push(invalidValue(path, name, "must be a standard resource for quota"));
}

/** Not negative, and whole where the resource is counted. */
export function checkResourceQuantity(
  name: string,
  value: QuantityText,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (signOf(value) < 0) {
    errors.push(invalidValue(path, String(value), "must be greater than or equal to 0"));
  }
  if ((COUNTED_NAMES.has(name) || isExtended(name)) && !isWhole(value)) {
    errors.push(invalidValue(path, String(value), "must be an integer"));
  }
}

function checkHugePages(
  name: string,
  value: QuantityText,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const size = name.slice(HUGE_PAGES_PREFIX.length);
  const pageSize = /^\d+([KMGTPE]i?|k)?$/.test(size) ? wholeUnits(size) : 0n;
  if (pageSize > 0n && wholeUnits(value) % pageSize === 0n) return;
  const detail = `${value} is not positive integer multiple of ${name}`;
  errors.push(invalidValue(path, String(value), detail));
}

/** What a set of names asks of the request rules: containers allow more than pods. */
type NameCheck = (name: string, path: FieldPath, errors: FieldErrors) => void;

interface Found {
  computed: boolean;
  hugePages: boolean;
}

function checkEntry(
  name: string,
  value: QuantityText,
  list: FieldPath,
  checkName: NameCheck,
  found: Found,
  errors: FieldErrors,
): void {
  const path = list.key(name);
  checkName(name, path, errors);
  checkResourceQuantity(name, value, path, errors);
  if (name === "cpu" || name === "memory") found.computed = true;
  else if (isHugePages(name)) found.hugePages = true;
}

function checkAgainstLimit(
  name: string,
  value: QuantityText,
  requirements: ResourceRequirements,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const limit = requirements.limits?.[name];
  if (limit === undefined) {
    if (isOvercommitAllowed(name)) return;
    errors.push(
      required(path.child("limits"), "Limit must be set for non overcommitable resources"),
    );
    return;
  }
  const order = compareQuantities(value, limit);
  if (order !== 0 && !isOvercommitAllowed(name)) {
    const detail = `must be equal to ${name} limit of ${limit}`;
    errors.push(invalidValue(path.child("requests"), String(value), detail));
  } else if (order > 0) {
    const detail = `must be less than or equal to ${name} limit of ${limit}`;
    errors.push(invalidValue(path.child("requests"), String(value), detail));
  }
}

function checkRequirements(
  requirements: ResourceRequirements,
  checkName: NameCheck,
  podClaims: ReadonlySet<string>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { limits, requests, claims } = requirements;
  const found: Found = { computed: false, hugePages: false };
  for (const [name, value] of Object.entries(limits ?? {})) {
    const list = path.child("limits");
    checkEntry(name, value, list, checkName, found, errors);
    if (isHugePages(name)) checkHugePages(name, value, list.key(name), errors);
  }
  for (const [name, value] of Object.entries(requests ?? {})) {
    const list = path.child("requests");
    checkEntry(name, value, list, checkName, found, errors);
    checkAgainstLimit(name, value, requirements, path, errors);
    if (isHugePages(name)) checkHugePages(name, value, list.key(name), errors);
  }
  if (found.hugePages && !found.computed) {
    errors.push(forbiddenField(path, "HugePages require cpu or memory"));
  }
  if (claims) checkClaimNames(claims, podClaims, path.child("claims"), errors);
}

function checkClaimNames(
  claims: readonly ResourceClaim[],
  podClaims: ReadonlySet<string>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  claims.forEach(({ name = "", request = "" }, index) => {
    const at = path.index(index);
    if (name === "") {
      errors.push(required(at));
      return;
    }
    if (seen.has(name)) errors.push(duplicate(at, name));
    else {
      if (request !== "") checkDnsLabel(request, at.child("request"), errors);
      const key = request === "" ? name : `${name}/${request}`;
      const shadowed = request === "" && [...seen].some((other) => other.startsWith(`${name}/`));
      if (seen.has(key)) errors.push(duplicate(at, key));
      else if (shadowed) errors.push(duplicate(at, name));
      seen.add(key);
    }
    if (podClaims.has(name)) return;
    const known =
      podClaims.size === 0 ? " which is empty" : `: ${[...podClaims].sort().join(", ")}`;
    const detail = `must be one of the names in pod.spec.resourceClaims${known}`;
    errors.push(notFoundWithDetail(at, name, detail));
  });
}

/** `resources` of a container, or the overhead of a pod. */
export function checkContainerResources(
  requirements: ResourceRequirements | null | undefined,
  podClaims: ReadonlySet<string>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (requirements === undefined || requirements === null) return;
  checkRequirements(requirements, checkContainerResourceName, podClaims, path, errors);
}

/** `spec.resources` of a pod. */
export function checkPodResources(
  requirements: ResourceRequirements,
  podClaims: ReadonlySet<string>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (requirements.claims) {
    const detail = "claims may not be set for Resources at pod-level";
    errors.push(forbiddenField(path.child("claims"), detail));
  }
  checkRequirements(requirements, checkPodResourceName, podClaims, path, errors);
}
