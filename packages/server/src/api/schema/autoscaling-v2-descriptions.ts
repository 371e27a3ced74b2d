import type { Descriptions } from "./define.ts";

export const autoscalingV2Descriptions = (): Descriptions => ({
  "*": {
    name: "The resource.",
    container: "The container.",
    metric: "The metric.",
    target: "Wanted value.",
    current: "Measured value.",
    describedObject: "The object that is measured.",
    value: "Value as a whole.",
    averageValue: "Value for each pod.",
    averageUtilization: "Percentage of requests.",
    type: "Which member is set.",
    object: "A metric of an object.",
    pods: "A metric of the pods.",
    resource: "A resource of the pods.",
    containerResource: "A resource of one container of the pods.",
    external: "A metric from elsewhere.",
  },
  ContainerResourceMetricSource: {
    "": "A resource of one container, wanted.",
  },
  ContainerResourceMetricStatus: {
    "": "A resource of one container, measured.",
  },
  CrossVersionObjectReference: {
    "": "Names an object that can be scaled.",
    kind: "Kind of the object.",
    name: "Name of the object.",
    apiVersion: "Group version of the object.",
  },
  ExternalMetricSource: {
    "": "A metric from elsewhere, wanted.",
  },
  ExternalMetricStatus: {
    "": "A metric from elsewhere, measured.",
  },
  HPAScalingPolicy: {
    "": "How much may change in a time.",
    type: "`Pods` or `Percent`.",
    value: "How many.",
    periodSeconds: "In how many seconds.",
  },
  HPAScalingRules: {
    "": "How fast to scale in one direction.",
    stabilizationWindowSeconds: "Seconds over which recommendations are considered.",
    selectPolicy: "Which policy counts: `Max`, `Min` or `Disabled`.",
    policies: "The policies.",
    tolerance: "Deviation from the target that changes nothing.",
  },
  HorizontalPodAutoscaler: {
    "": "Adapts a number of pods to their load.",
  },
  HorizontalPodAutoscalerBehavior: {
    "": "How fast to scale.",
    scaleUp: "Upwards.",
    scaleDown: "Downwards.",
  },
  HorizontalPodAutoscalerCondition: {
    "": "One aspect of an autoscaler's state.",
  },
  HorizontalPodAutoscalerSpec: {
    "": "What is scaled, by what, and within which bounds.",
    scaleTargetRef: "The object that is scaled.",
    minReplicas: "The least number of pods. 1 when absent.",
    maxReplicas: "The greatest number of pods.",
    metrics: "The metrics; the one that wants most pods counts.",
    behavior: "How fast to scale.",
  },
  HorizontalPodAutoscalerStatus: {
    "": "What has been observed.",
    lastScaleTime: "When the number last changed.",
    currentReplicas: "How many pods there are.",
    desiredReplicas: "How many there should be.",
    currentMetrics: "The metrics, measured.",
  },
  MetricIdentifier: {
    "": "Names a metric.",
    name: "Name of the metric.",
    selector: "Chooses its series.",
  },
  MetricSpec: {
    "": "A metric, wanted.",
  },
  MetricStatus: {
    "": "A metric, measured.",
  },
  MetricTarget: {
    "": "A wanted value.",
    type: "`Utilization`, `Value` or `AverageValue`.",
  },
  MetricValueStatus: {
    "": "A measured value.",
  },
  ObjectMetricSource: {
    "": "A metric of an object, wanted.",
  },
  ObjectMetricStatus: {
    "": "A metric of an object, measured.",
  },
  PodsMetricSource: {
    "": "A metric of the pods, wanted.",
  },
  PodsMetricStatus: {
    "": "A metric of the pods, measured.",
  },
  ResourceMetricSource: {
    "": "A resource of the pods, wanted.",
  },
  ResourceMetricStatus: {
    "": "A resource of the pods, measured.",
  },
});
