/** What is let through but should not be done: warnings for pods and templates. @see kubernetes pkg/api/pod/warnings.go */
import { type FieldPath, root } from "../field-error.ts";
import type { ObjectMeta } from "../types.ts";
import { isWhole } from "./amounts.ts";
import { ipAddressWarnings } from "./ip-address.ts";
import { labelValueComplaints } from "./names.ts";
import { SECCOMP_CONTAINER_PREFIX, SECCOMP_POD_ANNOTATION } from "./pod-annotations.ts";
import type { Container, ContainerPort, PodAffinity, PodSpec } from "./pod-shapes.ts";
import type { NodeSelectorTerm } from "./selectors.ts";
import { overlappingPathWarnings } from "./volume-warnings.ts";
import { forEachContainer } from "./windows-security-context.ts";

/** Labels of nodes that have been replaced, with what to say of them. @see kubernetes pkg/api/node/util.go */
export const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region":
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone":
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type":
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "app.kubernetes.io/created-by": "deprecated since v1.9",
  "scheduler.alpha.kubernetes.io/preferAvoidPods":
    "deprecated since v1.22; use Taints and Tolerations instead",
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};

const DEPRECATED_ANNOTATIONS: readonly (readonly [string, string])[] = [
  [
    "scheduler.alpha.kubernetes.io/critical-pod",
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  [
    "security.alpha.kubernetes.io/sysctls",
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
  [
    "security.alpha.kubernetes.io/unsafe-sysctls",
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
];

const DEPRECATED_VOLUMES: readonly (readonly [
  (
    | "photonPersistentDisk"
    | "gitRepo"
    | "scaleIO"
    | "flocker"
    | "storageos"
    | "quobyte"
    | "glusterfs"
    | "cephfs"
    | "rbd"
  ),
  string,
  string,
])[] = [
  ["photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"],
  ["scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"],
  ["quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

/** Warnings for the terms of a node selector. */
export function nodeTermWarnings(
  term: NodeSelectorTerm,
  checkValues: boolean,
  path: FieldPath,
): string[] {
  const warnings: string[] = [];
  term.matchExpressions?.forEach(({ key = "", values }, index) => {
    const at = path.child("matchExpressions").index(index);
    const message = DEPRECATED_LABELS[key];
    if (message !== undefined) warnings.push(`${at.child("key")}: ${key} is ${message}`);
    if (!checkValues) return;
    values?.forEach((value, position) => {
      for (const complaint of labelValueComplaints(value)) {
        warnings.push(`${at.child("values").index(position)}: ${value} is invalid, ${complaint}`);
      }
    });
  });
  return warnings;
}

function placementWarnings(spec: PodSpec, path: FieldPath, warnings: string[]): void {
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const message = DEPRECATED_LABELS[key];
    if (message !== undefined) warnings.push(`${path.child("nodeSelector").key(key)}: ${message}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const required = path.child(
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
  );
  affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.forEach(
    (term, index) => {
      warnings.push(...nodeTermWarnings(term, false, required.index(index)));
    },
  );
  const preferred = path.child(
    "affinity",
    "nodeAffinity",
    "preferredDuringSchedulingIgnoredDuringExecution",
  );
  affinity?.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ preference }, index) => {
    const at = preferred.index(index).child("preference");
    warnings.push(...nodeTermWarnings(preference ?? {}, true, at));
  });
  spec.topologySpreadConstraints?.forEach(({ topologyKey = "", labelSelector }, index) => {
    const at = path.child("topologySpreadConstraints").index(index);
    const message = DEPRECATED_LABELS[topologyKey];
    if (message !== undefined) {
      warnings.push(`${at.child("topologyKey")}: ${topologyKey} is ${message}`);
    }
    if (labelSelector == null) {
      warnings.push(
        `${at.child("labelSelector")}: a null labelSelector results in matching no pod`,
      );
    }
  });
}

function listWarnings(spec: PodSpec, path: FieldPath, warnings: string[]): void {
  spec.volumes?.forEach((volume, index) => {
    for (const [member, shown, message] of DEPRECATED_VOLUMES) {
      if (volume[member] == null) continue;
      warnings.push(`${path.child("volumes").index(index).child(shown)}: ${message}`);
    }
  });
  warnings.push(...overlappingPathWarnings(spec.volumes ?? []));
  const addresses = new Set<string>();
  spec.hostAliases?.forEach(({ ip = "" }, index) => {
    const at = path.child("hostAliases").index(index).child("ip");
    if (addresses.has(ip)) warnings.push(`${at}: duplicate ip ${JSON.stringify(ip)}`);
    addresses.add(ip);
  });
  const secrets = spec.imagePullSecrets ?? [];
  const names = new Set<string>();
  secrets.forEach(({ name = "" }, index) => {
    const at = path.child("imagePullSecrets").index(index).child("name");
    if (names.has(name)) warnings.push(`${at}: duplicate name ${JSON.stringify(name)}`);
    names.add(name);
  });
  secrets.forEach(({ name = "" }, index) => {
    const at = path.child("imagePullSecrets").index(index).child("name");
    if (name === "") warnings.push(`${at}: invalid empty name ""`);
  });
}

function warnOfFractions(
  list: Readonly<Record<string, string | number>> | null | undefined,
  path: FieldPath,
  name: string,
  warnings: string[],
): void {
  const value = list?.[name];
  if (value === undefined || isWhole(value)) return;
  const text = `fractional byte value ${JSON.stringify(String(value))} is invalid, must be an integer`;
  warnings.push(`${path.key(name)}: ${text}`);
}

function hidesEarlier(name: string, value: string, hasSource: boolean): boolean {
  const reference = `$(${name})`;
  return hasSource || value === reference || !value.includes(reference);
}

function variableWarnings(container: Container, path: FieldPath, warnings: string[]): void {
  const names = new Set<string>();
  container.env?.forEach(({ name = "", value = "", valueFrom }, index) => {
    if (names.has(name) && hidesEarlier(name, value, valueFrom != null)) {
      const text = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
      warnings.push(`${path.child("env").index(index)}: ${text}`);
    }
    names.add(name);
  });
}

function containerWarnings(
  spec: PodSpec,
  annotations: Readonly<Record<string, string>>,
  path: FieldPath,
  annotationPath: FieldPath,
  warnings: string[],
): void {
  forEachContainer(spec, path, (container, at) => {
    const key = `${SECCOMP_CONTAINER_PREFIX}${container.name ?? ""}`;
    if (container.securityContext?.seccompProfile == null && annotations[key] !== undefined) {
      const text = 'non-functional in v1.27+; use the "seccompProfile" field instead';
      warnings.push(`${annotationPath.key(key)}: ${text}`);
    }
    for (const name of ["memory", "ephemeral-storage"]) {
      const { limits, requests } = container.resources ?? {};
      warnOfFractions(limits, at.child("resources", "limits"), name, warnings);
      warnOfFractions(requests, at.child("resources", "requests"), name, warnings);
    }
    variableWarnings(container, at, warnings);
  });
}

interface SeenPort {
  readonly path: FieldPath;
  readonly port: ContainerPort;
}

function comparePorts(port: ContainerPort, path: FieldPath, other: SeenPort): string | undefined {
  const { hostIP = "", hostPort = 0 } = port;
  const { hostIP: otherIp = "", hostPort: otherPort = 0 } = other.port;
  if (hostIP === otherIp && hostPort === otherPort) {
    return `${path}: duplicate port definition with ${other.path}`;
  }
  if (hostPort === 0 || otherPort === 0) {
    return `${path}: overlapping port definition with ${other.path}`;
  }
  if (hostPort === otherPort && (hostIP === "") !== (otherIp === "")) {
    return `${path}: dangerously ambiguous port definition with ${other.path}`;
  }
  return undefined;
}

function portWarnings(spec: PodSpec, path: FieldPath, warnings: string[]): void {
  const numbers = new Map<string, SeenPort[]>();
  const names = new Map<string, FieldPath>();
  const nameWarnings: string[] = [];
  forEachContainer(spec, path, ({ ports }, container) => {
    ports?.forEach((port, index) => {
      const at = container.child("ports").index(index);
      const key = `${port.containerPort}/${port.protocol}`;
      const others = numbers.get(key) ?? [];
      for (const other of others) {
        const warning = comparePorts(port, at, other);
        if (warning !== undefined) warnings.push(warning);
      }
      numbers.set(key, [...others, { path: at, port }]);
      const { name = "" } = port;
      if (name === "") return;
      const first = names.get(name);
      if (first === undefined) names.set(name, at);
      else {
        nameWarnings.push(
          `${at}: duplicate port name ${JSON.stringify(name)} with ${first}, services and probes that select ports by name will use ${first}`,
        );
      }
    });
  });
  warnings.push(...nameWarnings);
}

function affinityWarnings(
  affinity: PodAffinity | undefined,
  path: FieldPath,
  warnings: string[],
): void {
  const text = "a null labelSelector results in matching no pod";
  const required = path.child("requiredDuringSchedulingIgnoredDuringExecution");
  affinity?.requiredDuringSchedulingIgnoredDuringExecution?.forEach(({ labelSelector }, index) => {
    if (labelSelector == null) {
      warnings.push(`${required.index(index).child("labelSelector")}: ${text}`);
    }
  });
  const preferred = path.child("preferredDuringSchedulingIgnoredDuringExecution");
  affinity?.preferredDuringSchedulingIgnoredDuringExecution?.forEach(
    ({ podAffinityTerm }, index) => {
      if (podAffinityTerm?.labelSelector != null) return;
      const at = preferred.index(index).child("podAffinityTerm", "labelSelector");
      warnings.push(`${at}: ${text}`);
    },
  );
}

/**
 * Warnings for a pod, or for a template.
 * @param path - of the template; of a pod, the root (the default)
 */
export function podWarnings(
  spec: PodSpec,
  metadata: ObjectMeta,
  path: FieldPath = root(),
): string[] {
  const warnings: string[] = [];
  const specPath = path.child("spec");
  const annotations = metadata.annotations ?? {};
  const annotationPath = path.child("metadata", "annotations");
  placementWarnings(spec, specPath, warnings);
  for (const [key, message] of DEPRECATED_ANNOTATIONS) {
    if (annotations[key] !== undefined) warnings.push(`${annotationPath.key(key)}: ${message}`);
  }
  listWarnings(spec, specPath, warnings);
  for (const name of ["memory", "ephemeral-storage"]) {
    warnOfFractions(spec.overhead, specPath.child("overhead"), name, warnings);
  }
  if (
    spec.securityContext?.seccompProfile == null &&
    annotations[SECCOMP_POD_ANNOTATION] !== undefined
  ) {
    const text = 'non-functional in v1.27+; use the "seccompProfile" field instead';
    warnings.push(`${annotationPath.key(SECCOMP_POD_ANNOTATION)}: ${text}`);
  }
  containerWarnings(spec, annotations, specPath, annotationPath, warnings);
  portWarnings(spec, specPath, warnings);
  const affinity = specPath.child("affinity");
  affinityWarnings(spec.affinity?.podAffinity, affinity.child("podAffinity"), warnings);
  affinityWarnings(spec.affinity?.podAntiAffinity, affinity.child("podAntiAffinity"), warnings);
  spec.dnsConfig?.nameservers?.forEach((server, index) => {
    const at = specPath.child("dnsConfig", "nameservers").index(index);
    warnings.push(...ipAddressWarnings(server, at));
  });
  spec.hostAliases?.forEach(({ ip = "" }, index) => {
    const at = specPath.child("hostAliases").index(index).child("ip");
    warnings.push(...ipAddressWarnings(ip, at));
  });
  return warnings;
}
