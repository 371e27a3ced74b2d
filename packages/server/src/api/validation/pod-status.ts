/** What a status update of a pod may say: less is checked than one would think. */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
  tooLong,
} from "../field-error.ts";
import { semanticEqual } from "./equality.ts";
import {
  checkComplaints,
  checkId,
  checkQualifiedName,
  type FieldErrors,
  IMMUTABLE,
} from "./field-checks.ts";
import { checkIpAddress, isDualStackPair } from "./ip-address.ts";
import { nameIsDnsSubdomain, utf8Length } from "./names.ts";
import { checkPodAnnotationUpdate } from "./pod.ts";
import { checkClaimStatuses, checkExtendedClaimStatus } from "./pod-claim-status.ts";
import type { Container, ContainerStatus, Pod, PodSpec, PodStatus } from "./pod-shapes.ts";

const STATUS: FieldPath = root("status");
const SYSTEM_CONDITIONS: ReadonlySet<string> = new Set(["PodScheduled", "Ready", "Initialized"]);
const HEALTH = ["Healthy", "Unhealthy", "Unknown"];
const HEALTH_MESSAGE_MAX_BYTES = 1024;
const NOT_NEGATIVE = "must be a non-negative integer";

function checkConditions(status: PodStatus, errors: FieldErrors): void {
  status.conditions?.forEach(({ type = "", observedGeneration = 0 }, index) => {
    const at = STATUS.child("conditions").index(index);
    if (observedGeneration < 0) {
      errors.push(invalidValue(at.child("observedGeneration"), observedGeneration, NOT_NEGATIVE));
    }
    if (!SYSTEM_CONDITIONS.has(type)) checkQualifiedName(type, at.child("Type"), errors);
  });
}

function checkNomination(pod: Pod, old: Pod, errors: FieldErrors): void {
  const name = pod.status?.nominatedNodeName ?? "";
  if (name === "" || name === (old.status?.nominatedNodeName ?? "")) return;
  const field = STATUS.child("nominatedNodeName");
  checkComplaints(name, nameIsDnsSubdomain(name, false), field, errors);
  if ((old.spec?.nodeName ?? "") !== "") {
    const detail = "may not be set on pods that are already bound to a node";
    errors.push(forbiddenField(field, detail));
  }
}

