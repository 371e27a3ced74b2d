/** Containers of a pod: ordinary ones, those that run first, and those added for debugging. */
import {
  duplicate,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
  tooMany,
} from "../field-error.ts";
import { checkEnvironment, checkEnvironmentSources } from "./environment.ts";
import {
  checkDnsLabel,
  checkPortName,
  checkPortNumber,
  checkProtocol,
  type FieldErrors,
} from "./field-checks.ts";
import { checkLifecycle, checkProbes } from "./handlers.ts";
import type { Container, ContainerPort, PodSpec, Volume } from "./pod-shapes.ts";
import { checkContainerResources } from "./resources.ts";
import { checkSecurityContext } from "./security-context.ts";
import { checkVolumeDevices, checkVolumeMounts } from "./volume-mounts.ts";
import { checkPullPolicy } from "./volumes.ts";

/** What containers of one pod are checked against. */
export interface ContainerContext {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: ReadonlySet<string>;
}

const MAX_RESTART_RULES = 20;
const MAX_EXIT_CODES = 255;
const RESTART_POLICIES = ["Always", "Never", "OnFailure"];
const RULE_ACTIONS = ["Restart", "RestartAllContainers"];

function checkPorts(
  ports: readonly ContainerPort[] | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const names = new Set<string>();
  ports?.forEach(({ name = "", containerPort = 0, hostPort = 0, protocol }, index) => {
    const at = path.index(index);
    if (name !== "" && checkPortName(name, at.child("name"), errors)) {
      if (names.has(name)) errors.push(duplicate(at.child("name"), name));
      names.add(name);
    }
    if (containerPort === 0) errors.push(required(at.child("containerPort")));
    else checkPortNumber(containerPort, at.child("containerPort"), errors);
    if (hostPort !== 0) checkPortNumber(hostPort, at.child("hostPort"), errors);
    checkProtocol(protocol, at, errors);
  });
}

function checkResizePolicy(
  container: Container,
  podRestartPolicy: string | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  container.resizePolicy?.forEach(({ resourceName = "", restartPolicy = "" }, index) => {
    if (seen.has(resourceName)) errors.push(duplicate(path.index(index), resourceName));
    seen.add(resourceName);
    if (resourceName === "") errors.push(required(path));
    else if (resourceName !== "cpu" && resourceName !== "memory") {
      errors.push(notSupported(path, resourceName, ["cpu", "memory"]));
    }
    if (restartPolicy === "") errors.push(required(path));
    else if (restartPolicy !== "NotRequired" && restartPolicy !== "RestartContainer") {
      errors.push(notSupported(path, restartPolicy, ["NotRequired", "RestartContainer"]));
    }
    if (podRestartPolicy === "Never" && restartPolicy !== "NotRequired") {
      const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.push(invalidValue(path, restartPolicy, detail));
    }
  });
}

/** Rules of an init container that has no policy are not read. */
function checkRestartRules(
  container: Container,
  kind: "init" | "main",
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { restartPolicy } = container;
  const rules = container.restartPolicyRules ?? [];
  if (restartPolicy == null) {
    if (rules.length === 0) return;
    const detail = "must specify restartPolicy when restart rules are used";
    errors.push(required(path.child("restartPolicy"), detail));
    if (kind === "init") return;
  } else if (!RESTART_POLICIES.includes(restartPolicy)) {
    errors.push(notSupported(path.child("restartPolicy"), restartPolicy, RESTART_POLICIES));
  }
  const list = path.child("restartPolicyRules");
  if (rules.length > MAX_RESTART_RULES) errors.push(tooMany(list, rules.length, MAX_RESTART_RULES));
  rules.forEach(({ action = "", exitCodes }, index) => {
    const at = list.index(index);
    if (!RULE_ACTIONS.includes(action)) {
      errors.push(notSupported(at.child("action"), action, RULE_ACTIONS));
    }
    if (exitCodes == null) {
      errors.push(required(at.child("exitCodes"), "must be specified"));
      return;
    }
    const { operator = "", values = [] } = exitCodes;
    if (operator !== "In" && operator !== "NotIn") {
      errors.push(notSupported(at.child("exitCodes", "operator"), operator, ["In", "NotIn"]));
    }
    if (values.length > MAX_EXIT_CODES) {
      errors.push(tooMany(at.child("exitCodes", "values"), values.length, MAX_EXIT_CODES));
    }
  });
}

function checkTerminationMessage(
  policy: string | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (policy === "File" || policy === "FallbackToLogsOnError") return;
  const field = path.child("terminationMessagePolicy");
  if (policy === undefined || policy === "") errors.push(required(field));
  else errors.push(notSupported(field, policy, ["File", "FallbackToLogsOnError"]));
}

/** What all three sorts of containers have in common. */
function checkContainer(
  container: Container,
  context: ContainerContext,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { name = "", image = "" } = container;
  const { spec, volumes, claims } = context;
  if (name === "") errors.push(required(path.child("name")));
  else checkDnsLabel(name, path.child("name"), errors);
  if (image === "") errors.push(required(path.child("image")));
  checkTerminationMessage(container.terminationMessagePolicy, path, errors);
  if (container.ports) checkPorts(container.ports, path.child("ports"), errors);
  if (container.env) checkEnvironment(container.env, path.child("env"), errors);
  if (container.envFrom) checkEnvironmentSources(container.envFrom, path.child("envFrom"), errors);
  if (container.volumeMounts) {
    checkVolumeMounts(container, volumes, path.child("volumeMounts"), errors);
  }
  if (container.volumeDevices) {
    const mounts = container.volumeMounts ?? [];
    checkVolumeDevices(
      container.volumeDevices,
      mounts,
      volumes,
      path.child("volumeDevices"),
      errors,
    );
  }
  checkPullPolicy(container.imagePullPolicy, path.child("imagePullPolicy"), errors);
  checkContainerResources(container.resources, claims, path.child("resources"), errors);
  if (container.resizePolicy) {
    checkResizePolicy(container, spec.restartPolicy, path.child("resizePolicy"), errors);
  }
  if (container.securityContext) {
    const hostUsers = spec.hostUsers !== false;
    checkSecurityContext(
      container.securityContext,
      hostUsers,
      path.child("securityContext"),
      errors,
    );
  }
}

