/** Whether disruption budgets let a pod be evicted. @see kubernetes pkg/registry/core/pod/storage/eviction.go */
import type { KubeObject } from "../../api/object.ts";
import type { Pod } from "../../api/validation/pod-shapes.ts";

export interface DisruptionBudget extends KubeObject {
  status?: {
    observedGeneration?: number;
    disruptionsAllowed?: number;
    currentHealthy?: number;
    desiredHealthy?: number;
    disruptedPods?: Record<string, string>;
    conditions?: { type?: string; status?: string; reason?: string; message?: string }[];
  };
}

/**
 * - `evict`: nothing stands against it; `pinned` when that holds for this version of the pod alone;
 * - `count`: allowed, and the budget has to be charged first;
 * - `wait`: 429 with this message, and a cause DisruptionBudget;
 * - `forbid`: 403 by the budget;
 * - `fail`: 500, more than one budget.
 */
export type EvictionDecision =
  | { readonly action: "evict"; readonly pinned: boolean }
  | { readonly action: "count"; readonly budget: DisruptionBudget }
  | {
      readonly action: "wait";
      readonly message: string;
      readonly cause: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly action: "forbid"; readonly budget: string; readonly message: string }
  | { readonly action: "fail"; readonly message: string };

const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";
/** How many pods a budget may remember as being disrupted. */
const MAX_DISRUPTED_PODS = 2000;
/** Until the controller has seen the budget's latest version. */
const RETRY_SECONDS = 10;

/** Budgets count running pods: one that has ended, waits or goes already is free. */
function ignoresBudgets(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return (
    phase === "Succeeded" ||
    phase === "Failed" ||
    phase === "Pending" ||
    pod.metadata.deletionTimestamp != null
  );
}

function isReady(pod: Pod): boolean {
  return (pod.status?.conditions ?? []).some(
    ({ type, status }) => type === "Ready" && status === "True",
  );
}

/** An unready pod may go when the budget says so, or when enough others are healthy. */
function unreadyMayGo(pod: Pod, budget: DisruptionBudget): boolean {
  if (isReady(pod)) return false;
  const spec = budget.spec as { unhealthyPodEvictionPolicy?: string } | undefined;
  if (spec?.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

/** Why a budget allows no disruption. Healthy counts mean nothing while it cannot be synchronised. */
function exhaustedCause(name: string, status: NonNullable<DisruptionBudget["status"]>): string {
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  const not = `The disruption budget ${name} does not allow evicting pods currently`;
  const condition = status.conditions?.find(({ type }) => type === "DisruptionAllowed");
  const message = condition?.status === "False" ? (condition.message ?? "") : "";
  if (message !== "" && condition?.reason === "SyncFailed") {
    return `${not} because it failed sync: ${message}`;
  }
  if (currentHealthy <= desiredHealthy) {
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  }
  return message === "" ? not : `${not} (${condition?.reason ?? ""}): ${message}`;
}

export function checkBudget(budget: DisruptionBudget): EvictionDecision {
  const name = budget.metadata.name ?? "";
  const { status = {} } = budget;
  const { disruptionsAllowed = 0 } = status;
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) {
    const cause = `The disruption budget ${name} is still being processed by the server.`;
    return { action: "wait", message: VIOLATES, cause, retryAfterSeconds: RETRY_SECONDS };
  }
  if (disruptionsAllowed < 0) {
    return { action: "forbid", budget: name, message: "pdb disruptions allowed is negative" };
  }
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED_PODS) {
    const message =
      "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
    return { action: "forbid", budget: name, message };
  }
  if (disruptionsAllowed === 0) {
    return { action: "wait", message: VIOLATES, cause: exhaustedCause(name, status) };
  }
  return { action: "count", budget };
}

/** @param budgets - those of the pod's namespace that select it */
export function decideEviction(
  object: KubeObject,
  budgets: readonly DisruptionBudget[],
): EvictionDecision {
  const pod = object as KubeObject & Pod;
  const [budget, second] = budgets;
  if (ignoresBudgets(pod)) {
    // What has ended or goes already stays free; what waits may have become ready meanwhile.
    const waits = pod.status?.phase === "Pending" && pod.metadata.deletionTimestamp == null;
    return { action: "evict", pinned: waits };
  }
  if (budget === undefined) return { action: "evict", pinned: false };
  if (second !== undefined) {
    const message =
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    return { action: "fail", message };
  }
  return unreadyMayGo(pod, budget) ? { action: "evict", pinned: true } : checkBudget(budget);
}

/** The budget's status once one more pod may go. @param time - RFC 3339 */
export function chargeBudget(
  budget: DisruptionBudget,
  podName: string,
  time: string,
): NonNullable<DisruptionBudget["status"]> {
  const { status = {} } = budget;
  return {
    ...status,
    disruptionsAllowed: (status.disruptionsAllowed ?? 0) - 1,
    disruptedPods: { ...status.disruptedPods, [podName]: time },
  };
}
