import type { Pod, PodStatus } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { instantOf, isPodTerminal, podCondition } from "../pod-state.ts";

/**
 * The condition of pods that were to be disrupted and then were not.
 * @see kubernetes pkg/controller/disruption/disruption.go (syncStalePodDisruption)
 */

const CONDITION = "DisruptionTarget";
const STALE_MS = 120_000;

/**
 * After how long a pod's announcement that it is disrupted is no longer believed; undefined when it
 * has none, or goes, or has ended. What an agent announces comes true, however late.
 */
export function staleAfterMs(pod: Readonly<Pod>, now: number): number | undefined {
  const condition = podCondition(pod, CONDITION);
  const isAnnounced = condition?.status === "True" && condition.reason !== "TerminationByKubelet";
  if (!isAnnounced || pod.metadata.deletionTimestamp !== undefined || isPodTerminal(pod)) {
    return undefined;
  }
  const since = instantOf(condition.lastTransitionTime) ?? 0;
  return Math.max(0, since + STALE_MS - now);
}

/** The pod's status without the announcement. */
export function withdrawn({ metadata, status = {} }: Readonly<Pod>, now: number): PodStatus {
  const observed =
    metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
  const conditions = (status.conditions ?? []).map((condition) =>
    condition.type === CONDITION
      ? {
          type: CONDITION,
          ...observed,
          status: "False",
          lastTransitionTime: formatTime(now),
        }
      : condition,
  );
  return { ...status, conditions };
}
