/**
 * What the server makes of a pod's status before it is checked and stored.
 *
 * @see kubernetes pkg/registry/core/pod/strategy.go, pkg/api/pod/util.go
 */
import type { KubeObject } from "../../api/object.ts";
import type { Pod, PodStatus } from "../../api/validation/pod-shapes.ts";

/** A status that says nothing of the generation it saw keeps what the stored one said. */
function keepObservedGenerations(status: PodStatus, old: PodStatus): void {
  if (!status.observedGeneration && old.observedGeneration) {
    status.observedGeneration = old.observedGeneration;
  }
  const before = new Map<string, number[]>();
  for (const { type = "", observedGeneration = 0 } of old.conditions ?? []) {
    before.set(type, [...(before.get(type) ?? []), observedGeneration]);
  }
  for (const condition of status.conditions ?? []) {
    const generation = before.get(condition.type ?? "")?.shift();
    if (!condition.observedGeneration && generation) condition.observedGeneration = generation;
  }
}

const STATUS_LISTS = [
  "containerStatuses",
  "initContainerStatuses",
  "ephemeralContainerStatuses",
] as const;

function tellsOfVolumes(status: PodStatus): boolean {
  return STATUS_LISTS.some((list) =>
    (status[list] ?? []).some(({ volumeMounts }) =>
      (volumeMounts ?? []).some(({ volumeStatus }) => volumeStatus != null),
    ),
  );
}

/** Fields of features that are off by default in 1.36, unless the stored status has them. */
function dropDisabledFields(status: PodStatus, old: PodStatus): void {
  if (old.nodeAllocatableResourceClaimStatuses === undefined) {
    delete status.nodeAllocatableResourceClaimStatuses;
  }
  if (tellsOfVolumes(old)) return;
  for (const list of STATUS_LISTS) {
    for (const { volumeMounts } of status[list] ?? []) {
      for (const mount of volumeMounts ?? []) delete mount.volumeStatus;
    }
  }
}

/** Everything but the status, and what a status may not lose, stays as it is stored. */
export function preparePodStatus(object: KubeObject, oldObject: KubeObject): void {
  const pod = object as Pod & KubeObject;
  const old = oldObject as Pod & KubeObject;
  object.spec = oldObject.spec;
  if (old.metadata.ownerReferences === undefined) delete pod.metadata.ownerReferences;
  else pod.metadata.ownerReferences = old.metadata.ownerReferences;
  pod.status ??= {};
  if (!pod.status.qosClass && old.status?.qosClass) pod.status.qosClass = old.status.qosClass;
  keepObservedGenerations(pod.status, old.status ?? {});
  dropDisabledFields(pod.status, old.status ?? {});
}
