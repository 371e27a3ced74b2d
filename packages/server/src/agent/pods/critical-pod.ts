import type { Pod } from "../../api/types.ts";

/** @see kubernetes pkg/apis/scheduling/types.go (SystemCriticalPriority) */
const CRITICAL_PRIORITY = 2_000_000_000;

/** Whether a node does without other pods rather than without this one. @see kubernetes pkg/kubelet/types/pod_update.go (IsCriticalPod) */
export function isCriticalPod({ spec }: Pod): boolean {
  return (spec?.priority ?? 0) >= CRITICAL_PRIORITY;
}
