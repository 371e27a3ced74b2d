import type { Pod, PodStatus } from "../../api/types.ts";
import type { Trouble } from "./pod-sync.ts";

export interface WaitInput {
  readonly pod: Pod;
  readonly told: PodStatus;
  readonly troubles: readonly Trouble[];
  /** When volumes that failed are worth another try. */
  readonly volumesAt: number | undefined;
  /** Whether the pod has just come to be in the runtime. */
  readonly isNew: boolean;
  readonly now: number;
  /** In [0, 1). */
  readonly fraction: number;
}

/** @see kubernetes pkg/kubelet/kubelet.go (backOffPeriod, SyncFrequency), pod_workers.go (jitter factors) */
const RESYNC_MS = 60_000;
const RETRY_MS = 10_000;
const JITTER = 0.5;
/** @see kubernetes pkg/kubelet/kubelet.go (genericPlegRelistPeriod) */
const RELIST_MS = 1_000;

/**
 * How long a pod may be left alone: about a minute when all is well, and sooner when something is to
 * be tried again or its time is over. Of a new sandbox a kubelet hears a second later, and then looks
 * at the pod again: whoever waits for an image soon reads that it is backed off from.
 * @see kubernetes pkg/kubelet/pod_workers.go (completeWork)
 */
export function decideWait(input: WaitInput): number {
  const { pod, told, troubles, volumesAt, isNew, now, fraction } = input;
  const jittered = (ms: number): number => ms * (1 + JITTER * fraction);
  const resyncAt = now + jittered(RESYNC_MS);
  const retries = troubles.map(({ kind, retryAt }) => {
    const at = kind === "volumes" ? volumesAt : retryAt;
    return at ?? now + jittered(RETRY_MS);
  });
  if (isNew && troubles.some(({ kind }) => kind === "container")) retries.push(now + RELIST_MS);
  const deadline = deadlineOf(pod, told);
  const at = Math.min(resyncAt, ...retries, ...(deadline === undefined ? [] : [deadline]));
  return Math.max(0, at - now);
}

/** When a pod has been active for as long as it may be. */
export function deadlineOf({ spec }: Pod, { startTime }: PodStatus): number | undefined {
  const seconds = spec?.activeDeadlineSeconds;
  if (seconds === undefined || startTime === undefined) return undefined;
  return Date.parse(startTime) + seconds * 1000;
}
