/** Deployments, replica sets and daemon sets. @see kubernetes pkg/apis/apps/validation/validation.go */
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../field-error.ts";
import { internalForm } from "../internal-form.ts";
import { semanticEqual } from "./equality.ts";
import { checkNonNegative, type FieldErrors, IMMUTABLE } from "./field-checks.ts";
import { validatePodTemplateSpec } from "./pod-template.ts";
import { checkLabelSelector, type LabelSelector } from "./selectors.ts";
import type {
  DaemonSetSpec,
  DeploymentSpec,
  ReplicaSetSpec,
  RollingUpdate,
  WorkloadStatus,
} from "./workload-shapes.ts";
import {
  amountOf,
  checkAtMostHundredPercent,
  checkCountOrPercent,
  checkEverlasting,
  checkNotDecremented,
  checkRequiredSelector,
  checkTemplateLabels,
  isEmptySelector,
  selectsLabels,
} from "./workload-template.ts";

const SPEC = root("spec");
const TEMPLATE = SPEC.child("template");
const SELECTOR = SPEC.child("selector");
const STATUS = root("status");

/** Selector and template of deployments and replica sets, which upstream words alike. */
function checkSelectorAndTemplate(spec: ReplicaSetSpec, errors: FieldErrors): void {
  checkRequiredSelector(spec.selector, SELECTOR, "deployment", errors);
  const template = spec.template ?? {};
  if (selectsLabels(spec.selector, template.metadata?.labels) === undefined) {
    const shown = internalForm("*meta.v1.LabelSelector", spec.selector);
    errors.push(invalidValue(SELECTOR, shown, "invalid label selector"));
    return;
  }
  checkTemplateLabels(spec.selector, template, TEMPLATE, errors);
  errors.push(...validatePodTemplateSpec(template, TEMPLATE));
  checkEverlasting(template, TEMPLATE, "ReplicaSet", errors);
}

/** A selector finds the pods of its object, so it stays. */
export function checkSelectorUnchanged(
  selector: LabelSelector | null | undefined,
  old: LabelSelector | null | undefined,
  errors: FieldErrors,
): void {
  const isAbsent = selector == null;
  if (isAbsent === (old == null) && semanticEqual(selector, old)) return;
  errors.push(invalidValue(SELECTOR, internalForm("*meta.v1.LabelSelector", selector), IMMUTABLE));
}

function checkDeploymentRollingUpdate(update: RollingUpdate, path: FieldPath, errors: FieldErrors) {
  const { maxUnavailable = 0, maxSurge = 0 } = update;
  checkCountOrPercent(maxUnavailable, path, "maxUnavailable", errors);
  checkCountOrPercent(maxSurge, path, "maxSurge", errors);
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
    const detail = "may not be 0 when `maxSurge` is 0";
    errors.push(invalidValue(path.child("maxUnavailable"), maxUnavailable, detail));
  }
  checkAtMostHundredPercent(maxUnavailable, path, "maxUnavailable", errors);
}

function checkDeploymentStrategy(
  strategy: NonNullable<DeploymentSpec["strategy"]>,
  errors: FieldErrors,
) {
  const path = SPEC.child("strategy");
  const { type = "", rollingUpdate } = strategy;
  if (type === "Recreate") {
    if (rollingUpdate == null) return;
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    errors.push(forbiddenField(path.child("rollingUpdate"), detail));
  } else if (type === "RollingUpdate") {
    checkDeploymentRollingUpdate(rollingUpdate ?? {}, path.child("rollingUpdate"), errors);
  } else {
    errors.push(notSupported(path, goStrategy(type, rollingUpdate), ["Recreate", "RollingUpdate"]));
  }
}

/** A strategy as Go prints its internal type, whose members have no JSON names. */
function goStrategy(type: string, update: RollingUpdate | null | undefined): object {
  const { maxUnavailable = 0, maxSurge = 0 } = update ?? {};
  return {
    Type: type,
    RollingUpdate: update == null ? null : { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge },
  };
}

export function validateDeployment(spec: DeploymentSpec): FieldError[] {
  const errors: FieldErrors = [];
  checkNonNegative(spec.replicas, SPEC, "replicas", errors);
  checkSelectorAndTemplate(spec, errors);
  checkDeploymentStrategy(spec.strategy ?? {}, errors);
  checkNonNegative(spec.minReadySeconds, SPEC, "minReadySeconds", errors);
  checkNonNegative(spec.revisionHistoryLimit, SPEC, "revisionHistoryLimit", errors);
  const deadline = spec.progressDeadlineSeconds;
  checkNonNegative(deadline, SPEC, "progressDeadlineSeconds", errors);
  if (deadline != null && deadline <= (spec.minReadySeconds ?? 0)) {
    const field = SPEC.child("progressDeadlineSeconds");
    errors.push(invalidValue(field, deadline, "must be greater than minReadySeconds"));
  }
  return errors;
}

export function validateDeploymentUpdate(spec: DeploymentSpec, old: DeploymentSpec): FieldError[] {
  const errors = validateDeployment(spec);
  checkSelectorUnchanged(spec.selector, old.selector, errors);
  return errors;
}

export function validateReplicaSet(spec: ReplicaSetSpec): FieldError[] {
  const errors: FieldErrors = [];
  checkNonNegative(spec.replicas, SPEC, "replicas", errors);
  checkNonNegative(spec.minReadySeconds, SPEC, "minReadySeconds", errors);
  checkSelectorAndTemplate(spec, errors);
  return errors;
}

