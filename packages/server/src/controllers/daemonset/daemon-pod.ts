import { namedNodes } from "../../api/node-affinity.ts";
import type {
  Affinity,
  DaemonSet,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Toleration,
} from "../../api/types.ts";
import type { OwnerKind } from "../controller-ref.ts";

export const DAEMON_SET: OwnerKind = { apiVersion: "apps/v1", kind: "DaemonSet" };

/** @see kubernetes staging/src/k8s.io/api/apps/v1/types.go */
export const REVISION_HASH_LABEL = "controller-revision-hash";
const GENERATION_LABEL = "pod-template-generation";
const GENERATION_ANNOTATION = "deprecated.daemonset.template.generation";

const NODE = "node.kubernetes.io";
const TOLERATED: readonly Toleration[] = [
  { key: `${NODE}/not-ready`, operator: "Exists", effect: "NoExecute" },
  { key: `${NODE}/unreachable`, operator: "Exists", effect: "NoExecute" },
  { key: `${NODE}/disk-pressure`, operator: "Exists", effect: "NoSchedule" },
  { key: `${NODE}/memory-pressure`, operator: "Exists", effect: "NoSchedule" },
  { key: `${NODE}/pid-pressure`, operator: "Exists", effect: "NoSchedule" },
  { key: `${NODE}/unschedulable`, operator: "Exists", effect: "NoSchedule" },
];
const TOLERATED_ON_HOST_NETWORK: Toleration = {
  key: `${NODE}/network-unavailable`,
  operator: "Exists",
  effect: "NoSchedule",
};

/**
 * What pods of a DaemonSet tolerate: besides their own, whatever is wrong with a node.
 * @see kubernetes pkg/controller/daemon/util (AddOrUpdateDaemonPodTolerations)
 */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const more = hostNetwork === true ? [...TOLERATED, TOLERATED_ON_HOST_NETWORK] : TOLERATED;
  const result = [...tolerations];
  for (const each of more) {
    const at = result.findIndex((own) => isSame(own, each));
    if (at < 0) result.push(each);
    else result[at] = each;
  }
  return result;
}

/** For how long a taint is endured makes no difference. */
function isSame(one: Toleration, other: Toleration): boolean {
  return (
    one.key === other.key &&
    one.effect === other.effect &&
    one.operator === other.operator &&
    (one.value ?? "") === (other.value ?? "")
  );
}

/** The template of the pods for one node, with the hash of its revision. */
export function daemonPodTemplate(
  set: Readonly<DaemonSet>,
  hash: string,
  nodeName: string,
): PodTemplateSpec {
  const template: PodTemplateSpec = set.spec?.template ?? {};
  const spec = template.spec ?? { containers: [] };
  const generation = templateGeneration(set);
  const labels: Record<string, string> = {
    ...template.metadata?.labels,
    ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }),
    ...(hash === "" ? {} : { [REVISION_HASH_LABEL]: hash }),
  };
  return {
    metadata: { ...template.metadata, labels },
    spec: {
      ...spec,
      tolerations: daemonTolerations(spec),
      affinity: boundTo(spec.affinity, nodeName),
    },
  };
}

/** Leaves nothing to the scheduler but to see whether there is room on that node. */
function boundTo(affinity: Affinity = {}, nodeName: string): Affinity {
  const matchFields = [{ key: "metadata.name", operator: "In" as const, values: [nodeName] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: required,
    },
  };
}

/** The node that a pod is on, or is meant for; undefined for one of somebody else's making. */
export function targetNode({ spec }: Readonly<Pod>): string | undefined {
  if ((spec?.nodeName ?? "") !== "") return spec?.nodeName;
  const names = [...(namedNodes(spec ?? { containers: [] }) ?? [])];
  return names.length === 1 ? names[0] : undefined;
}

/** Whether a pod was made from the template as it is now. */
export function isUpdated(pod: Readonly<Pod>, set: Readonly<DaemonSet>, hash: string): boolean {
  const labels = pod.metadata.labels ?? {};
  const generation = templateGeneration(set);
  return (
    (hash !== "" && labels[REVISION_HASH_LABEL] === hash) ||
    (generation !== undefined && labels[GENERATION_LABEL] === generation)
  );
}

/** Older versions counted generations of the template, and pods may still bear them. */
function templateGeneration({ metadata }: Readonly<DaemonSet>): string | undefined {
  const text = metadata.annotations?.[GENERATION_ANNOTATION];
  return text !== undefined && /^[+-]?[0-9]+$/.test(text) ? String(BigInt(text)) : undefined;
}
