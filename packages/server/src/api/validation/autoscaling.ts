/** Autoscalers of autoscaling/v2. @see kubernetes pkg/apis/autoscaling/validation/validation.go */
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../field-error.ts";
import type {
  CrossVersionObjectReference,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
} from "../types.ts";
import { signOf } from "./amounts.ts";
import { requirePathSegment } from "./domain-paths.ts";
import { checkDnsLabel, type FieldErrors } from "./field-checks.ts";
import { checkContainerResourceName } from "./resources.ts";

const SPEC = root("spec");
const STABILIZATION_MAX_SECONDS = 3600;
const PERIOD_MAX_SECONDS = 1800;
const SELECT_POLICIES = ["Disabled", "Max", "Min"];
const POLICY_TYPES = ["Percent", "Pods"];
const METRIC_TYPES = ["ContainerResource", "External", "Object", "Pods", "Resource"];
/** In the order in which upstream looks at them. */
const SOURCES = ["object", "external", "pods", "resource", "containerResource"] as const;
type Source = (typeof SOURCES)[number];
const SOURCE_OF_TYPE: Readonly<Record<string, Source>> = {
  ContainerResource: "containerResource",
  External: "external",
  Object: "object",
  Pods: "pods",
  Resource: "resource",
};
const BOTH_OR_NEITHER = "must set either a target raw value or a target utilization";

/** Why an API version names no group, or is none. */
function apiVersionComplaint(apiVersion: string, allowNoGroup: boolean): string | undefined {
  const parts = apiVersion.split("/");
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = parts.length === 2 ? (parts[0] ?? "") : "";
  return group === "" && !allowNoGroup ? "apiVersion must specify API group" : undefined;
}

/** Which API versions of references are taken as they are. */
interface ReferenceLeniency {
  readonly allowAny: boolean;
  readonly allowNoGroup: boolean;
}

function checkReference(
  reference: Partial<CrossVersionObjectReference>,
  leniency: ReferenceLeniency,
  path: FieldPath,
  errors: FieldErrors,
): void {
  requirePathSegment(reference.kind, path.child("kind"), errors);
  requirePathSegment(reference.name, path.child("name"), errors);
  if (leniency.allowAny) return;
  const { apiVersion = "" } = reference;
  const complaint = apiVersionComplaint(apiVersion, leniency.allowNoGroup);
  if (complaint === undefined) return;
  errors.push(invalidValue(path.child("apiVersion"), apiVersion, complaint));
}

function checkTarget(target: Partial<MetricTarget>, path: FieldPath, errors: FieldErrors): void {
  const { type = "", value, averageValue, averageUtilization } = target;
  if (type === "") errors.push(required(path.child("type"), "must specify a metric target type"));
  if (type !== "Utilization" && type !== "Value" && type !== "AverageValue") {
    const detail = "must be either Utilization, Value, or AverageValue";
    errors.push(invalidValue(path.child("type"), type, detail));
  }
  for (const [name, quantity] of [
    ["value", value],
    ["averageValue", averageValue],
  ] as const) {
    if (quantity === undefined || signOf(quantity) === 1) continue;
    errors.push(invalidValue(path.child(name), quantity, "must be positive"));
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    const field = path.child("averageUtilization");
    errors.push(invalidValue(field, averageUtilization, "must be greater than 0"));
  }
}

function checkIdentifier(metric: Partial<MetricIdentifier>, path: FieldPath, errors: FieldErrors) {
  if (!metric.name) errors.push(required(path.child("name"), "must specify a metric name"));
  else requirePathSegment(metric.name, path.child("name"), errors);
}

/** A resource has either an average or a percentage. */
function checkResourceTarget(target: MetricTarget, path: FieldPath, errors: FieldErrors): void {
  checkTarget(target, path, errors);
  const { averageUtilization, averageValue } = target;
  if (averageUtilization === undefined && averageValue === undefined) {
    errors.push(required(path.child("averageUtilization"), BOTH_OR_NEITHER));
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    const detail = "may not set both a target raw value and a target utilization";
    errors.push(forbiddenField(path.child("averageValue"), detail));
  }
}

