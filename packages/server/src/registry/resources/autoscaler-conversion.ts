/**
 * HorizontalPodAutoscalers are stored as autoscaling/v2. autoscaling/v1 knows the CPU target alone and
 * keeps all the rest in annotations, so that a client of it loses nothing.
 * @see kubernetes pkg/apis/autoscaling/v1/conversion.go, pkg/apis/autoscaling/annotations.go
 */
import { decode } from "../../api/decode.ts";
import { encodeJson } from "../../api/encode-json.ts";
import type { KubeObject } from "../../api/object.ts";
import type {
  AutoscalingV1HorizontalPodAutoscaler,
  AutoscalingV1MetricSpec,
  AutoscalingV1MetricStatus,
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
  MetricSpec,
  MetricStatus,
  ObjectMeta,
} from "../../api/types.ts";
import {
  metricSpecFromV1,
  metricSpecToV1,
  metricStatusFromV1,
  metricStatusToV1,
} from "./autoscaler-metrics-v1.ts";

const PREFIX = "autoscaling.alpha.kubernetes.io/";
const METRICS = `${PREFIX}metrics`;
const CURRENT_METRICS = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;
/** Annotations that only exist in the older version. */
export const ROUND_TRIP: readonly string[] = [
  METRICS,
  CURRENT_METRICS,
  CONDITIONS,
  BEHAVIOR,
  `${PREFIX}scale-down-tolerance`,
  `${PREFIX}scale-up-tolerance`,
];
/** What an autoscaler without any metric aims at. @see pkg/apis/autoscaling DefaultCPUUtilization */
const DEFAULT_CPU_UTILIZATION = 80;

type Annotations = Record<string, string>;

/** Annotations without those of the conversion, as a copy. */
function ownAnnotations(annotations: Readonly<Annotations> | undefined): Annotations {
  const own = { ...annotations };
  for (const name of ROUND_TRIP) delete own[name];
  return own;
}

function withAnnotations(metadata: ObjectMeta, annotations: Annotations): ObjectMeta {
  const copy = { ...metadata, annotations };
  if (Object.keys(annotations).length > 0) return copy;
  const { annotations: _none, ...rest } = copy;
  return rest;
}

/** The annotation's value as JSON; undefined when it is absent or cannot be read: it is then ignored. */
function parseAnnotation(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The items of an annotation that holds a list of one type of the tables. */
function readList<Item>(text: string | undefined, typeName: string): Item[] | undefined {
  const value = parseAnnotation(text);
  if (!Array.isArray(value)) return undefined;
  try {
    return value.map((item) => decode(typeName, item).value as Item);
  } catch {
    return undefined;
  }
}

function writeList(items: readonly unknown[], typeName: string): string {
  return `[${items.map((item) => encodeJson(typeName, item)).join(",")}]`;
}

/** `ScaleUp` → `scaleUp`: the annotation holds Go's field names, which have no JSON names there. */
function lowerFirst(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerFirst);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      lowerFirst(inner),
    ]),
  );
}

function readBehavior(text: string | undefined): HorizontalPodAutoscalerBehavior | undefined {
  const value = lowerFirst(parseAnnotation(text));
  if (typeof value !== "object" || value === null) return undefined;
  try {
    const behavior = decode("autoscaling.v2.HorizontalPodAutoscalerBehavior", value)
      .value as HorizontalPodAutoscalerBehavior;
    const isEmpty = behavior.scaleUp === undefined && behavior.scaleDown === undefined;
    return isEmpty ? undefined : behavior;
  } catch {
    return undefined;
  }
}

function writeRules(rules: HorizontalPodAutoscalerBehavior["scaleUp"]): unknown {
  if (rules === undefined) return null;
  return {
    StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
    SelectPolicy: rules.selectPolicy ?? null,
    Policies:
      rules.policies?.map(({ type, value, periodSeconds }) => ({
        Type: type,
        Value: value,
        PeriodSeconds: periodSeconds,
      })) ?? null,
    Tolerance: rules.tolerance ?? null,
  };
}

