/** @see kubernetes pkg/registry/core/pod/strategy.go */
import { defaultPod } from "../../api/defaults/pod.ts";
import { root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { ipAddressWarnings } from "../../api/validation/ip-address.ts";
import { dnsLabelComplaints } from "../../api/validation/names.ts";
import {
  validateEphemeralContainersUpdate,
  validatePodCreate,
  validatePodUpdate,
} from "../../api/validation/pod.ts";
import { APPARMOR_PREFIX, profileOfAnnotation } from "../../api/validation/pod-annotations.ts";
import { qosClassOf } from "../../api/validation/pod-qos.ts";
import { validatePodResize } from "../../api/validation/pod-resize.ts";
import type {
  Container,
  Pod,
  PodAffinity,
  PodAffinityTerm,
  PodSpec,
  PodStatus,
} from "../../api/validation/pod-shapes.ts";
import { validatePodStatusUpdate } from "../../api/validation/pod-status.ts";
import { podWarnings } from "../../api/validation/pod-warnings.ts";
import type { LabelSelector } from "../../api/validation/selectors.ts";
import { formatTime } from "../../runtime/clock.ts";
import type { Strategy, StrategyContext } from "../strategy.ts";
import { preparePodStatus } from "./pod-status.ts";

function asPod(object: KubeObject): Pod & KubeObject {
  return object as Pod & KubeObject;
}

function dropStopSignal(container: Container): void {
  const { lifecycle } = container;
  if (lifecycle?.stopSignal == null) return;
  delete lifecycle.stopSignal;
  if (lifecycle.preStop == null && lifecycle.postStart == null) delete container.lifecycle;
}

/** Fields of features that are off by default in 1.36, unless the stored pod has them. */
export function dropDisabledFields(spec: PodSpec, old?: PodSpec): void {
  if (old?.schedulingGroup == null) delete spec.schedulingGroup;
  for (const list of [spec.containers, spec.initContainers, spec.ephemeralContainers]) {
    for (const container of list ?? []) dropStopSignal(container);
  }
  const kept = new Set((old?.volumes ?? []).map(({ name }) => name));
  for (const { name, projected } of spec.volumes ?? []) {
    if (kept.has(name)) continue;
    for (const source of projected?.sources ?? []) {
      delete source.clusterTrustBundle;
      delete source.podCertificate;
    }
  }
}

type Labels = Readonly<Record<string, string>>;

function addKeys(
  selector: LabelSelector,
  keys: readonly string[] | undefined,
  operator: "In" | "NotIn",
  labels: Labels,
): void {
  for (const key of keys ?? []) {
    const value = labels[key];
    if (value === undefined) continue;
    selector.matchExpressions = [
      ...(selector.matchExpressions ?? []),
      { key, operator, values: [value] },
    ];
  }
}

function mergeLabelKeys(term: PodAffinityTerm | undefined, labels: Labels): void {
  if (term?.labelSelector == null) return;
  addKeys(term.labelSelector, term.matchLabelKeys, "In", labels);
  addKeys(term.labelSelector, term.mismatchLabelKeys, "NotIn", labels);
}

/** Turns keys of the pod's own labels into requirements of the selectors that name them. */
function resolveLabelKeys(spec: PodSpec, labels: Labels): void {
  const affinities: (PodAffinity | undefined)[] = [
    spec.affinity?.podAffinity,
    spec.affinity?.podAntiAffinity,
  ];
  for (const affinity of affinities) {
    affinity?.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ podAffinityTerm }) => {
      mergeLabelKeys(podAffinityTerm, labels);
    });
    affinity?.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term) => {
      mergeLabelKeys(term, labels);
    });
  }
  for (const { labelSelector, matchLabelKeys } of spec.topologySpreadConstraints ?? []) {
    if (labelSelector != null) addKeys(labelSelector, matchLabelKeys, "In", labels);
  }
}

/** Copies AppArmor annotations of old clients into the fields that replaced them. */
function adoptAppArmorAnnotations(pod: Pod): void {
  const { annotations } = pod.metadata;
  const spec = pod.spec ?? {};
  if (annotations == null || spec.os?.name === "windows") return;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const annotation = annotations[APPARMOR_PREFIX + (container.name ?? "")];
    if (annotation === undefined || container.securityContext?.appArmorProfile != null) continue;
    const profile = profileOfAnnotation(annotation);
    if (profile === undefined || semanticEqual(profile, spec.securityContext?.appArmorProfile)) {
      continue;
    }
    container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  }
}

function prepareForCreate(object: KubeObject, context: StrategyContext): void {
  const pod = asPod(object);
  const spec = pod.spec ?? {};
  // Admission may have chosen the account after defaults were set: the alias follows it.
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  const status: PodStatus = { phase: "Pending", qosClass: qosClassOf(spec) };
  dropDisabledFields(spec);
  if ((spec.schedulingGates ?? []).length > 0) {
    status.conditions = [
      {
        type: "PodScheduled",
        status: "False",
        lastProbeTime: null,
        lastTransitionTime: formatTime(context.now),
        reason: "SchedulingGated",
        message: "Scheduling is blocked due to non-empty scheduling gates",
      },
    ];
  }
  pod.status = status;
  resolveLabelKeys(spec, pod.metadata.labels ?? {});
  adoptAppArmorAnnotations(pod);
}

function prepareForUpdate(object: KubeObject, old: KubeObject): void {
  const pod = asPod(object);
  object.status = old.status;
  if (pod.spec?.serviceAccountName) pod.spec.serviceAccount = pod.spec.serviceAccountName;
  dropDisabledFields(pod.spec ?? {}, asPod(old).spec);
}

