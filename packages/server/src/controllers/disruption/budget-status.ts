import type { Condition, Pod, PodDisruptionBudget } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";
import { instantOf, isPodReady } from "../pod-state.ts";

/**
 * What a disruption budget says of its pods.
 * @see kubernetes pkg/controller/disruption/disruption.go,
 *   staging/src/k8s.io/component-helpers/apps/poddisruptionbudget/helpers.go
 */

type BudgetStatus = NonNullable<PodDisruptionBudget["status"]>;

/** How long a pod that may be evicted is counted as going, though nobody has deleted it yet. */
const DELETION_TIMEOUT_MS = 120_000;
const CONDITION = "DisruptionAllowed";

/** How many pods there should be, and how many of them healthy. */
export interface ExpectedPods {
  readonly expected: number;
  readonly desiredHealthy: number;
}

export interface DisruptedPods {
  /** Name → since when. */
  readonly pods: Readonly<Record<string, string>>;
  /** Those that should have gone long ago. */
  readonly stayed: readonly Readonly<Pod>[];
  /** When the next of them should have gone. */
  readonly recheckAt: number | undefined;
}

/** Which pods have been allowed to go, and are there still. */
export function disruptedPods(
  { status }: Readonly<PodDisruptionBudget>,
  pods: readonly Readonly<Pod>[],
  now: number,
): DisruptedPods {
  const going: Record<string, string> = {};
  const stayed: Readonly<Pod>[] = [];
  let recheckAt: number | undefined;
  for (const pod of pods) {
    const { name = "", deletionTimestamp } = pod.metadata;
    const since = status?.disruptedPods?.[name];
    if (deletionTimestamp !== undefined || since === undefined) continue;
    const until = (instantOf(since) ?? 0) + DELETION_TIMEOUT_MS;
    if (until < now) {
      stayed.push(pod);
      continue;
    }
    going[name] = since;
    recheckAt = Math.min(recheckAt ?? until, until);
  }
  return { pods: going, stayed, recheckAt };
}

/** How many are ready and stay. */
export function countHealthy(
  pods: readonly Readonly<Pod>[],
  disrupted: Readonly<Record<string, string>>,
  now: number,
): number {
  return pods.filter((pod) => {
    const { name = "", deletionTimestamp } = pod.metadata;
    const since = instantOf(disrupted[name]);
    const goes = since !== undefined && since + DELETION_TIMEOUT_MS > now;
    return deletionTimestamp === undefined && !goes && isPodReady(pod);
  }).length;
}

/** The status that the budget should have. Without pods nothing may go: its first may come unseen. */
export function budgetStatus(
  budget: Readonly<PodDisruptionBudget>,
  { expected, desiredHealthy }: ExpectedPods,
  currentHealthy: number,
  disrupted: Readonly<Record<string, string>>,
  now: number,
): BudgetStatus {
  const surplus = currentHealthy - desiredHealthy;
  const disruptionsAllowed = expected <= 0 ? 0 : Math.max(0, surplus);
  const observedGeneration = budget.metadata.generation ?? 0;
  const condition: Omit<Condition, "lastTransitionTime"> = {
    type: CONDITION,
    status: disruptionsAllowed > 0 ? "True" : "False",
    reason: disruptionsAllowed > 0 ? "SufficientPods" : "InsufficientPods",
    message: "",
    observedGeneration,
  };
  return {
    observedGeneration,
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: { ...disrupted } }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods: expected,
    conditions: withCondition(budget.status?.conditions ?? [], condition, now),
  };
}

/** The status of a budget that could not be worked out: nothing may go. */
export function failedStatus(
  { status = {} }: Readonly<PodDisruptionBudget>,
  message: string,
  now: number,
): BudgetStatus {
  const condition: Omit<Condition, "lastTransitionTime"> = {
    type: CONDITION,
    status: "False",
    reason: "SyncFailed",
    message,
    observedGeneration: status.observedGeneration ?? 0,
  };
  return {
    ...status,
    disruptionsAllowed: 0,
    conditions: withCondition(status.conditions ?? [], condition, now),
  };
}

/** The time of the transition moves with the status only. */
function withCondition(
  conditions: readonly Condition[],
  condition: Omit<Condition, "lastTransitionTime">,
  now: number,
): Condition[] {
  const before = conditions.find(({ type }) => type === condition.type);
  const isSame = before?.status === condition.status;
  const timed = {
    ...condition,
    lastTransitionTime: isSame ? before.lastTransitionTime : formatTime(now),
  };
  if (before === undefined) return [...conditions, timed];
  return conditions.map((each) => (each === before ? timed : each));
}

/** Whether there is nothing to write. */
export function isUpToDate(before: BudgetStatus | undefined, after: BudgetStatus): boolean {
  const found = before?.conditions?.find(({ type }) => type === CONDITION);
  const wanted = after.conditions?.find(({ type }) => type === CONDITION);
  return (
    before?.currentHealthy === after.currentHealthy &&
    before?.desiredHealthy === after.desiredHealthy &&
    before?.expectedPods === after.expectedPods &&
    before?.disruptionsAllowed === after.disruptionsAllowed &&
    before?.observedGeneration === after.observedGeneration &&
    found?.status === wanted?.status &&
    found?.reason === wanted?.reason &&
    isSameMap(before?.disruptedPods ?? {}, after.disruptedPods ?? {})
  );
}

function isSameMap(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => instantOf(left[key]) === instantOf(right[key]))
  );
}
