import type { KubeObject } from "../api/object.ts";
import { invalid } from "../api/status-error.ts";
import type { ObjectMeta, Pod, PodSpec, PodTemplateSpec } from "../api/types.ts";
import { admissionForbidden, admittedName } from "./admission-forbidden.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "./admission-plugin.ts";
import {
  compareLevels,
  type LevelVersion,
  NO_POLICY,
  type PodSecurityPolicy,
  policyOf,
  printLevel,
} from "./pod-security/policy.ts";
import { printViolations, violationsOf } from "./pod-security/violations.ts";

export interface PodSecurityReaders {
  readonly namespaceOf: (name: string) => Readonly<KubeObject> | undefined;
  readonly podsOf: (namespace: string) => readonly Readonly<KubeObject>[];
}

/** Of so many pods it is told that they break a rule that comes to be. */
const MAX_PODS_CHECKED = 3000;
const IGNORED_SUBRESOURCES: ReadonlySet<string> = new Set([
  "exec",
  "attach",
  "binding",
  "eviction",
  "log",
  "portforward",
  "proxy",
  "status",
]);

/** Where the template of a controller's pods stands. */
const TEMPLATES: ReadonlyMap<string, readonly string[]> = new Map([
  ["/podtemplates", ["template"]],
  ["/replicationcontrollers", ["spec", "template"]],
  ["apps/replicasets", ["spec", "template"]],
  ["apps/deployments", ["spec", "template"]],
  ["apps/statefulsets", ["spec", "template"]],
  ["apps/daemonsets", ["spec", "template"]],
  ["batch/jobs", ["spec", "template"]],
  ["batch/cronjobs", ["spec", "jobTemplate", "spec", "template"]],
]);

/**
 * Holds pods to the level of security that their namespace's labels ask for, and warns of templates
 * whose pods would be refused or frowned at.
 * @see kubernetes pod-security-admission/admission/admission.go
 */
export function createPodSecurity(readers: PodSecurityReaders): AdmissionPlugin {
  return {
    name: "PodSecurity",
    validate: (attributes) => {
      const { group, resource, operation } = attributes;
      if (operation !== "CREATE" && operation !== "UPDATE") return;
      if (group === "" && resource === "namespaces") checkNamespace(attributes, readers);
      else if (group === "" && resource === "pods") checkPod(attributes, readers);
      else checkTemplate(attributes, readers);
    },
  };
}

function checkNamespace(attributes: AdmissionAttributes, { podsOf }: PodSecurityReaders): void {
  const { object, oldObject, subresource } = attributes;
  if (subresource !== "" || object === undefined) return;
  const { policy, errors } = policyOf(object.metadata.labels);
  const before = oldObject === undefined ? undefined : policyOf(oldObject.metadata.labels);
  if (errors.length > 0 && JSON.stringify(errors) !== JSON.stringify(before?.errors)) {
    throw invalid({ group: "", kind: "Namespace" }, admittedName(attributes), errors);
  }
  if (before === undefined || !isStricter(policy.enforce, before.policy.enforce)) return;
  const name = object.metadata.name ?? "";
  for (const text of warningsOfPods(name, podsOf(name), policy.enforce)) attributes.warn(text);
}

/** Whether pods may be refused from now on that were not. */
function isStricter(now: LevelVersion, before: LevelVersion): boolean {
  if (now.level === "privileged") return false;
  return now.version !== before.version || compareLevels(now.level, before.level) > 0;
}

function warningsOfPods(
  namespace: string,
  all: readonly Readonly<KubeObject>[],
  enforce: LevelVersion,
): readonly string[] {
  const checked = onePerController(all).slice(0, MAX_PODS_CHECKED);
  const byReason = new Map<string, string[]>();
  for (const pod of checked) {
    const violations = violationsOf(enforce, pod.metadata, (pod.spec ?? {}) as PodSpec);
    if (violations.length === 0) continue;
    const reasons = violations.map(({ reason }) => reason).join(", ");
    const names = byReason.get(reasons) ?? [];
    names.push(pod.metadata.name ?? "");
    byReason.set(reasons, names);
  }
  const lines = [...byReason].map(([reasons, names]) => `${describePods(names)}: ${reasons}`);
  const level = JSON.stringify(printLevel(enforce));
  return [
    ...(checked.length < all.length
      ? [
          `new PodSecurity enforce level only checked against the first ${checked.length} of ${all.length} existing pods`,
        ]
      : []),
    ...(lines.length > 0
      ? [
          `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${level}`,
        ]
      : []),
    ...lines.sort(),
  ];
}

