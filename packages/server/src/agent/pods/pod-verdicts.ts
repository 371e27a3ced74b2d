import { deadlineOf } from "./decide-wait.ts";
import type { PodContext } from "./pod-context.ts";
import { referenceToPod } from "./pod-names.ts";
import type { PodRecord } from "./pod-record.ts";

/** @see kubernetes pkg/kubelet/active_deadline.go */
const DEADLINE = {
  reason: "DeadlineExceeded",
  message: "Pod was active on the node longer than the specified deadline",
};

/**
 * Asks whether the node takes a pod that is new to it, and tells of it if not. Returns whether it was
 * refused: then there is nothing more to say of it.
 * @see kubernetes pkg/kubelet/kubelet.go (rejectPod)
 */
export function refuse(record: PodRecord, { admit, events }: PodContext): boolean {
  const rejection = admit(record.pod);
  if (rejection === undefined) return false;
  const { reason, message } = rejection;
  events.record(referenceToPod(record.pod), "Warning", reason, message);
  const { startTime, observedGeneration } = record.status();
  record.ended = true;
  record.tellLast({
    phase: "Failed",
    reason,
    message: `Pod was rejected: ${message}`,
    ...(startTime === undefined ? {} : { startTime }),
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  });
  return true;
}

/** Whether a pod has been active for longer than it may; from then on it is one that has failed. */
export function endIfOverdue(record: PodRecord, { clock, events }: PodContext): boolean {
  const { pod, told } = record;
  const deadline = deadlineOf(pod, told);
  if (deadline === undefined || clock.now() < deadline) return false;
  events.record(referenceToPod(pod), "Normal", DEADLINE.reason, DEADLINE.message);
  record.eviction = DEADLINE;
  return true;
}