/** Ports of the node that these containers want twice. */
function checkHostPorts(
  containers: readonly Container[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  let taken: Set<string> | undefined;
  containers.forEach((container, index) => {
    container.ports?.forEach(({ hostPort = 0, protocol = "", hostIP = "" }, port) => {
      if (hostPort === 0) return;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      taken ??= new Set();
      if (taken.has(key)) {
        const field = path.index(index).child("ports").index(port).child("hostPort");
        errors.push(duplicate(field, key));
      } else taken.add(key);
    });
  });
}

export function checkContainers(
  context: ContainerContext,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const containers = context.spec.containers ?? [];
  if (containers.length === 0) {
    errors.push(required(path));
    return;
  }
  const gracePeriod = context.spec.terminationGracePeriodSeconds;
  const names = new Set<string>();
  containers.forEach((container, index) => {
    const at = path.index(index);
    const { name = "", lifecycle } = container;
    checkContainer(container, context, at, errors);
    if (names.has(name)) errors.push(duplicate(at.child("name"), name));
    names.add(name);
    if (lifecycle) {
      checkLifecycle(lifecycle, gracePeriod, at.child("lifecycle"), errors);
    }
    checkProbes(container, gracePeriod, at, errors);
    checkRestartRules(container, "main", at, errors);
  });
  checkHostPorts(containers, path, errors);
}

const ONLY_FOR_SIDECARS = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const;

export function checkInitContainers(
  context: ContainerContext,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { spec } = context;
  const gracePeriod = spec.terminationGracePeriodSeconds;
  const names = new Set((spec.containers ?? []).map(({ name = "" }) => name));
  spec.initContainers?.forEach((container, index) => {
    const at = path.index(index);
    const { name = "", restartPolicy, lifecycle } = container;
    checkContainer(container, context, at, errors);
    checkRestartRules(container, "init", at, errors);
    if (names.has(name)) errors.push(duplicate(at.child("name"), name));
    else if (name !== "") names.add(name);
    checkHostPorts([container], path, errors);
    if (restartPolicy === "Always") {
      if (lifecycle) checkLifecycle(lifecycle, gracePeriod, at.child("lifecycle"), errors);
      checkProbes(container, gracePeriod, at, errors);
      return;
    }
    for (const field of ONLY_FOR_SIDECARS) {
      if (container[field] == null) continue;
      const detail = "may not be set for init containers without restartPolicy=Always";
      errors.push(forbiddenField(at.child(field), detail));
    }
    container.resizePolicy?.forEach((policy, position) => {
      if (policy.restartPolicy !== "RestartContainer") return;
      const field = at.child("resizePolicy").index(position).child("restartPolicy");
      const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
      errors.push(invalidValue(field, policy.restartPolicy, detail));
    });
  });
}

const EPHEMERAL_DETAIL = "cannot be set for an Ephemeral Container";
/** In the order of upstream's struct. */
const NOT_FOR_EPHEMERAL = [
  "ports",
  "resources",
  "resizePolicy",
  "restartPolicy",
  "restartPolicyRules",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
] as const;

/** Resources are there always, all other structs are pointers. */
function isSet(field: (typeof NOT_FOR_EPHEMERAL)[number], value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return field !== "resources" || Object.values(value).some((member) => member != null);
}

function checkEphemeralFields(container: Container, path: FieldPath, errors: FieldErrors): void {
  for (const field of NOT_FOR_EPHEMERAL) {
    if (isSet(field, container[field]))
      errors.push(forbiddenField(path.child(field), EPHEMERAL_DETAIL));
  }
  container.volumeMounts?.forEach((mount, index) => {
    for (const field of ["subPath", "subPathExpr"] as const) {
      if ((mount[field] ?? "") === "") continue;
      const at = path.child("volumeMounts").index(index).child(field);
      errors.push(forbiddenField(at, EPHEMERAL_DETAIL));
    }
  });
}

/** An image is a reference, so blanks around it are a mistake; templates let them through. */
export function checkImagePadding(
  container: Container,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { image = "" } = container;
  if (image.trim().length === image.length) return;
  const detail = "must not have leading or trailing whitespace";
  errors.push(invalidValue(path.child("image"), image, detail));
}

export function checkEphemeralContainers(
  context: ContainerContext,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { spec } = context;
  const ephemeral = spec.ephemeralContainers ?? [];
  if (ephemeral.length === 0) return;
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const targets = new Set(others.map(({ name = "" }) => name));
  const names = new Set(targets);
  ephemeral.forEach((container, index) => {
    const at = path.index(index);
    const { name = "", targetContainerName = "" } = container;
    checkContainer(container, context, at, errors);
    checkImagePadding(container, at, errors);
    if (names.has(name)) errors.push(duplicate(at.child("name"), name));
    names.add(name);
    if (targetContainerName !== "" && !targets.has(targetContainerName)) {
      errors.push(notFoundValue(at.child("targetContainerName"), targetContainerName));
    }
    checkEphemeralFields(container, at, errors);
  });
}
