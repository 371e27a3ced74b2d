import type {
  ObjectMeta,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  StatefulSet,
  Volume,
} from "../../api/types.ts";
import type { OwnerKind } from "../controller-ref.ts";
import { podFromTemplate } from "../pod-control/pod-from-template.ts";

/**
 * Pods of a StatefulSet and their identities: a name with an ordinal, a host name, claims that bear
 * both.
 * @see kubernetes pkg/controller/statefulset/stateful_set_utils.go
 */

export const STATEFUL_SET: OwnerKind = { apiVersion: "apps/v1", kind: "StatefulSet" };
const POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name";
const POD_INDEX_LABEL = "apps.kubernetes.io/pod-index";
/** Name of the revision that a pod is made of. */
const REVISION_LABEL = "controller-revision-hash";
const MAX_INT32 = 2 ** 31 - 1;

/** The set that a pod's name says it is of, and its number; undefined when it says none. */
function identityOf({ metadata }: Readonly<Pod>): { parent: string; ordinal: number } | undefined {
  const match = /^(.*)-([0-9]+)$/.exec(metadata.name ?? "");
  const ordinal = Number(match?.[2]);
  if (match === null || ordinal > MAX_INT32) return undefined;
  return { parent: match[1] ?? "", ordinal };
}

/** -1 when it has none. */
export function ordinalOf(pod: Readonly<Pod>): number {
  return identityOf(pod)?.ordinal ?? -1;
}

export function isMemberOf(set: Readonly<StatefulSet>, pod: Readonly<Pod>): boolean {
  return identityOf(pod)?.parent === set.metadata.name;
}

export function startOrdinal({ spec }: Readonly<StatefulSet>): number {
  return spec?.ordinals?.start ?? 0;
}

export function replicasOf({ spec }: Readonly<StatefulSet>): number {
  return spec?.replicas ?? 1;
}

/** Whether the set wants a pod of this number. */
export function isWanted(set: Readonly<StatefulSet>, pod: Readonly<Pod>): boolean {
  const place = ordinalOf(pod) - startOrdinal(set);
  return place >= 0 && place < replicasOf(set);
}

export function revisionOf({ metadata }: Readonly<Pod>): string {
  return metadata.labels?.[REVISION_LABEL] ?? "";
}

/**
 * The pod of a number.
 * @param set - As it is at the revision.
 */
export function newStatefulPod(set: Readonly<StatefulSet>, ordinal: number, revision: string): Pod {
  const { name = "" } = set.metadata;
  const { template = {}, serviceName } = set.spec ?? {};
  const made = podFromTemplate(template, STATEFUL_SET, set);
  const podName = `${name}-${ordinal}`;
  const spec: PodSpec = { ...(made.spec ?? { containers: [] }), hostname: podName };
  if (serviceName !== undefined) spec.subdomain = serviceName;
  const named = { ...made, metadata: { ...made.metadata, name: podName }, spec };
  const pod = withStorage(set, withIdentity(named));
  const labels = { ...pod.metadata.labels, [REVISION_LABEL]: revision };
  return { ...pod, metadata: { ...pod.metadata, labels } };
}

/** Labels by which services find one pod. */
export function withIdentity(pod: Readonly<Pod>): Pod {
  const { name = "" } = pod.metadata;
  const identity = { [POD_NAME_LABEL]: name, [POD_INDEX_LABEL]: String(ordinalOf(pod)) };
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...identity } },
  };
}

export function hasIdentity(set: Readonly<StatefulSet>, pod: Readonly<Pod>): boolean {
  const { name, labels } = pod.metadata;
  return isMemberOf(set, pod) && labels?.[POD_NAME_LABEL] === name;
}

/** Volumes of the set's claims, and those that the pod has beside them. */
export function withStorage(set: Readonly<StatefulSet>, pod: Readonly<Pod>): Pod {
  const ordinal = ordinalOf(pod);
  const claimed = (set.spec?.volumeClaimTemplates ?? []).map(({ metadata }): Volume => {
    const { name = "" } = metadata;
    return { name, persistentVolumeClaim: { claimName: claimName(set, name, ordinal) } };
  });
  const names = new Set(claimed.map(({ name }) => name));
  const others = (pod.spec?.volumes ?? []).filter(({ name }) => !names.has(name));
  const volumes = [...claimed, ...others];
  const spec = pod.spec ?? { containers: [] };
  return volumes.length === 0 ? { ...pod, spec } : { ...pod, spec: { ...spec, volumes } };
}

export function hasStorage(set: Readonly<StatefulSet>, pod: Readonly<Pod>): boolean {
  return (set.spec?.volumeClaimTemplates ?? []).every(({ metadata: { name = "" } }) => {
    const volume = pod.spec?.volumes?.find((each) => each.name === name);
    const wanted = claimName(set, name, ordinalOf(pod));
    return volume?.persistentVolumeClaim?.claimName === wanted;
  });
}

export function claimName(
  { metadata }: Readonly<StatefulSet>,
  template: string,
  ordinal: number,
): string {
  return `${template}-${metadata.name}-${ordinal}`;
}

/** The claims of a pod, as they are made. */
export function claimsOf(
  set: Readonly<StatefulSet>,
  pod: Readonly<Pod>,
): readonly PersistentVolumeClaim[] {
  const ordinal = ordinalOf(pod);
  const { namespace = "" } = set.metadata;
  const { selector, volumeClaimTemplates = [] } = set.spec ?? {};
  return volumeClaimTemplates.map((template) => {
    const { name = "", labels, annotations } = template.metadata;
    const metadata: ObjectMeta = { name: claimName(set, name, ordinal), namespace };
    const all = { ...labels, ...selector?.matchLabels };
    if (Object.keys(all).length > 0) metadata.labels = all;
    if (annotations !== undefined) metadata.annotations = annotations;
    return { metadata, ...(template.spec === undefined ? {} : { spec: template.spec }) };
  });
}
