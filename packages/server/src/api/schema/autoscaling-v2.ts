import { autoscalingV2Descriptions } from "./autoscaling-v2-descriptions.ts";
import {
  ATOMIC,
  definePackage,
  field,
  listOf,
  mergeMap,
  object,
  optional,
  required,
  struct,
  text,
} from "./define.ts";
import type { SchemaPackage } from "./language.ts";

export const autoscalingV2: SchemaPackage = definePackage({
  name: "autoscaling.v2",
  group: "autoscaling",
  version: "v2",
  openApiPrefix: "io.k8s.api.autoscaling.v2",
  structs: () => ({
    ContainerResourceMetricSource: struct([
      field("name", "core.v1.ResourceName", 1),
      field("target", "autoscaling.v2.MetricTarget", 2),
      field("container", "string", 3),
    ]),
    ContainerResourceMetricStatus: struct([
      field("name", "core.v1.ResourceName", 1),
      field("current", "autoscaling.v2.MetricValueStatus", 2),
      field("container", "string", 3),
    ]),
    CrossVersionObjectReference: struct([
      field("kind", "string", 1),
      field("name", "string", 2),
      optional("apiVersion", "string", 3),
    ]),
    ExternalMetricSource: struct([
      field("metric", "autoscaling.v2.MetricIdentifier", 1),
      field("target", "autoscaling.v2.MetricTarget", 2),
    ]),
    ExternalMetricStatus: struct([
      field("metric", "autoscaling.v2.MetricIdentifier", 1),
      field("current", "autoscaling.v2.MetricValueStatus", 2),
    ]),
    HPAScalingPolicy: struct([
      field("type", "autoscaling.v2.HPAScalingPolicyType", 1),
      field("value", "int32", 2),
      field("periodSeconds", "int32", 3),
    ]),
    HPAScalingRules: struct([
      optional("stabilizationWindowSeconds", "*int32", 3),
      optional("selectPolicy", "*autoscaling.v2.ScalingPolicySelect", 1),
      optional("policies", "[]autoscaling.v2.HPAScalingPolicy", 2, ATOMIC),
      optional("tolerance", "*Quantity", 4),
    ]),
    HorizontalPodAutoscaler: object([
      optional("metadata", "meta.v1.ObjectMeta", 1),
      required("spec", "autoscaling.v2.HorizontalPodAutoscalerSpec", 2, { omitEmpty: true }),
      optional("status", "autoscaling.v2.HorizontalPodAutoscalerStatus", 3),
    ]),
    HorizontalPodAutoscalerBehavior: struct([
      optional("scaleUp", "*autoscaling.v2.HPAScalingRules", 1),
      optional("scaleDown", "*autoscaling.v2.HPAScalingRules", 2),
    ]),
    HorizontalPodAutoscalerCondition: struct([
      field("type", "autoscaling.v2.HorizontalPodAutoscalerConditionType", 1),
      field("status", "core.v1.ConditionStatus", 2),
      optional("lastTransitionTime", "Time", 3),
      optional("reason", "string", 4),
      optional("message", "string", 5),
    ]),
    HorizontalPodAutoscalerList: listOf("autoscaling.v2.HorizontalPodAutoscaler"),
    HorizontalPodAutoscalerSpec: struct([
      field("scaleTargetRef", "autoscaling.v2.CrossVersionObjectReference", 1),
      optional("minReplicas", "*int32", 2),
      required("maxReplicas", "int32", 3),
      optional("metrics", "[]autoscaling.v2.MetricSpec", 4, ATOMIC),
      optional("behavior", "*autoscaling.v2.HorizontalPodAutoscalerBehavior", 5),
    ]),
    HorizontalPodAutoscalerStatus: struct([
      optional("observedGeneration", "*int64", 1),
      optional("lastScaleTime", "*Time", 2),
      optional("currentReplicas", "int32", 3),
      field("desiredReplicas", "int32", 4),
      field("currentMetrics", "[]autoscaling.v2.MetricStatus", 5, { ...ATOMIC, optional: true }),
      optional(
        "conditions",
        "[]autoscaling.v2.HorizontalPodAutoscalerCondition",
        6,
        mergeMap("type"),
      ),
    ]),
    MetricIdentifier: struct([
      field("name", "string", 1),
      optional("selector", "*meta.v1.LabelSelector", 2),
    ]),
    MetricSpec: struct([
      field("type", "autoscaling.v2.MetricSourceType", 1),
      optional("object", "*autoscaling.v2.ObjectMetricSource", 2),
      optional("pods", "*autoscaling.v2.PodsMetricSource", 3),
      optional("resource", "*autoscaling.v2.ResourceMetricSource", 4),
      optional("containerResource", "*autoscaling.v2.ContainerResourceMetricSource", 7),
      optional("external", "*autoscaling.v2.ExternalMetricSource", 5),
    ]),
    MetricStatus: struct([
      field("type", "autoscaling.v2.MetricSourceType", 1),
      optional("object", "*autoscaling.v2.ObjectMetricStatus", 2),
      optional("pods", "*autoscaling.v2.PodsMetricStatus", 3),
      optional("resource", "*autoscaling.v2.ResourceMetricStatus", 4),
      optional("containerResource", "*autoscaling.v2.ContainerResourceMetricStatus", 7),
      optional("external", "*autoscaling.v2.ExternalMetricStatus", 5),
    ]),
    MetricTarget: struct([
      field("type", "autoscaling.v2.MetricTargetType", 1),
      optional("value", "*Quantity", 2),
      optional("averageValue", "*Quantity", 3),
      optional("averageUtilization", "*int32", 4),
    ]),
    MetricValueStatus: struct([
      optional("value", "*Quantity", 1),
      optional("averageValue", "*Quantity", 2),
      optional("averageUtilization", "*int32", 3),
    ]),
    ObjectMetricSource: struct([
      field("describedObject", "autoscaling.v2.CrossVersionObjectReference", 1),
      field("target", "autoscaling.v2.MetricTarget", 2),
      field("metric", "autoscaling.v2.MetricIdentifier", 3),
    ]),
    ObjectMetricStatus: struct([
      field("metric", "autoscaling.v2.MetricIdentifier", 1),
      field("current", "autoscaling.v2.MetricValueStatus", 2),
      field("describedObject", "autoscaling.v2.CrossVersionObjectReference", 3),
    ]),
    PodsMetricSource: struct([
      field("metric", "autoscaling.v2.MetricIdentifier", 1),
      field("target", "autoscaling.v2.MetricTarget", 2),
    ]),
    PodsMetricStatus: struct([
      field("metric", "autoscaling.v2.MetricIdentifier", 1),
      field("current", "autoscaling.v2.MetricValueStatus", 2),
    ]),
    ResourceMetricSource: struct([
      field("name", "core.v1.ResourceName", 1),
      field("target", "autoscaling.v2.MetricTarget", 2),
    ]),
    ResourceMetricStatus: struct([
      field("name", "core.v1.ResourceName", 1),
      field("current", "autoscaling.v2.MetricValueStatus", 2),
    ]),
  }),
  aliases: () => ({
    HPAScalingPolicyType: text(),
    HorizontalPodAutoscalerConditionType: text(),
    MetricSourceType: text(),
    MetricTargetType: text(),
    ScalingPolicySelect: text(),
  }),
  descriptions: [autoscalingV2Descriptions],
});
