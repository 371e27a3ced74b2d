/**
 * Defaults of pods and pod templates, with what upstream's conversion between versions does: the
 * alias of the account name, annotations of old features, the two forms of a pod's addresses.
 * @see kubernetes pkg/apis/core/v1/{defaults,conversion}.go
 */

import { isHugePages, isPodLevelResource } from "../resource-names.ts";
import type { ObjectMeta } from "../types.ts";
import { compareQuantities } from "../validation/amounts.ts";
import { aggregateContainers } from "../validation/pod-level-resources.ts";
import type { Container, Pod, PodSpec, PodTemplateSpec } from "../validation/pod-shapes.ts";
import { isOvercommitAllowed } from "../validation/resources.ts";
import { defaultContainer, defaultResourceList, requestLimits } from "./container.ts";
import { defaultVolume } from "./volume.ts";

/** Seconds between the polite and the final signal. */
const GRACE_SECONDS = 30;

const DROPPED_ANNOTATIONS = [
  "pod.beta.kubernetes.io/init-containers",
  "pod.alpha.kubernetes.io/init-containers",
  "pod.beta.kubernetes.io/init-container-statuses",
  "pod.alpha.kubernetes.io/init-container-statuses",
];

function dropOldAnnotations(metadata: ObjectMeta | undefined): void {
  const annotations = metadata?.annotations;
  if (annotations == null) return;
  for (const name of DROPPED_ANNOTATIONS) if (name in annotations) delete annotations[name];
}

/** `serviceAccount` is read only when `serviceAccountName` says nothing, and always written. */
function unifyAccount(spec: PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (name) {
    spec.serviceAccountName = name;
    spec.serviceAccount = name;
  }
}

/** Defaults of a specification, in a pod or in a template. */
export function defaultPodSpec(spec: PodSpec): void {
  unifyAccount(spec);
  spec.dnsPolicy ||= "ClusterFirst";
  spec.restartPolicy ||= "Always";
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= GRACE_SECONDS;
  spec.schedulerName ||= "default-scheduler";
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  defaultResourceList(spec.overhead);
  if (spec.resources != null) {
    defaultResourceList(spec.resources.limits);
    defaultResourceList(spec.resources.requests);
  }
}

function publishPorts(containers: readonly Container[] | undefined): void {
  for (const { ports } of containers ?? []) {
    for (const port of ports ?? []) {
      if (!port.hostPort && port.containerPort !== undefined) port.hostPort = port.containerPort;
    }
  }
}

/** Limits and requests of the pod as a whole, from those of its containers, once it has any. */
function defaultPodResources(spec: PodSpec): void {
  const { resources } = spec;
  if (resources == null) return;
  const limits = resources.limits ?? {};
  const requests = resources.requests ?? {};
  if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) return;
  for (const [name, value] of aggregateContainers(spec, "limits")) {
    if (isHugePages(name) && requests[name] === undefined) limits[name] ??= String(value);
  }
  if (Object.keys(limits).length === 0) return;
  resources.limits = limits;
  for (const [name, value] of aggregateContainers(spec, "requests")) {
    if (!isPodLevelResource(name) || !isOvercommitAllowed(name)) continue;
    if (compareQuantities(value, 0) >= 0) requests[name] ??= String(value);
  }
  for (const [name, value] of Object.entries(limits)) {
    if (isPodLevelResource(name)) requests[name] ??= value;
  }
  if (Object.keys(requests).length > 0) resources.requests = requests;
}

/** `podIP` is the first of `podIPs`; where both are given and differ, the single one wins. */
function unifyAddresses(pod: Pod): void {
  const { status } = pod;
  if (status == null) return;
  const { podIP = "" } = status;
  const first = status.podIPs?.[0]?.ip;
  if (podIP !== "" && podIP !== first) status.podIPs = [{ ip: podIP }];
  else if (podIP === "" && first !== undefined) status.podIP = first;
}

export function defaultPod(pod: Pod): void {
  pod.spec ??= {};
  const { spec } = pod;
  dropOldAnnotations(pod.metadata);
  defaultPodSpec(spec);
  for (const container of spec.containers ?? []) requestLimits(container);
  for (const container of spec.initContainers ?? []) requestLimits(container);
  defaultPodResources(spec);
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork === true) {
    publishPorts(spec.containers);
    publishPorts(spec.initContainers);
  }
  const grace = spec.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0) spec.terminationGracePeriodSeconds = 1;
  unifyAddresses(pod);
}

/** Defaults of the template of a workload. */
export function defaultPodTemplateSpec(template: PodTemplateSpec): void {
  dropOldAnnotations(template.metadata);
  template.spec ??= {};
  defaultPodSpec(template.spec);
}