export function validateReplicaSetUpdate(spec: ReplicaSetSpec, old: ReplicaSetSpec): FieldError[] {
  const errors = validateReplicaSet(spec);
  checkSelectorUnchanged(spec.selector, old.selector, errors);
  return errors;
}

function checkDaemonRollingUpdate(update: RollingUpdate, path: FieldPath, errors: FieldErrors) {
  const { maxUnavailable = 0, maxSurge = 0 } = update;
  checkCountOrPercent(maxUnavailable, path, "maxUnavailable", errors);
  checkCountOrPercent(maxSurge, path, "maxSurge", errors);
  checkAtMostHundredPercent(maxUnavailable, path, "maxUnavailable", errors);
  checkAtMostHundredPercent(maxSurge, path, "maxSurge", errors);
  const isUnavailable = amountOf(maxUnavailable) !== 0;
  const isSurge = amountOf(maxSurge) !== 0;
  if (isUnavailable && isSurge) {
    const detail = "may not be set when maxUnavailable is non-zero";
    errors.push(invalidValue(path.child("maxSurge"), maxSurge, detail));
  } else if (!isUnavailable && !isSurge) {
    errors.push(required(path.child("maxUnavailable"), "cannot be 0 when maxSurge is 0"));
  }
}

function checkDaemonStrategy(
  strategy: NonNullable<DaemonSetSpec["updateStrategy"]>,
  errors: FieldErrors,
) {
  const path = SPEC.child("updateStrategy");
  const { type = "", rollingUpdate } = strategy;
  if (type === "OnDelete") return;
  if (type === "RollingUpdate") {
    if (rollingUpdate == null) errors.push(required(path.child("rollingUpdate")));
    else checkDaemonRollingUpdate(rollingUpdate, path.child("rollingUpdate"), errors);
  } else {
    errors.push(notSupported(path, goStrategy(type, rollingUpdate), ["RollingUpdate", "OnDelete"]));
  }
}

export function validateDaemonSet(spec: DaemonSetSpec): FieldError[] {
  const errors: FieldErrors = [];
  const template = spec.template ?? {};
  checkLabelSelector(spec.selector, SELECTOR, errors);
  checkTemplateLabels(spec.selector, template, TEMPLATE, errors);
  if (spec.selector != null && isEmptySelector(spec.selector)) {
    const detail = "empty selector is invalid for daemonset";
    errors.push(invalidValue(SELECTOR, spec.selector, detail));
  }
  errors.push(...validatePodTemplateSpec(template, TEMPLATE));
  checkEverlasting(template, TEMPLATE, "DaemonSet", errors);
  checkNonNegative(spec.minReadySeconds, SPEC, "minReadySeconds", errors);
  checkDaemonStrategy(spec.updateStrategy ?? {}, errors);
  checkNonNegative(spec.revisionHistoryLimit, SPEC, "revisionHistoryLimit", errors);
  return errors;
}

export function validateDaemonSetUpdate(spec: DaemonSetSpec, old: DaemonSetSpec): FieldError[] {
  const errors: FieldErrors = [];
  checkSelectorUnchanged(spec.selector, old.selector, errors);
  return [...errors, ...validateDaemonSet(spec)];
}

function count(status: WorkloadStatus, name: string): number {
  const value = status[name];
  return typeof value === "number" ? value : 0;
}

/** Counters that are not negative, in the order in which upstream looks at them. */
export function checkCounters(
  status: WorkloadStatus,
  names: readonly string[],
  errors: FieldErrors,
): void {
  for (const name of names) checkNonNegative(count(status, name), STATUS, name, errors);
}

/** Counters of pods that are among `status.replicas`, and available ones, which are among the ready. */
export function checkPodCounters(
  status: WorkloadStatus,
  names: readonly string[],
  ready: string,
  errors: FieldErrors,
): void {
  for (const name of names) {
    const value = count(status, name);
    if (value <= count(status, "replicas")) continue;
    errors.push(invalidValue(STATUS.child(name), value, "cannot be greater than status.replicas"));
  }
  const available = count(status, "availableReplicas");
  if (available > count(status, "readyReplicas")) {
    const field = STATUS.child("availableReplicas");
    errors.push(invalidValue(field, available, `cannot be greater than ${ready}`));
  }
}

export function validateDeploymentStatus(
  status: WorkloadStatus,
  old: WorkloadStatus,
): FieldError[] {
  const errors: FieldErrors = [];
  const names = [
    "observedGeneration",
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
    "terminatingReplicas",
    "collisionCount",
  ];
  checkCounters(status, names, errors);
  const pods = ["updatedReplicas", "readyReplicas", "availableReplicas"];
  checkPodCounters(status, pods, "readyReplicas", errors);
  const field = STATUS.child("collisionCount");
  checkNotDecremented(status.collisionCount, old.collisionCount, field, errors);
  return errors;
}

export function validateReplicaSetStatus(status: WorkloadStatus): FieldError[] {
  const errors: FieldErrors = [];
  const names = [
    "replicas",
    "fullyLabeledReplicas",
    "readyReplicas",
    "availableReplicas",
    "observedGeneration",
    "terminatingReplicas",
  ];
  checkCounters(status, names, errors);
  const pods = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];
  checkPodCounters(status, pods, "readyReplicas", errors);
  return errors;
}

export function validateDaemonSetStatus(status: WorkloadStatus, old: WorkloadStatus): FieldError[] {
  const errors: FieldErrors = [];
  const names = [
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
  ];
  checkCounters(status, names, errors);
  const field = STATUS.child("collisionCount");
  checkNotDecremented(status.collisionCount, old.collisionCount, field, errors);
  return errors;
}
