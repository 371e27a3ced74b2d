import type {
  ExternalMetricSource,
  MetricSpec,
  MetricTarget,
  ObjectMetricSource,
} from "../../api/types.ts";
import { selectorText } from "../disruption/selector-text.ts";

/** Why a metric is of no use: as an event and the condition say it, and as the sum of all says it. */
export interface MetricProblem {
  readonly reason: string;
  readonly text: string;
  /** With the kind of the metric before it. */
  readonly inSum: string;
}

const NOT_FOUND = "the server could not find the requested resource";
const RESOURCES = `unable to fetch metrics from resource metrics API: ${NOT_FOUND} (get pods.metrics.k8s.io)`;
const CUSTOM =
  "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";

/**
 * What an autoscaler has to say of a metric where nobody serves metrics.
 * @see kubernetes pkg/controller/podautoscaler (computeReplicasForMetric, replica_calculator.go, metrics/client.go)
 */
export function missingMetric(spec: MetricSpec, namespace: string): MetricProblem {
  const { type, resource, containerResource, pods, object, external } = spec;
  if (resource !== undefined) {
    const text = resourceText(resource.name, resource.target);
    const inSum = `failed to get ${resource.name} resource metric value: ${text}`;
    return { reason: "FailedGetResourceMetric", text, inSum };
  }
  if (containerResource !== undefined) {
    const text = resourceText(containerResource.name, containerResource.target);
    const inSum = `failed to get ${containerResource.container} container metric value: ${text}`;
    return { reason: "FailedGetContainerResourceMetric", text, inSum };
  }
  if (pods !== undefined) {
    const text = `unable to get metric ${pods.metric.name}: ${CUSTOM}`;
    const inSum = `failed to get pods metric value: ${text}`;
    return { reason: "FailedGetPodsMetric", text, inSum };
  }
  if (object !== undefined) return objectProblem(object, namespace);
  if (external !== undefined) return externalProblem(external, namespace);
  const text = `unknown metric source type ${JSON.stringify(type)}`;
  return { reason: "InvalidMetricSourceType", text, inSum: text };
}

function resourceText(name: string, { averageValue }: MetricTarget): string {
  const wanted = averageValue === undefined ? "utilization" : "usage";
  return `failed to get ${name} ${wanted}: unable to get metrics for resource ${name}: ${RESOURCES}`;
}

function objectProblem(
  { metric, describedObject, target }: ObjectMetricSource,
  namespace: string,
): MetricProblem {
  const { kind, name } = describedObject;
  // Upstream's arguments stand in this order.
  const text = `unable to get metric ${metric.name}: ${kind} on ${namespace} ${name}/${CUSTOM}`;
  const perPod = target.type === "AverageValue";
  const head = perPod ? `failed to get ${metric.name} object metric: ` : "";
  const inSum = `failed to get object metric value: ${head}${text}`;
  return { reason: "FailedGetObjectMetric", text, inSum };
}

function externalProblem(
  { metric: { name, selector }, target }: ExternalMetricSource,
  namespace: string,
): MetricProblem {
  const text =
    `unable to get external metric ${namespace}/${name}/${selectorText(selector)}: ` +
    `unable to fetch metrics from external metrics API: ${NOT_FOUND} (get ${name}.external.metrics.k8s.io)`;
  const head =
    target.averageValue === undefined
      ? `failed to get external metric ${name}`
      : `failed to get ${name} external metric`;
  const inSum = `failed to get ${name} external metric value: ${head}: ${text}`;
  return { reason: "FailedGetExternalMetric", text, inSum };
}

/** All of them together; the first stands for them. */
export function sumOfProblems(problems: readonly MetricProblem[]): string {
  const count = problems.length;
  return `invalid metrics (${count} invalid out of ${count}), first error is: ${problems[0]?.inSum ?? ""}`;
}
