/**
 * Equality of API values as upstream's semantic equality sees it: an absent field equals an empty
 * list, an empty map and, unless the field is optional by pointer, a zero value.
 * @see apimachinery third_party/forked/golang/reflect/deep_equal.go
 */

/** Fields that are pointers upstream: in them zero, false and "" say something. */
const POINTER_FIELDS: ReadonlySet<string> = new Set([
  "activeDeadlineSeconds",
  "allocateLoadBalancerNodePorts",
  "allowPrivilegeEscalation",
  "apiGroup",
  "automountServiceAccountToken",
  "averageUtilization",
  "backoffLimit",
  "backoffLimitPerIndex",
  "blockOwnerDeletion",
  "collisionCount",
  "completions",
  "controller",
  "defaultMode",
  "deletionGracePeriodSeconds",
  "enableServiceLinks",
  "endPort",
  "exitCode",
  "expirationSeconds",
  "failedIndexes",
  "failedJobsHistoryLimit",
  "fsGroup",
  "hostnameOverride",
  "hostProcess",
  "hostUsers",
  "immutable",
  "leaseDurationSeconds",
  "leaseTransitions",
  "lun",
  "maxFailedIndexes",
  "maxUnavailable",
  "minAvailable",
  "minDomains",
  "minReplicas",
  "mode",
  "optional",
  "parallelism",
  "partition",
  "priority",
  "privileged",
  "procMount",
  "progressDeadlineSeconds",
  "readOnlyRootFilesystem",
  "replicas",
  "revisionHistoryLimit",
  "runAsGroup",
  "runAsNonRoot",
  "runAsUser",
  "setHostnameAsFQDN",
  "shareProcessNamespace",
  "stabilizationWindowSeconds",
  "started",
  "startingDeadlineSeconds",
  "storageClassName",
  "successfulJobsHistoryLimit",
  "suspend",
  "targetCPUUtilizationPercentage",
  "terminating",
  "terminationGracePeriodSeconds",
  "timeoutSeconds",
  "tolerationSeconds",
  "ttlSecondsAfterFinished",
  "volumeAttributesClassName",
]);

/** Maps of strings: in them a key with an empty value is not an absent key. */
const MAP_FIELDS: ReadonlySet<string> = new Set([
  "annotations",
  "binaryData",
  "data",
  "labels",
  "limits",
  "matchLabels",
  "nodeSelector",
  "options",
  "requests",
  "volumeAttributes",
]);

/** Nothing in it: of a struct, nothing that says anything either. */
function isEmptyCollection(value: unknown, field: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.length === 0;
  const members = value as Record<string, unknown>;
  const isMap = MAP_FIELDS.has(field);
  for (const key in members) if (isMap || !isAbsent(members[key], key)) return false;
  return true;
}

function isAbsent(value: unknown, field: string): boolean {
  if (value === undefined || value === null || isEmptyCollection(value, field)) return true;
  if (value !== "" && value !== 0 && value !== false && value !== 0n) return false;
  return !POINTER_FIELDS.has(field);
}

/** @param field - name of the member that holds the values; empty for map values and at the top. */
export function semanticEqual(left: unknown, right: unknown, field = ""): boolean {
  if (left === right) return true;
  const leftAbsent = isAbsent(left, field);
  if (leftAbsent || isAbsent(right, field)) return leftAbsent && isAbsent(right, field);
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    // biome-ignore lint/suspicious/noDoubleEquals: a 64-bit integer may be a bigint on one side only.
    return typeof left !== "string" && typeof right !== "string" && left == right;
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => semanticEqual(item, right[index], "[]"));
  }
  const leftMap = left as Record<string, unknown>;
  const rightMap = right as Record<string, unknown>;
  return MAP_FIELDS.has(field) ? equalEntries(leftMap, rightMap) : equalMembers(leftMap, rightMap);
}

/** Equality of two maps of strings, key by key. */
export function equalEntries(
  left: Readonly<Record<string, unknown>> | null | undefined,
  right: Readonly<Record<string, unknown>> | null | undefined,
): boolean {
  const leftKeys = Object.keys(left ?? {});
  if (leftKeys.length !== Object.keys(right ?? {}).length) return false;
  return leftKeys.every((key) => right != null && key in right && left?.[key] === right[key]);
}

function equalMembers(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  for (const key in left) if (!semanticEqual(left[key], right[key], key)) return false;
  for (const key in right) {
    if (!(key in left) && !isAbsent(right[key], key)) return false;
  }
  return true;
}