/** Whether the pod's own rules let a container run again that has ended so. */
function mayRestart(container: Container | undefined, spec: PodSpec, exitCode: number): boolean {
  const policy = container?.restartPolicy ?? spec.restartPolicy;
  for (const { action, exitCodes } of container?.restartPolicyRules ?? []) {
    const listed = (exitCodes?.values ?? []).includes(exitCode);
    const matches = exitCodes?.operator === "In" ? listed : !listed;
    if (matches && (action === "Restart" || action === "RestartAllContainers")) return true;
  }
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

/** An ended container may only come back if the pod restarts such containers. */
function checkTransitions(
  list: "containerStatuses" | "initContainerStatuses" | "ephemeralContainerStatuses",
  pod: Pod,
  old: Pod,
  errors: FieldErrors,
): void {
  const spec = old.spec ?? {};
  const containers =
    list === "containerStatuses"
      ? spec.containers
      : list === "initContainerStatuses"
        ? spec.initContainers
        : undefined;
  old.status?.[list]?.forEach((before, index) => {
    const ended = before.state?.terminated;
    if (ended == null) return;
    const container = containers?.find(({ name }) => name === before.name);
    const restarts =
      list !== "ephemeralContainerStatuses" && mayRestart(container, spec, ended.exitCode ?? 0);
    if (restarts) return;
    const now = pod.status?.[list]?.find(({ name }) => name === before.name);
    if (now === undefined || now.state?.terminated != null) return;
    const field = STATUS.child(list).index(index).child("state");
    errors.push(forbiddenField(field, "may not be transitioned to non-terminated state"));
  });
}

function checkAddresses(
  field: "podIPs" | "hostIPs",
  pod: Pod,
  old: Pod,
  errors: FieldErrors,
): void {
  const values = (pod.status?.[field] ?? []).map(({ ip = "" }) => ip);
  const before = (old.status?.[field] ?? []).map(({ ip = "" }) => ip);
  const path = STATUS.child(field);
  values.forEach((value, index) => {
    checkIpAddress(value, path.index(index), errors, before);
  });
  if (values.length > 1 && !isDualStackPair(values)) {
    const shown = values.map((ip) => ({ IP: ip }));
    const detail = "may specify no more than one IP for each IP family";
    errors.push(invalidValue(path, shown, detail));
  }
}

function checkHostIps(pod: Pod, old: Pod, errors: FieldErrors): void {
  const [first] = pod.status?.hostIPs ?? [];
  if (first === undefined) return;
  if ((first.ip ?? "") !== (pod.status?.hostIP ?? "")) {
    const field = STATUS.child("hostIPs").index(0).child("ip");
    errors.push(invalidValue(field, first.ip ?? "", "must be equal to `hostIP`"));
  }
  checkAddresses("hostIPs", pod, old, errors);
}

function checkUsers(
  statuses: readonly ContainerStatus[] | undefined,
  windows: boolean,
  path: FieldPath,
  errors: FieldErrors,
): void {
  statuses?.forEach(({ user }, index) => {
    const linux = user?.linux;
    if (linux == null) return;
    const at = path.index(index).child("user", "linux");
    if (windows) {
      errors.push(forbiddenField(at, "cannot be set for a windows pod"));
      return;
    }
    checkId(linux.uid, at, "uid", errors);
    checkId(linux.gid, at, "gid", errors);
    linux.supplementalGroups?.forEach((group, position) => {
      checkId(group, at, `supplementalGroups[${position}]`, errors);
    });
  });
}

function isAllocated(name: string, container: Container): boolean {
  if (!name.startsWith("claim:")) return container.resources?.requests?.[name] !== undefined;
  return (container.resources?.claims ?? []).some(
    (claim) => name === `claim:${claim.name}${claim.request ? `/${claim.request}` : ""}`,
  );
}

function checkAllocated(
  statuses: readonly ContainerStatus[] | undefined,
  containers: readonly Container[] | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  statuses?.forEach((status, index) => {
    const container = containers?.find(({ name }) => name === status.name);
    status.allocatedResourcesStatus?.forEach(({ name = "", resources }, position) => {
      const at = path.index(index).child("allocatedResourcesStatus").index(position);
      if (container !== undefined && !isAllocated(name, container)) {
        const detail = name.startsWith("claim:")
          ? "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
          : "must match one of the container's resource requests";
        errors.push(invalidValue(at.child("name"), name, detail));
      }
      checkHealth(resources, at.child("resources"), errors);
    });
  });
}

type Allocations = NonNullable<ContainerStatus["allocatedResourcesStatus"]>[number]["resources"];

function checkHealth(resources: Allocations, path: FieldPath, errors: FieldErrors): void {
  const seen = new Set<string>();
  resources?.forEach(({ resourceID = "", health = "", message }, index) => {
    const at = path.index(index);
    if (!HEALTH.includes(health)) errors.push(notSupported(at.child("health"), health, HEALTH));
    if (message === "") {
      errors.push(required(at.child("message"), "must be non-empty if specified"));
    } else if (message != null && utf8Length(message) > HEALTH_MESSAGE_MAX_BYTES) {
      errors.push(tooLong(at.child("message"), HEALTH_MESSAGE_MAX_BYTES));
    }
    if (seen.has(resourceID)) errors.push(duplicate(at.child("resourceID"), resourceID));
    seen.add(resourceID);
  });
}

export function validatePodStatusUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldErrors = [];
  const status = pod.status ?? {};
  checkPodAnnotationUpdate(pod, old, errors);
  checkConditions(status, errors);
  checkNomination(pod, old, errors);
  const generation = status.observedGeneration ?? 0;
  if (generation < 0) {
    errors.push(invalidValue(STATUS.child("observedGeneration"), generation, NOT_NEGATIVE));
  }
  if (!semanticEqual(status.qosClass, old.status?.qosClass)) {
    errors.push(invalidValue(STATUS.child("qosClass"), status.qosClass ?? "", IMMUTABLE));
  }
  checkTransitions("containerStatuses", pod, old, errors);
  checkTransitions("initContainerStatuses", pod, old, errors);
  checkTransitions("ephemeralContainerStatuses", pod, old, errors);
  checkClaimStatuses(pod, errors);
  checkExtendedClaimStatus(pod, errors);
  checkAddresses("podIPs", pod, old, errors);
  checkHostIps(pod, old, errors);
  const windows = pod.spec?.os?.name === "windows";
  for (const list of [
    "containerStatuses",
    "initContainerStatuses",
    "ephemeralContainerStatuses",
  ] as const) {
    checkUsers(status[list], windows, STATUS.child(list), errors);
  }
  const { containers, initContainers } = pod.spec ?? {};
  checkAllocated(status.containerStatuses, containers, STATUS.child("containerStatuses"), errors);
  const init = STATUS.child("initContainerStatuses");
  checkAllocated(status.initContainerStatuses, initContainers, init, errors);
  status.ephemeralContainerStatuses?.forEach(({ allocatedResourcesStatus }, index) => {
    if ((allocatedResourcesStatus ?? []).length === 0) return;
    const at = STATUS.child("ephemeralContainerStatuses").index(index);
    const detail = "must not be specified in container status";
    errors.push(forbiddenField(at.child("allocatedResourcesStatus"), detail));
  });
  return errors;
}
