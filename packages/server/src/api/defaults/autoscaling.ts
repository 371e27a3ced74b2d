/** Defaults of autoscalers. @see kubernetes pkg/apis/autoscaling/v2/defaults.go */
import type {
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerSpec,
  HPAScalingRules,
} from "../types.ts";

const CPU_UTILIZATION = 80;
const PERIOD_SECONDS = 15;

/** Doubling, or four more, every fifteen seconds. */
function scaleUpRules(): HPAScalingRules {
  return {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Pods", value: 4, periodSeconds: PERIOD_SECONDS },
      { type: "Percent", value: 100, periodSeconds: PERIOD_SECONDS },
    ],
  };
}

/** Down to the least number at once; how long to wait before is the controller's setting. */
function scaleDownRules(): HPAScalingRules {
  return {
    selectPolicy: "Max",
    policies: [{ type: "Percent", value: 100, periodSeconds: PERIOD_SECONDS }],
  };
}

export function defaultBehavior(behavior: HorizontalPodAutoscalerBehavior): void {
  behavior.scaleUp = { ...scaleUpRules(), ...behavior.scaleUp };
  behavior.scaleDown = { ...scaleDownRules(), ...behavior.scaleDown };
}

export function defaultAutoscaler(spec: HorizontalPodAutoscalerSpec): void {
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) {
    const target = { type: "Utilization", averageUtilization: CPU_UTILIZATION };
    spec.metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
  }
  if (spec.behavior != null) defaultBehavior(spec.behavior);
}