/** On these endpoints metadata may not change but for what every write changes. */
function keepMetadata(object: KubeObject, old: KubeObject): void {
  const { metadata } = object;
  for (const field of ["labels", "annotations", "finalizers", "ownerReferences"] as const) {
    delete metadata[field];
    if (old.metadata[field] !== undefined)
      Object.assign(metadata, { [field]: old.metadata[field] });
  }
}

function prepareEphemeralContainers(object: KubeObject, old: KubeObject): void {
  const added = asPod(object).spec?.ephemeralContainers;
  const spec: PodSpec = { ...asPod(old).spec };
  delete spec.ephemeralContainers;
  if (added !== undefined) spec.ephemeralContainers = added;
  object.spec = spec;
  object.status = old.status;
  keepMetadata(object, old);
}

/** The stored containers with the new resources; the new ones as they are when names differ. */
function withNewResources(
  containers: Container[] | undefined,
  old: Container[] | undefined,
): Container[] | undefined {
  if (containers === undefined || containers.length === 0) return containers;
  if (containers.some(({ name }, index) => old?.[index]?.name !== name)) return containers;
  return containers.map(({ resources, resizePolicy }, index) => {
    const { resources: _resources, resizePolicy: _policy, ...rest } = old?.[index] ?? {};
    return {
      ...rest,
      ...(resources === undefined ? {} : { resources }),
      ...(resizePolicy === undefined ? {} : { resizePolicy }),
    };
  });
}

function prepareResize(object: KubeObject, oldObject: KubeObject): void {
  const spec = asPod(object).spec ?? {};
  const old = asPod(oldObject).spec ?? {};
  const sameLength = (list: "containers" | "initContainers") =>
    (spec[list] ?? []).length === (old[list] ?? []).length;
  // Lists of other lengths are left as they are, for validation to refuse.
  if (!sameLength("containers") || !sameLength("initContainers")) return;
  const resized: PodSpec = { ...old };
  delete resized.resources;
  if (spec.resources !== undefined) resized.resources = spec.resources;
  for (const list of ["containers", "initContainers"] as const) {
    const containers = withNewResources(spec[list], old[list]);
    if (containers === undefined) delete resized[list];
    else resized[list] = containers;
  }
  object.spec = resized;
  object.status = oldObject.status;
  keepMetadata(object, oldObject);
}

function warningsOnCreate(object: KubeObject): string[] {
  const pod = asPod(object);
  const complaints = dnsLabelComplaints(pod.metadata.name ?? "");
  const warnings = podWarnings(pod.spec ?? {}, pod.metadata);
  if (complaints.length === 0) return warnings;
  const text = `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${complaints.join(" ")}]`;
  return [text, ...warnings];
}

function warningsOnStatus(object: KubeObject): string[] {
  const { podIPs, hostIPs } = asPod(object).status ?? {};
  const warn = (list: { ip?: string }[] | undefined, field: string) =>
    (list ?? []).flatMap(({ ip = "" }, index) =>
      ipAddressWarnings(ip, root("status", field).index(index).child("ip")),
    );
  return [...warn(podIPs, "podIPs"), ...warn(hostIPs, "hostIPs")];
}

/** Seconds between the delete and the end; none when there is nobody to wait for. */
export function podGracePeriodSeconds(
  object: KubeObject,
  requested: number | bigint | undefined,
): number | bigint {
  const { spec = {}, status = {} } = asPod(object);
  if ((spec.nodeName ?? "") === "") return 0;
  if (status.phase === "Succeeded" || status.phase === "Failed") return 0;
  const seconds = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

function selectableFields(object: KubeObject): Record<string, string> {
  const { spec = {}, status = {} } = asPod(object);
  const nodeName = spec.nodeName ?? "";
  return {
    "spec.nodeName": nodeName,
    "spec.host": nodeName,
    "spec.restartPolicy": spec.restartPolicy ?? "",
    "spec.schedulerName": spec.schedulerName ?? "",
    "spec.serviceAccountName": spec.serviceAccountName ?? "",
    "spec.hostNetwork": String(spec.hostNetwork ?? false),
    "status.phase": status.phase ?? "",
    "status.podIP": status.podIPs?.[0]?.ip ?? "",
    // Known as a label, but never filled in.
    "status.podIPs": "",
    "status.nominatedNodeName": status.nominatedNodeName ?? "",
  };
}

export const podsStrategy: Strategy = {
  group: "",
  resource: "pods",
  defaults: (object) => defaultPod(asPod(object)),
  prepareForCreate,
  validateCreate: (object) => validatePodCreate(asPod(object)),
  warningsOnCreate,
  prepareForUpdate,
  updateChecks: ["change", "whole", "own"],
  validateUpdate: (object, old) => validatePodUpdate(asPod(object), asPod(old)),
  changesGeneration: (object, old) => !semanticEqual(object.spec, old.spec),
  resetFields: [["status"]],
  selectableFields,
  gracePeriodSeconds: podGracePeriodSeconds,
  subresources: {
    status: {
      prepareForUpdate: preparePodStatus,
      validateUpdate: (object, old) => validatePodStatusUpdate(asPod(object), asPod(old)),
      warningsOnUpdate: warningsOnStatus,
      resetFields: [["spec"], ["metadata", "deletionTimestamp"], ["metadata", "ownerReferences"]],
    },
    ephemeralcontainers: {
      prepareForUpdate: prepareEphemeralContainers,
      updateChecks: ["change", "whole", "own"],
      validateUpdate: (object, old) => validateEphemeralContainersUpdate(asPod(object), asPod(old)),
    },
    resize: {
      prepareForUpdate: prepareResize,
      updateChecks: ["change", "whole", "own"],
      validateUpdate: (object, old) => validatePodResize(asPod(object), asPod(old)),
    },
  },
};