type Checks = {
  readonly [Name in Source]: (
    source: NonNullable<MetricSpec[Name]>,
    leniency: ReferenceLeniency,
    path: FieldPath,
    errors: FieldErrors,
  ) => void;
};

const CHECKS: Checks = {
  object: (source, leniency, path, errors) => {
    const { describedObject = {}, metric = {}, target = {} } = source as Partial<typeof source>;
    checkReference(describedObject, leniency, path.child("describedObject"), errors);
    checkIdentifier(metric, path.child("metric"), errors);
    checkTarget(target, path.child("target"), errors);
    const { value, averageValue } = target as MetricTarget;
    if (value !== undefined || averageValue !== undefined) return;
    const detail = "must set either a target value or averageValue";
    errors.push(required(path.child("target", "averageValue"), detail));
  },
  external: ({ metric, target }, _leniency, path, errors) => {
    checkIdentifier(metric, path.child("metric"), errors);
    checkTarget(target, path.child("target"), errors);
    if (target.value === undefined && target.averageValue === undefined) {
      const detail = "must set either a target value for metric or a per-pod target";
      errors.push(required(path.child("target", "averageValue"), detail));
    }
    if (target.value !== undefined && target.averageValue !== undefined) {
      const detail = "may not set both a target value for metric and a per-pod target";
      errors.push(forbiddenField(path.child("target", "value"), detail));
    }
  },
  pods: ({ metric, target }, _leniency, path, errors) => {
    checkIdentifier(metric, path.child("metric"), errors);
    checkTarget(target, path.child("target"), errors);
    if (target.averageValue !== undefined) return;
    const detail = "must specify a positive target averageValue";
    errors.push(required(path.child("target", "averageValue"), detail));
  },
  resource: ({ name, target }, _leniency, path, errors) => {
    if (!name) errors.push(required(path.child("name"), "must specify a resource name"));
    checkResourceTarget(target, path.child("target"), errors);
  },
  containerResource: ({ name, container, target }, _leniency, path, errors) => {
    if (!name) errors.push(required(path.child("name"), "must specify a resource name"));
    else checkContainerResourceName(name, path.child("name"), errors);
    if (!container) errors.push(required(path.child("container"), "must specify a container"));
    else checkDnsLabel(container, path.child("container"), errors);
    checkResourceTarget(target, path.child("target"), errors);
  },
};

function checkSource<Name extends Source>(
  metric: MetricSpec,
  name: Name,
  leniency: ReferenceLeniency,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const source = metric[name];
  if (source != null) CHECKS[name](source, leniency, path.child(name), errors);
}

function checkMetric(
  metric: MetricSpec,
  leniency: ReferenceLeniency,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const type = metric.type ?? "";
  const field = path.child("type");
  if (type === "") errors.push(required(field, "must specify a metric source type"));
  const expected = SOURCE_OF_TYPE[type];
  if (expected === undefined) errors.push(notSupported(field, type, METRIC_TYPES));
  const present = SOURCES.filter((name) => metric[name] != null);
  const [first] = present;
  if (first !== undefined) checkSource(metric, first, leniency, path, errors);
  if (expected === undefined) errors.push(notSupported(field, type, METRIC_TYPES));
  else if (metric[expected] == null) {
    const detail = "must populate information for the given metric source";
    errors.push(required(path.child(expected), detail));
  }
  if (present.length === 1) return;
  for (const name of present.filter((each) => each !== expected)) {
    const detail = "must populate the given metric source only";
    errors.push(forbiddenField(path.child(name), detail));
  }
}

function checkMetrics(
  spec: HorizontalPodAutoscalerSpec,
  leniency: ReferenceLeniency,
  errors: FieldErrors,
): void {
  const path = SPEC.child("metrics");
  const metrics = spec.metrics ?? [];
  metrics.forEach((metric, index) => {
    checkMetric(metric, leniency, path.index(index), errors);
  });
  const wakes = metrics.some(({ type }) => type === "Object" || type === "External");
  if (spec.minReplicas !== 0 || wakes) return;
  const detail =
    "must specify at least one Object or External metric to support scaling to zero replicas";
  errors.push(forbiddenField(path, detail));
}

