import { autoscalingV1Descriptions } from "./autoscaling-v1-descriptions.ts";
import {
  definePackage,
  field,
  listOf,
  object,
  oneOf,
  optional,
  required,
  struct,
  text,
} from "./define.ts";
import type { SchemaPackage } from "./language.ts";

export const autoscalingV1: SchemaPackage = definePackage({
  name: "autoscaling.v1",
  group: "autoscaling",
  version: "v1",
  openApiPrefix: "io.k8s.api.autoscaling.v1",
  structs: () => ({
    ContainerResourceMetricSource: struct([
      field("name", "core.v1.ResourceName", 1),
      optional("targetAverageUtilization", "*int32", 2),
      optional("targetAverageValue", "*Quantity", 3),
      field("container", "string", 5),
    ]),
    ContainerResourceMetricStatus: struct([
      field("name", "core.v1.ResourceName", 1),
      optional("currentAverageUtilization", "*int32", 2),
      field("currentAverageValue", "Quantity", 3),
      field("container", "string", 4),
    ]),
    CrossVersionObjectReference: struct([
      field("kind", "string", 1),
      field("name", "string", 2),
      optional("apiVersion", "string", 3),
    ]),
    ExternalMetricSource: struct([
      field("metricName", "string", 1),
      optional("metricSelector", "*meta.v1.LabelSelector", 2),
      optional("targetValue", "*Quantity", 3),
      optional("targetAverageValue", "*Quantity", 4),
    ]),
    ExternalMetricStatus: struct([
      field("metricName", "string", 1),
      optional("metricSelector", "*meta.v1.LabelSelector", 2),
      field("currentValue", "Quantity", 3),
      optional("currentAverageValue", "*Quantity", 4),
    ]),
    HorizontalPodAutoscaler: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      required("spec", "autoscaling.v1.HorizontalPodAutoscalerSpec", 2, { omitEmpty: true }),
      optional("status", "autoscaling.v1.HorizontalPodAutoscalerStatus", 3),
    ]),
    HorizontalPodAutoscalerCondition: struct([
      field("type", "autoscaling.v1.HorizontalPodAutoscalerConditionType", 1),
      field("status", "core.v1.ConditionStatus", 2),
      optional("lastTransitionTime", "Time", 3),
      optional("reason", "string", 4),
      optional("message", "string", 5),
    ]),
    HorizontalPodAutoscalerList: listOf("autoscaling.v1.HorizontalPodAutoscaler"),
    HorizontalPodAutoscalerSpec: struct([
      field("scaleTargetRef", "autoscaling.v1.CrossVersionObjectReference", 1),
      optional("minReplicas", "*int32", 2),
      required("maxReplicas", "int32", 3),
      optional("targetCPUUtilizationPercentage", "*int32", 4),
    ]),
    HorizontalPodAutoscalerStatus: struct([
      optional("observedGeneration", "*int64", 1),
      optional("lastScaleTime", "*Time", 2),
      field("currentReplicas", "int32", 3),
      field("desiredReplicas", "int32", 4),
      optional("currentCPUUtilizationPercentage", "*int32", 5),
    ]),
    MetricSpec: struct([
      field("type", "autoscaling.v1.MetricSourceType", 1),
      optional("object", "*autoscaling.v1.ObjectMetricSource", 2),
      optional("pods", "*autoscaling.v1.PodsMetricSource", 3),
      optional("resource", "*autoscaling.v1.ResourceMetricSource", 4),
      optional("containerResource", "*autoscaling.v1.ContainerResourceMetricSource", 7),
      optional("external", "*autoscaling.v1.ExternalMetricSource", 5),
    ]),
    MetricStatus: struct([
      field("type", "autoscaling.v1.MetricSourceType", 1),
      optional("object", "*autoscaling.v1.ObjectMetricStatus", 2),
      optional("pods", "*autoscaling.v1.PodsMetricStatus", 3),
      optional("resource", "*autoscaling.v1.ResourceMetricStatus", 4),
      optional("containerResource", "*autoscaling.v1.ContainerResourceMetricStatus", 7),
      optional("external", "*autoscaling.v1.ExternalMetricStatus", 5),
    ]),
    ObjectMetricSource: struct([
      field("target", "autoscaling.v1.CrossVersionObjectReference", 1),
      field("metricName", "string", 2),
      field("targetValue", "Quantity", 3),
      optional("selector", "*meta.v1.LabelSelector", 4),
      optional("averageValue", "*Quantity", 5),
    ]),
    ObjectMetricStatus: struct([
      field("target", "autoscaling.v1.CrossVersionObjectReference", 1),
      field("metricName", "string", 2),
      field("currentValue", "Quantity", 3),
      optional("selector", "*meta.v1.LabelSelector", 4),
      optional("averageValue", "*Quantity", 5),
    ]),
    PodsMetricSource: struct([
      field("metricName", "string", 1),
      field("targetAverageValue", "Quantity", 2),
      optional("selector", "*meta.v1.LabelSelector", 3),
    ]),
    PodsMetricStatus: struct([
      field("metricName", "string", 1),
      field("currentAverageValue", "Quantity", 2),
      optional("selector", "*meta.v1.LabelSelector", 3),
    ]),
    ResourceMetricSource: struct([
      field("name", "core.v1.ResourceName", 1),
      optional("targetAverageUtilization", "*int32", 2),
      optional("targetAverageValue", "*Quantity", 3),
    ]),
    ResourceMetricStatus: struct([
      field("name", "core.v1.ResourceName", 1),
      optional("currentAverageUtilization", "*int32", 2),
      field("currentAverageValue", "Quantity", 3),
    ]),
    Scale: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      optional("spec", "autoscaling.v1.ScaleSpec", 2),
      optional("status", "autoscaling.v1.ScaleStatus", 3),
    ]),
    ScaleSpec: struct([optional("replicas", "int32", 1, { default: 0 })]),
    ScaleStatus: struct([field("replicas", "int32", 1), optional("selector", "string", 2)]),
  }),
  aliases: () => ({
    HorizontalPodAutoscalerConditionType: text(),
    MetricSourceType: oneOf("Object", "Pods", "Resource", "ContainerResource", "External"),
  }),
  descriptions: [autoscalingV1Descriptions],
});
