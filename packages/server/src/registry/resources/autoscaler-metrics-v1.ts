/**
 * Metrics of autoscalers as autoscaling/v1 writes them into annotations, and back. Members stand in
 * the order in which Go encodes them, because the annotation is a text.
 * @see kubernetes pkg/apis/autoscaling/v1/conversion.go
 */
import { parseQuantity } from "../../api/quantity.ts";
import type {
  AutoscalingV1MetricSpec,
  AutoscalingV1MetricStatus,
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
} from "../../api/types.ts";

/** Leaves out members without a value, as Go's omitempty does for pointers. */
function present<Members extends object>(members: Members): Members {
  const kept = { ...members };
  for (const key in kept) if (kept[key] === undefined || kept[key] === null) delete kept[key];
  return kept;
}

function identifier(name: string, selector: MetricIdentifier["selector"]): MetricIdentifier {
  return present({ name, selector }) as MetricIdentifier;
}

type Optional<Value> = Value | undefined;

function target(
  type: string,
  value: Optional<string>,
  averageValue: Optional<string>,
  averageUtilization?: number,
): MetricTarget {
  return present({ type, value, averageValue, averageUtilization }) as MetricTarget;
}

function resourceTarget(source: {
  targetAverageUtilization?: number;
  targetAverageValue?: string;
}): MetricTarget {
  const { targetAverageUtilization: utilization, targetAverageValue: value } = source;
  return target(
    utilization == null ? "AverageValue" : "Utilization",
    undefined,
    value,
    utilization,
  );
}

function isZero(quantity: string | undefined): boolean {
  return quantity === undefined || parseQuantity(quantity).mantissa === 0n;
}

/** A wanted metric for the annotation. */
export function metricSpecToV1(metric: MetricSpec): AutoscalingV1MetricSpec {
  const { type, object, pods, resource, containerResource, external } = metric;
  return present({
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      targetValue: object.target.value ?? "0",
      ...present({ selector: object.metric.selector, averageValue: object.target.averageValue }),
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue ?? "0",
      ...present({ selector: pods.metric.selector }),
    },
    resource:
      resource &&
      present({
        name: resource.name,
        targetAverageUtilization: resource.target.averageUtilization,
        targetAverageValue: resource.target.averageValue,
      }),
    containerResource:
      containerResource &&
      present({
        name: containerResource.name,
        targetAverageUtilization: containerResource.target.averageUtilization,
        targetAverageValue: containerResource.target.averageValue,
        container: containerResource.container,
      }),
    external:
      external &&
      present({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
  }) as AutoscalingV1MetricSpec;
}

function objectSpec(object: NonNullable<AutoscalingV1MetricSpec["object"]>): MetricSpec["object"] {
  const { averageValue, targetValue } = object;
  return {
    describedObject: object.target,
    target:
      averageValue == null
        ? target("Value", targetValue, undefined)
        : target("AverageValue", isZero(targetValue) ? undefined : targetValue, averageValue),
    metric: identifier(object.metricName, object.selector),
  };
}

/** A wanted metric out of the annotation. */
export function metricSpecFromV1(metric: AutoscalingV1MetricSpec): MetricSpec {
  const { type, object, pods, resource, containerResource, external } = metric;
  return present({
    type,
    object: object && objectSpec(object),
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      target: target("AverageValue", undefined, pods.targetAverageValue),
    },
    resource: resource && { name: resource.name, target: resourceTarget(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      target: resourceTarget(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      target: target(
        external.targetValue == null ? "AverageValue" : "Value",
        external.targetValue,
        external.targetAverageValue,
      ),
    },
  }) as MetricSpec;
}

/** A measured metric for the annotation. */
export function metricStatusToV1(metric: MetricStatus): AutoscalingV1MetricStatus {
  const { type, object, pods, resource, containerResource, external } = metric;
  return present({
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      currentValue: object.current.value ?? "0",
      ...present({ selector: object.metric.selector, averageValue: object.current.averageValue }),
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue ?? "0",
      ...present({ selector: pods.metric.selector }),
    },
    resource:
      resource &&
      present({
        name: resource.name,
        currentAverageUtilization: resource.current.averageUtilization,
        currentAverageValue: resource.current.averageValue ?? "0",
      }),
    containerResource:
      containerResource &&
      present({
        name: containerResource.name,
        currentAverageUtilization: containerResource.current.averageUtilization,
        currentAverageValue: containerResource.current.averageValue ?? "0",
        container: containerResource.container,
      }),
    external:
      external &&
      present({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        currentValue: external.current.value ?? "0",
        currentAverageValue: external.current.averageValue,
      }),
  }) as AutoscalingV1MetricStatus;
}

/** A measured metric out of the annotation. */
export function metricStatusFromV1(metric: AutoscalingV1MetricStatus): MetricStatus {
  const { type, object, pods, resource, containerResource, external } = metric;
  return present({
    type,
    object: object && {
      metric: identifier(object.metricName, object.selector),
      current: present({ value: object.currentValue, averageValue: object.averageValue }),
      describedObject: object.target,
    },
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      current: { averageValue: pods.currentAverageValue },
    },
    resource: resource && {
      name: resource.name,
      current: present({
        averageValue: resource.currentAverageValue,
        averageUtilization: resource.currentAverageUtilization,
      }),
    },
    containerResource: containerResource && {
      name: containerResource.name,
      current: present({
        averageValue: containerResource.currentAverageValue,
        averageUtilization: containerResource.currentAverageUtilization,
      }),
      container: containerResource.container,
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      current: present({
        value: external.currentValue,
        averageValue: external.currentAverageValue,
      }),
    },
  }) as MetricStatus;
}
