import type { Pod, StatefulSet, StatefulSetStatus } from "../../api/types.ts";
import { isPodAvailable, isPodReady } from "../pod-state.ts";
import type { Revisions } from "./revision-history.ts";
import { replicasOf, revisionOf } from "./stateful-pods.ts";

/** @see kubernetes pkg/controller/statefulset/stateful_set_control.go (updateStatus) */
export function statefulSetStatus(
  set: Readonly<StatefulSet>,
  { current, update, collisionCount }: Omit<Revisions, "all">,
  pods: readonly Readonly<Pod>[],
  now: number,
): StatefulSetStatus {
  const { minReadySeconds = 0 } = set.spec ?? {};
  const count = (holds: (pod: Readonly<Pod>) => boolean): number => pods.filter(holds).length;
  const stays = (pod: Readonly<Pod>): boolean => pod.metadata.deletionTimestamp === undefined;
  const isReady = (pod: Readonly<Pod>): boolean =>
    pod.status?.phase === "Running" && isPodReady(pod);
  const isOf = (name: string | undefined) => (pod: Readonly<Pod>) =>
    stays(pod) && revisionOf(pod) === name;
  const { name: currentRevision = "" } = current.metadata;
  const { name: updateRevision = "" } = update.metadata;
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: count(isReady),
    availableReplicas: count((pod) => isReady(pod) && isPodAvailable(pod, minReadySeconds, now)),
    currentReplicas: count(isOf(currentRevision)),
    updatedReplicas: count(isOf(updateRevision)),
    currentRevision,
    updateRevision,
    collisionCount,
  };
}

/** When all pods are of the new revision and ready, it is the current one. */
export function completed(
  set: Readonly<StatefulSet>,
  status: StatefulSetStatus,
): StatefulSetStatus {
  const { updatedReplicas = 0, updateRevision = "" } = status;
  const wanted = replicasOf(set);
  const isComplete =
    set.spec?.updateStrategy?.type === "RollingUpdate" &&
    [updatedReplicas, status.readyReplicas, status.replicas].every((count) => count === wanted);
  if (!isComplete) return status;
  return { ...status, currentReplicas: updatedReplicas, currentRevision: updateRevision };
}

const COUNTS = [
  "replicas",
  "currentReplicas",
  "readyReplicas",
  "updatedReplicas",
  "availableReplicas",
] as const;

/** Whether there is nothing to write. */
export function isStatusCurrent(
  { status }: Readonly<StatefulSet>,
  wanted: StatefulSetStatus,
): boolean {
  return (
    (wanted.observedGeneration ?? 0) <= (status?.observedGeneration ?? 0) &&
    COUNTS.every((count) => (status?.[count] ?? 0) === (wanted[count] ?? 0)) &&
    (status?.currentRevision ?? "") === wanted.currentRevision &&
    (status?.updateRevision ?? "") === wanted.updateRevision
  );
}
