import type { KubeObject } from "../../api/object.ts";
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from "../../api/types.ts";
import { autoscalerFromV1 } from "../resources/autoscaler-conversion.ts";
import { NONE, UNSET } from "./cell-texts.ts";
import { type PrintersByResource, printer, text } from "./columns.ts";
import { ageOf } from "./human-duration.ts";
import { AGE_COLUMN, NAME_COLUMN, type TablePrinter } from "./table-printer.ts";
import { scalePrinter } from "./workloads.ts";

const UNKNOWN = "<unknown>";
/** Go's text of a quantity that is not there. */
const NIL = "<nil>";
const METRICS_SHOWN = 2;

/** `50m/100m`, with `(avg)` when the target is meant for each pod. */
function valueText(target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) {
    return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  }
  const measured = current === undefined ? UNKNOWN : (current.value ?? NIL);
  return `${measured}/${target.value ?? NIL}`;
}

function resourceText(
  name: string,
  target: MetricTarget,
  current: MetricValueStatus | undefined,
): string {
  if (target.averageValue !== undefined) {
    const measured = current === undefined ? UNKNOWN : (current.averageValue ?? NIL);
    return `${name}: ${measured}/${target.averageValue}`;
  }
  const percent = (value: number | undefined, absent: string) =>
    value === undefined ? absent : `${value}%`;
  const measured = percent(current?.averageUtilization, UNKNOWN);
  return `${name}: ${measured}/${percent(target.averageUtilization, "<auto>")}`;
}

/** What is measured, and what is wanted, of one metric. */
function metricText(metric: MetricSpec, status: MetricStatus | undefined): string {
  const { type, external, pods, object, resource, containerResource } = metric;
  if (type === "External" && external) return valueText(external.target, status?.external?.current);
  if (type === "Object" && object) return valueText(object.target, status?.object?.current);
  if (type === "Pods" && pods) {
    const current = status?.pods?.current;
    const measured = current === undefined ? UNKNOWN : (current.averageValue ?? NIL);
    return `${measured}/${pods.target.averageValue ?? NIL}`;
  }
  if (type === "Resource" && resource) {
    return resourceText(resource.name, resource.target, status?.resource?.current);
  }
  if (type === "ContainerResource" && containerResource) {
    const { name, target } = containerResource;
    return resourceText(name, target, status?.containerResource?.current);
  }
  return "<unknown type>";
}

function metricsText({ spec, status }: Readonly<HorizontalPodAutoscaler>): string {
  const metrics = spec?.metrics ?? [];
  if (metrics.length === 0) return NONE;
  const texts = metrics.map((each, index) => metricText(each, status?.currentMetrics?.[index]));
  const shown = texts.slice(0, METRICS_SHOWN).join(", ");
  return texts.length > METRICS_SHOWN
    ? `${shown} + ${texts.length - METRICS_SHOWN} more...`
    : shown;
}

const v2: TablePrinter = printer<HorizontalPodAutoscaler>(
  [
    NAME_COLUMN,
    text("Reference", "The object whose number of pods is set."),
    text("Targets", "What was measured, and what is wanted, by metric."),
    text("MinPods", "The least number of pods."),
    text("MaxPods", "The greatest number of pods."),
    text("Replicas", "How many pods there are."),
    AGE_COLUMN,
  ],
  (autoscaler, now) => {
    const { metadata, spec, status } = autoscaler;
    return [
      metadata.name ?? "",
      `${spec?.scaleTargetRef?.kind ?? ""}/${spec?.scaleTargetRef?.name ?? ""}`,
      metricsText(autoscaler),
      spec?.minReplicas === undefined ? UNSET : String(spec.minReplicas),
      spec?.maxReplicas ?? 0,
      status?.currentReplicas ?? 0,
      ageOf(metadata.creationTimestamp, now),
    ];
  },
);

/** Both versions print alike. @see kubernetes pkg/printers/internalversion/printers.go */
export const autoscalingPrinters: PrintersByResource = {
  scale: scalePrinter,
  horizontalpodautoscalers: {
    columns: v2.columns,
    cells: (object: Readonly<KubeObject>, now) => {
      // A bookmark has no spec that could be converted.
      const isV1 = object.apiVersion === "autoscaling/v1" && object.spec !== undefined;
      return v2.cells(isV1 ? autoscalerFromV1(object) : object, now);
    },
  },
};
