/**
 * What an autoscaler's status says. Pure functions.
 * @see kubernetes pkg/controller/podautoscaler/horizontal.go
 */
import type {
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
} from "../../api/types.ts";

type Conditions = readonly HorizontalPodAutoscalerCondition[];

export interface Finding {
  readonly type: "AbleToScale" | "ScalingActive";
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/** The condition changed, or added behind the others. @param time - RFC 3339, for a status that changes */
export function withCondition(conditions: Conditions, finding: Finding, time: string): Conditions {
  const before = conditions.find(({ type }) => type === finding.type);
  const lastTransitionTime = before?.status === finding.status ? before.lastTransitionTime : time;
  const changed: HorizontalPodAutoscalerCondition = {
    ...finding,
    ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }),
  };
  return before === undefined
    ? [...conditions, changed]
    : conditions.map((each) => (each === before ? changed : each));
}

/** Nothing here scales to zero and back. */
export function withoutScaledToZero(conditions: Conditions): Conditions {
  return conditions.filter(({ type }) => type !== "ScaledToZero");
}

export interface Replicas {
  readonly current: number;
  readonly desired: number;
  /** How many metrics were looked at in vain; none when nobody had to look. */
  readonly metrics: number;
  /** RFC 3339; absent when the number was not changed. */
  readonly scaledAt?: string;
}

/** The status anew; what is not said again stays. */
export function newStatus(
  before: HorizontalPodAutoscalerStatus | undefined,
  { current, desired, metrics, scaledAt }: Replicas,
): HorizontalPodAutoscalerStatus {
  const lastScaleTime = scaledAt ?? before?.lastScaleTime;
  return {
    currentReplicas: current,
    desiredReplicas: desired,
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    ...(metrics === 0
      ? {}
      : { currentMetrics: Array.from({ length: metrics }, () => ({ type: "" })) }),
    ...(before?.conditions === undefined ? {} : { conditions: before.conditions }),
  };
}

/** What to do before any metric is looked at. */
export type Decision =
  | { readonly kind: "disabled" }
  | { readonly kind: "rescale"; readonly replicas: number; readonly reason: string }
  | { readonly kind: "ask-metrics" };

export function decideReplicas(
  current: number,
  {
    minReplicas = 1,
    maxReplicas,
  }: Pick<HorizontalPodAutoscalerSpec, "minReplicas" | "maxReplicas">,
): Decision {
  if (current === 0) return { kind: "disabled" };
  if (current > maxReplicas) {
    const reason = "Current number of replicas above Spec.MaxReplicas";
    return { kind: "rescale", replicas: maxReplicas, reason };
  }
  if (current < minReplicas) {
    const reason = "Current number of replicas below Spec.MinReplicas";
    return { kind: "rescale", replicas: minReplicas, reason };
  }
  return { kind: "ask-metrics" };
}