function writeBehavior({ scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior): string {
  return JSON.stringify({ ScaleUp: writeRules(scaleUp), ScaleDown: writeRules(scaleDown) });
}

function cpuMetric(averageUtilization: number): MetricSpec {
  return {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
  };
}

/** Whether the older version has a field for this metric. */
function isCpuTarget({ type, resource }: MetricSpec): boolean {
  return (
    type === "Resource" &&
    resource?.name === "cpu" &&
    resource.target.averageUtilization !== undefined
  );
}

function specFromV1(
  spec: AutoscalingV1HorizontalPodAutoscaler["spec"],
  annotations: Readonly<Annotations>,
): HorizontalPodAutoscalerSpec {
  const { scaleTargetRef, minReplicas, maxReplicas, targetCPUUtilizationPercentage: cpu } = spec;
  const others =
    readList<AutoscalingV1MetricSpec>(annotations[METRICS], "autoscaling.v1.MetricSpec") ?? [];
  const metrics = others.map(metricSpecFromV1);
  if (cpu !== undefined) metrics.push(cpuMetric(cpu));
  if (metrics.length === 0) metrics.push(cpuMetric(DEFAULT_CPU_UTILIZATION));
  const behavior = readBehavior(annotations[BEHAVIOR]);
  return {
    scaleTargetRef,
    ...(minReplicas === undefined ? {} : { minReplicas }),
    maxReplicas,
    metrics,
    ...(behavior === undefined ? {} : { behavior }),
  };
}

function statusFromV1(
  status: NonNullable<AutoscalingV1HorizontalPodAutoscaler["status"]>,
  annotations: Readonly<Annotations>,
): HorizontalPodAutoscalerStatus {
  const { currentCPUUtilizationPercentage: cpu, ...same } = status;
  const measured = readList<AutoscalingV1MetricStatus>(
    annotations[CURRENT_METRICS],
    "autoscaling.v1.MetricStatus",
  )?.map(metricStatusFromV1);
  const ofCpu: MetricStatus[] | null =
    cpu === undefined
      ? null
      : [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: cpu } } }];
  const conditions = readList<HorizontalPodAutoscalerCondition>(
    annotations[CONDITIONS],
    "autoscaling.v1.HorizontalPodAutoscalerCondition",
  );
  return {
    ...same,
    currentMetrics: measured ?? ofCpu,
    ...(conditions === undefined ? {} : { conditions }),
  };
}

/** An autoscaler of autoscaling/v1 as autoscaling/v2 holds it; parts are shared with the original. */
export function autoscalerFromV1(object: Readonly<KubeObject>): KubeObject {
  const { metadata, spec, status } = object as unknown as AutoscalingV1HorizontalPodAutoscaler;
  const annotations = metadata.annotations ?? {};
  const converted: HorizontalPodAutoscaler = {
    kind: "HorizontalPodAutoscaler",
    apiVersion: "autoscaling/v2",
    metadata: withAnnotations(metadata, ownAnnotations(annotations)),
    spec: specFromV1(spec, annotations),
    ...(status === undefined ? {} : { status: statusFromV1(status, annotations) }),
  };
  return converted as unknown as KubeObject;
}

function annotationsToV1({ metadata, spec, status }: HorizontalPodAutoscaler): Annotations {
  const annotations = ownAnnotations(metadata.annotations);
  const others = (spec.metrics ?? []).filter((metric) => !isCpuTarget(metric));
  if (others.length > 0) {
    annotations[METRICS] = writeList(others.map(metricSpecToV1), "autoscaling.v1.MetricSpec");
  }
  const measured = status?.currentMetrics ?? [];
  if (measured.length > 0) {
    const items = measured.map(metricStatusToV1);
    annotations[CURRENT_METRICS] = writeList(items, "autoscaling.v1.MetricStatus");
  }
  if (spec.behavior !== undefined) annotations[BEHAVIOR] = writeBehavior(spec.behavior);
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    const typeName = "autoscaling.v1.HorizontalPodAutoscalerCondition";
    annotations[CONDITIONS] = writeList(conditions, typeName);
  }
  return annotations;
}

function statusToV1(
  status: HorizontalPodAutoscalerStatus,
): NonNullable<AutoscalingV1HorizontalPodAutoscaler["status"]> {
  const { currentMetrics, conditions: _annotated, currentReplicas = 0, ...same } = status;
  const cpu = (currentMetrics ?? []).findLast(
    ({ type, resource }) =>
      type === "Resource" &&
      resource?.name === "cpu" &&
      resource.current.averageUtilization !== undefined,
  )?.resource?.current.averageUtilization;
  return {
    ...same,
    currentReplicas,
    ...(cpu === undefined ? {} : { currentCPUUtilizationPercentage: cpu }),
  };
}

/** The other way round. */
export function autoscalerToV1(object: Readonly<KubeObject>): KubeObject {
  const autoscaler = object as unknown as HorizontalPodAutoscaler;
  const { scaleTargetRef, minReplicas, maxReplicas, metrics } = autoscaler.spec;
  const cpu = metrics?.find(isCpuTarget)?.resource?.target.averageUtilization;
  const converted: AutoscalingV1HorizontalPodAutoscaler = {
    kind: "HorizontalPodAutoscaler",
    apiVersion: "autoscaling/v1",
    metadata: withAnnotations(autoscaler.metadata, annotationsToV1(autoscaler)),
    spec: {
      scaleTargetRef,
      ...(minReplicas === undefined ? {} : { minReplicas }),
      maxReplicas,
      ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }),
    },
    ...(autoscaler.status === undefined ? {} : { status: statusToV1(autoscaler.status) }),
  };
  return converted as unknown as KubeObject;
}
