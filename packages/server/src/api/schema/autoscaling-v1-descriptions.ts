import type { Descriptions } from "./define.ts";

export const autoscalingV1Descriptions = (): Descriptions => ({
  "*": {
    name: "The resource.",
    container: "The container.",
    metricName: "The metric.",
    metricSelector: "Chooses series of the metric.",
    selector: "Chooses series of the metric.",
    target: "The object that is measured.",
    targetValue: "Wanted value.",
    averageValue: "Wanted or measured value for each pod.",
    targetAverageValue: "Wanted value for each pod.",
    targetAverageUtilization: "Wanted percentage of requests.",
    currentValue: "Measured value.",
    currentAverageValue: "Measured value for each pod.",
    currentAverageUtilization: "Measured percentage of requests.",
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
  HorizontalPodAutoscaler: {
    "": "Adapts a number of pods to their load.",
  },
  HorizontalPodAutoscalerCondition: {
    "": "One aspect of an autoscaler's state.",
  },
  HorizontalPodAutoscalerSpec: {
    "": "What is scaled, and within which bounds.",
    scaleTargetRef: "The object that is scaled.",
    minReplicas: "The least number of pods. 1 when absent.",
    maxReplicas: "The greatest number of pods.",
    targetCPUUtilizationPercentage: "Wanted CPU use in percent of requests.",
  },
  HorizontalPodAutoscalerStatus: {
    "": "What has been observed.",
    lastScaleTime: "When the number last changed.",
    currentReplicas: "How many pods there are.",
    desiredReplicas: "How many there should be.",
    currentCPUUtilizationPercentage: "Measured CPU use in percent of requests.",
  },
  MetricSpec: {
    "": "A metric, wanted.",
  },
  MetricStatus: {
    "": "A metric, measured.",
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
  Scale: {
    "": "How many copies of something there are, and should be.",
  },
  ScaleSpec: {
    "": "How many there should be.",
    replicas: "The number.",
  },
  ScaleStatus: {
    "": "How many there are.",
    replicas: "The number.",
    selector: "Labels of the pods, as text.",
  },
});