function checkPolicy(policy: Partial<HPAScalingPolicy>, path: FieldPath, errors: FieldErrors) {
  const { type = "", value = 0, periodSeconds = 0 } = policy;
  if (!POLICY_TYPES.includes(type)) {
    errors.push(notSupported(path.child("type"), type, POLICY_TYPES));
  }
  if (value <= 0)
    errors.push(invalidValue(path.child("value"), value, "must be greater than zero"));
  const field = path.child("periodSeconds");
  if (periodSeconds <= 0) {
    errors.push(invalidValue(field, periodSeconds, "must be greater than zero"));
  }
  if (periodSeconds > PERIOD_MAX_SECONDS) {
    const detail = `must be less than or equal to ${PERIOD_MAX_SECONDS}`;
    errors.push(invalidValue(field, periodSeconds, detail));
  }
}

function checkRules(rules: HPAScalingRules | undefined, path: FieldPath, errors: FieldErrors) {
  if (rules === undefined) return;
  const { stabilizationWindowSeconds: seconds, selectPolicy, policies = [], tolerance } = rules;
  const field = path.child("stabilizationWindowSeconds");
  if (seconds !== undefined && seconds < 0) {
    errors.push(invalidValue(field, seconds, "must be greater than or equal to zero"));
  }
  if (seconds !== undefined && seconds > STABILIZATION_MAX_SECONDS) {
    const detail = `must be less than or equal to ${STABILIZATION_MAX_SECONDS}`;
    errors.push(invalidValue(field, seconds, detail));
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    errors.push(notSupported(path.child("selectPolicy"), selectPolicy, SELECT_POLICIES));
  }
  const list = path.child("policies");
  if (policies.length === 0) errors.push(required(list, "must specify at least one Policy"));
  policies.forEach((policy, index) => {
    checkPolicy(policy, list.index(index), errors);
  });
  if (tolerance !== undefined && signOf(tolerance) < 0) {
    const detail = "must be greater than or equal to 0";
    errors.push(invalidValue(path.child("tolerance"), tolerance, detail));
  }
}

function checkBounds(
  spec: HorizontalPodAutoscalerSpec,
  old: HorizontalPodAutoscalerSpec | undefined,
  errors: FieldErrors,
): void {
  const { minReplicas, maxReplicas = 0 } = spec;
  const lowest = old?.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < lowest) {
    const detail = `must be greater than or equal to ${lowest}`;
    errors.push(invalidValue(SPEC.child("minReplicas"), minReplicas, detail));
  }
  const field = SPEC.child("maxReplicas");
  if (maxReplicas === 0) errors.push(required(field, "must be set and greater than 0"));
  else if (maxReplicas < 0) {
    errors.push(invalidValue(field, maxReplicas, "must be greater than or equal to 1"));
  }
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    const detail = "must be greater than or equal to `minReplicas`";
    errors.push(invalidValue(field, maxReplicas, detail));
  }
}

/** References that are stored already may name what they name. */
export function validateAutoscaler(
  spec: HorizontalPodAutoscalerSpec,
  old?: HorizontalPodAutoscalerSpec,
): FieldError[] {
  const errors: FieldErrors = [];
  checkBounds(spec, old, errors);
  const target: Partial<CrossVersionObjectReference> = spec.scaleTargetRef ?? {};
  const before = old?.scaleTargetRef;
  const sameTarget =
    before !== undefined && before.apiVersion === target.apiVersion && before.kind === target.kind;
  const ofTarget = { allowAny: sameTarget, allowNoGroup: target.kind === "ReplicationController" };
  checkReference(target, ofTarget, SPEC.child("scaleTargetRef"), errors);
  const storedAny = old?.metrics?.some(
    ({ object }) =>
      object !== undefined &&
      apiVersionComplaint(object.describedObject.apiVersion ?? "", true) !== undefined,
  );
  checkMetrics(spec, { allowAny: storedAny === true, allowNoGroup: true }, errors);
  checkRules(spec.behavior?.scaleUp, SPEC.child("behavior", "scaleUp"), errors);
  checkRules(spec.behavior?.scaleDown, SPEC.child("behavior", "scaleDown"), errors);
  return errors;
}
