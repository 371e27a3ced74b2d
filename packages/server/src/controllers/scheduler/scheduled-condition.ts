import type { Pod, PodCondition } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";

/** Why a pod has no node: none takes it, or something went wrong. */
export type UnscheduledReason = "Unschedulable" | "SchedulerError";

/**
 * The condition that tells why a pod has no node; undefined when the pod says so already. The time of
 * the transition moves with the status only.
 * @see kubernetes pkg/api/v1/pod/util.go (UpdatePodCondition)
 */
export function scheduledCondition(
  { metadata, status }: Readonly<Pod>,
  reason: UnscheduledReason,
  message: string,
  now: number,
): PodCondition | undefined {
  const before = status?.conditions?.find(({ type }) => type === "PodScheduled");
  const { generation } = metadata;
  const isOld = before?.status === "False";
  if (
    isOld &&
    before.reason === reason &&
    before.message === message &&
    before.observedGeneration === generation
  ) {
    return undefined;
  }
  return {
    type: "PodScheduled",
    status: "False",
    reason,
    message,
    lastTransitionTime: (isOld ? before.lastTransitionTime : undefined) ?? formatTime(now),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
}