/** The first pod of each controller, then the others: they are much the same. */
function onePerController(pods: readonly Readonly<KubeObject>[]): readonly Readonly<KubeObject>[] {
  const seen = new Set<string>();
  const others: Readonly<KubeObject>[] = [];
  const first = pods.filter((pod) => {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner === undefined || !seen.has(owner.uid)) {
      if (owner !== undefined) seen.add(owner.uid);
      return true;
    }
    others.push(pod);
    return false;
  });
  return [...first, ...others];
}

function describePods(names: readonly string[]): string {
  const [first = "", ...others] = names.toSorted();
  if (others.length === 0) return first;
  return `${first} (and ${others.length} other ${others.length === 1 ? "pod" : "pods"})`;
}

function policyOfNamespace(
  { namespace }: AdmissionAttributes,
  { namespaceOf }: PodSecurityReaders,
): PodSecurityPolicy {
  const labels = namespaceOf(namespace)?.metadata.labels;
  return labels === undefined ? NO_POLICY : policyOf(labels).policy;
}

function checkPod(attributes: AdmissionAttributes, readers: PodSecurityReaders): void {
  const { object, oldObject, subresource } = attributes;
  if (IGNORED_SUBRESOURCES.has(subresource) || object === undefined) return;
  const policy = policyOfNamespace(attributes, readers);
  const isFree = policy.enforce.level === "privileged" && policy.warn.level === "privileged";
  if (isFree) return;
  if (oldObject !== undefined && !runsAnythingNew(object as Pod, oldObject as Pod)) return;
  const spec = (object.spec ?? {}) as PodSpec;
  const violations = violationsOf(policy.enforce, object.metadata, spec);
  if (violations.length > 0) {
    const level = JSON.stringify(printLevel(policy.enforce));
    throw admissionForbidden(
      attributes,
      `violates PodSecurity ${level}: ${printViolations(violations)}`,
    );
  }
  warnOf(attributes, policy.warn, object.metadata, spec);
}

function runsAnythingNew({ spec }: Pod, { spec: old }: Pod): boolean {
  for (const list of ["containers", "initContainers"] as const) {
    const now = spec?.[list] ?? [];
    const before = old?.[list] ?? [];
    if (now.length !== before.length) return true;
    if (now.some(({ image }, index) => image !== before[index]?.image)) return true;
  }
  const debugging = new Map(
    (old?.ephemeralContainers ?? []).map(({ name, image }) => [name, image]),
  );
  return (spec?.ephemeralContainers ?? []).some(
    ({ name, image }) => !debugging.has(name) || debugging.get(name) !== image,
  );
}

function checkTemplate(attributes: AdmissionAttributes, readers: PodSecurityReaders): void {
  const { group, resource, subresource, object } = attributes;
  const path = TEMPLATES.get(`${group}/${resource}`);
  if (path === undefined || subresource !== "") return;
  const { warn } = policyOfNamespace(attributes, readers);
  if (warn.level === "privileged") return;
  let template: unknown = object;
  for (const name of path) template = (template as Record<string, unknown> | undefined)?.[name];
  if (template === undefined || template === null) return;
  const { metadata = {}, spec } = template as PodTemplateSpec;
  warnOf(attributes, warn, metadata, (spec ?? {}) as PodSpec);
}

function warnOf(
  attributes: AdmissionAttributes,
  level: LevelVersion,
  metadata: ObjectMeta,
  spec: PodSpec,
): void {
  const violations = violationsOf(level, metadata, spec);
  if (violations.length === 0) return;
  const said = JSON.stringify(printLevel(level));
  attributes.warn(`would violate PodSecurity ${said}: ${printViolations(violations)}`);
}
