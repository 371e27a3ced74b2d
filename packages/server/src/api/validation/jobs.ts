/** Jobs and cron jobs. @see kubernetes pkg/apis/batch/validation/validation.go */
import {
  type FieldError,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  root,
  tooLong,
} from "../field-error.ts";
import { internalForm } from "../internal-form.ts";
import type { ObjectMeta } from "../types.ts";
import { isTimeZone, scheduleComplaint } from "./cron-schedule.ts";
import { checkDomainPrefixedPath } from "./domain-paths.ts";
import { checkNonNegative, type FieldErrors } from "./field-checks.ts";
import { checkFailurePolicy, checkReplacementPolicy, checkSuccessPolicy } from "./job-policies.ts";
import type { CronJobSpec, Job, JobSpec } from "./job-shapes.ts";
import { dnsLabelComplaints } from "./names.ts";
import { validatePodTemplateSpec } from "./pod-template.ts";
import { checkLabelSelector } from "./selectors.ts";
import { checkTemplateLabels, selectsLabels } from "./workload-template.ts";

const SPEC = root("spec");

/** Labels that tie pods to their job: with a prefix, and as they were before. */
export const JOB_NAME_LABELS = ["job-name", "batch.kubernetes.io/job-name"] as const;
export const CONTROLLER_UID_LABELS = [
  "controller-uid",
  "batch.kubernetes.io/controller-uid",
] as const;

/** Limits of upstream's validation.go. */
const INDEXED_PARALLELISM_MAX = 100_000;
const FAILED_INDEXES_MAX = 100_000;
const MANY_COMPLETIONS = 100_000;
const MANY_COMPLETIONS_PARALLELISM_MAX = 10_000;
const MANY_COMPLETIONS_FAILED_INDEXES_MAX = 10_000;
const MANAGED_BY_MAX_BYTES = 63;
/** A label's 63 less the suffix of the jobs' names. */
const CRON_JOB_NAME_MAX = 52;

const COUNTS = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
] as const;

/** `domain/path`, the name of a controller that is not built in. */
function checkManagedBy(managedBy: string, path: FieldPath, errors: FieldErrors): void {
  checkDomainPrefixedPath(managedBy, path, errors);
  if (managedBy.length > MANAGED_BY_MAX_BYTES) errors.push(tooLong(path, MANAGED_BY_MAX_BYTES));
}

function checkManyCompletions(spec: JobSpec, path: FieldPath, errors: FieldErrors): void {
  const { completions, parallelism, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (completions == null || completions <= MANY_COMPLETIONS || backoffLimitPerIndex == null) {
    return;
  }
  if (maxFailedIndexes == null) {
    const detail = `must be specified when completions is above ${MANY_COMPLETIONS}`;
    errors.push(required(path.child("maxFailedIndexes"), detail));
  }
  const detail = (limit: number) =>
    `must be less than or equal to ${limit} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (parallelism != null && parallelism > MANY_COMPLETIONS_PARALLELISM_MAX) {
    const text = detail(MANY_COMPLETIONS_PARALLELISM_MAX);
    errors.push(invalidValue(path.child("parallelism"), parallelism, text));
  }
  if (maxFailedIndexes != null && maxFailedIndexes > MANY_COMPLETIONS_FAILED_INDEXES_MAX) {
    const text = detail(MANY_COMPLETIONS_FAILED_INDEXES_MAX);
    errors.push(invalidValue(path.child("maxFailedIndexes"), maxFailedIndexes, text));
  }
}

function checkIndexed(spec: JobSpec, path: FieldPath, errors: FieldErrors): void {
  const { completions, parallelism, maxFailedIndexes } = spec;
  if (completions == null) {
    errors.push(required(path.child("completions"), "when completion mode is Indexed"));
  }
  if (parallelism != null && parallelism > INDEXED_PARALLELISM_MAX) {
    const detail = `must be less than or equal to ${INDEXED_PARALLELISM_MAX} when completion mode is Indexed`;
    errors.push(invalidValue(path.child("parallelism"), parallelism, detail));
  }
  const field = path.child("maxFailedIndexes");
  if (completions != null && maxFailedIndexes != null && maxFailedIndexes > completions) {
    const detail = "must be less than or equal to completions";
    errors.push(invalidValue(field, maxFailedIndexes, detail));
  }
  if (maxFailedIndexes != null && maxFailedIndexes > FAILED_INDEXES_MAX) {
    const detail = `must be less than or equal to ${FAILED_INDEXES_MAX}`;
    errors.push(invalidValue(field, maxFailedIndexes, detail));
  }
  checkManyCompletions(spec, path, errors);
}

function checkCompletionMode(spec: JobSpec, path: FieldPath, errors: FieldErrors): void {
  const mode = spec.completionMode ?? "NonIndexed";
  if (mode === "Indexed") checkIndexed(spec, path, errors);
  else if (mode !== "NonIndexed") {
    errors.push(notSupported(path.child("completionMode"), mode, ["NonIndexed", "Indexed"]));
  } else {
    for (const name of ["backoffLimitPerIndex", "maxFailedIndexes"] as const) {
      const value = spec[name];
      if (value == null) continue;
      errors.push(invalidValue(path.child(name), value, "requires indexed completion mode"));
    }
  }
}

function checkRestartPolicy(spec: JobSpec, path: FieldPath, errors: FieldErrors): void {
  const policy = spec.template?.spec?.restartPolicy ?? "";
  const field = path.child("template", "spec", "restartPolicy");
  if (policy === "Always" || policy === "") {
    errors.push(required(field, 'valid values: "OnFailure", "Never"'));
  } else if (policy !== "OnFailure" && policy !== "Never") {
    errors.push(notSupported(field, policy, ["OnFailure", "Never"]));
  } else if (spec.podFailurePolicy != null && policy !== "Never") {
    const detail = 'only "Never" is supported when podFailurePolicy is specified';
    errors.push(invalidValue(field, policy, detail));
  }
}

/** What jobs and the templates of cron jobs share: everything but the selector. */
function checkJobSpec(spec: JobSpec, path: FieldPath, errors: FieldErrors): void {
  for (const name of COUNTS) checkNonNegative(spec[name], path, name, errors);
  if (spec.maxFailedIndexes != null && spec.backoffLimitPerIndex == null) {
    errors.push(required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified"));
  }
  if (spec.managedBy != null) checkManagedBy(spec.managedBy, path.child("managedBy"), errors);
  checkCompletionMode(spec, path, errors);
  if (spec.podFailurePolicy != null) {
    checkFailurePolicy(spec, path.child("podFailurePolicy"), errors);
  }
  if (spec.successPolicy != null) checkSuccessPolicy(spec, path.child("successPolicy"), errors);
  checkReplacementPolicy(spec, path.child("podReplacementPolicy"), errors);
  errors.push(...validatePodTemplateSpec(spec.template ?? {}, path.child("template")));
  checkRestartPolicy(spec, path, errors);
}

/** The specification of a job, with its selector. */
export function validateJobSpec(spec: JobSpec): FieldError[] {
  const errors: FieldErrors = [];
  checkJobSpec(spec, SPEC, errors);
  if (spec.selector == null) errors.push(required(SPEC.child("selector")));
  else checkLabelSelector(spec.selector, SPEC.child("selector"), errors);
  checkTemplateLabels(spec.selector, spec.template ?? {}, SPEC.child("template"), errors);
  return errors;
}

function checkHasLabel(
  labels: Readonly<Record<string, string>>,
  key: string,
  expected: string,
  errors: FieldErrors,
): void {
  const field = SPEC.child("template", "metadata", "labels").key(key);
  const detail = `must be '${expected}'`;
  if (labels[key] === undefined) errors.push(required(field, detail));
  else if (labels[key] !== expected) {
    errors.push(invalidValue(field, internalForm("map[string]string", labels), detail));
  }
}

/** A selector that the server made selects the labels that it made. */
function checkGeneratedSelector(
  { spec = {} }: Job,
  metadata: ObjectMeta,
  requirePrefixed: boolean,
  errors: FieldErrors,
): void {
  if (spec.manualSelector === true || spec.selector == null) return;
  const { uid = "", name = "" } = metadata;
  if (uid === "") errors.push(required(root("metadata", "uid")));
  const labels = spec.template?.metadata?.labels ?? {};
  const expected: Record<string, string> = {};
  for (const index of requirePrefixed ? ([0, 1] as const) : ([0] as const)) {
    checkHasLabel(labels, CONTROLLER_UID_LABELS[index], uid, errors);
    checkHasLabel(labels, JOB_NAME_LABELS[index], name, errors);
    expected[CONTROLLER_UID_LABELS[index]] = uid;
    expected[JOB_NAME_LABELS[index]] = name;
  }
  if (selectsLabels(spec.selector, expected) !== false) return;
  const shown = internalForm("meta.v1.LabelSelector", spec.selector);
  errors.push(invalidValue(SPEC.child("selector"), shown, "`selector` not auto-generated"));
}

/** @param requirePrefixed - whether the template must have the labels with a prefix, too */
export function validateJob(
  job: Job,
  metadata: ObjectMeta,
  requirePrefixed: boolean,
): FieldError[] {
  const errors: FieldErrors = [];
  const spec = job.spec ?? {};
  checkGeneratedSelector(job, metadata, requirePrefixed, errors);
  errors.push(...validateJobSpec(spec));
  const { name = "" } = metadata;
  if (spec.completionMode === "Indexed" && spec.completions != null && spec.completions > 0) {
    const hostname = `${name}-${spec.completions - 1}`;
    if (dnsLabelComplaints(hostname).length > 0) {
      const detail = `will not able to create pod with invalid DNS label: ${hostname}`;
      errors.push(invalidValue(root("metadata", "name"), name, detail));
    }
  }
  return errors;
}

function checkTimeZone(timeZone: string, errors: FieldErrors): void {
  const path = SPEC.child("timeZone");
  const complain = (detail: string) => errors.push(invalidValue(path, timeZone, detail));
  if (timeZone === "") {
    complain("timeZone must be nil or non-empty string");
    return;
  }
  const isPath = timeZone
    .split("/")
    .every(
      (part) =>
        !part.startsWith("-") && !/^\.{1,2}$/.test(part) && /^[A-Za-z.\-_0-9+]{1,14}$/.test(part),
    );
  if (!isPath) {
    complain(`unknown time zone ${timeZone}`);
    return;
  }
  if (timeZone.toLowerCase() === "local") {
    complain(
      "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
    );
  }
  if (timeZone !== "Local" && !isTimeZone(timeZone)) complain(`unknown time zone ${timeZone}`);
}

function checkSchedule(spec: CronJobSpec, old: CronJobSpec | undefined, errors: FieldErrors): void {
  const { schedule = "", timeZone } = spec;
  const path = SPEC.child("schedule");
  if (schedule === "") {
    errors.push(required(path));
    return;
  }
  const complaint = scheduleComplaint(schedule);
  if (complaint !== undefined) errors.push(invalidValue(path, schedule, complaint));
  if (!schedule.includes("TZ")) return;
  if (old?.schedule?.includes("TZ") !== true) {
    const detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    errors.push(invalidValue(path, schedule, detail));
  } else if (timeZone != null) {
    const detail = "cannot use both timeZone field and TZ or CRON_TZ in schedule";
    errors.push(invalidValue(path, schedule, detail));
  }
}

function checkJobTemplate(spec: JobSpec, path: FieldPath, errors: FieldErrors): void {
  checkJobSpec(spec, path, errors);
  if (spec.selector != null) {
    const detail = "`selector` will be auto-generated";
    const shown = internalForm("meta.v1.LabelSelector", spec.selector);
    errors.push(invalidValue(path.child("selector"), shown, detail));
  }
  if (spec.manualSelector === true) {
    errors.push(notSupported(path.child("manualSelector"), true, ["nil", "false"]));
  }
}

export function validateCronJob(spec: CronJobSpec, old?: CronJobSpec): FieldError[] {
  const errors: FieldErrors = [];
  checkSchedule(spec, old, errors);
  checkNonNegative(spec.startingDeadlineSeconds, SPEC, "startingDeadlineSeconds", errors);
  if (spec.timeZone != null && spec.timeZone !== old?.timeZone)
    checkTimeZone(spec.timeZone, errors);
  const policy = spec.concurrencyPolicy ?? "";
  const policies = ["Allow", "Forbid", "Replace"];
  if (policy === "") errors.push(required(SPEC.child("concurrencyPolicy")));
  else if (!policies.includes(policy)) {
    errors.push(notSupported(SPEC.child("concurrencyPolicy"), policy, policies));
  }
  checkJobTemplate(spec.jobTemplate?.spec ?? {}, SPEC.child("jobTemplate", "spec"), errors);
  checkNonNegative(spec.successfulJobsHistoryLimit, SPEC, "successfulJobsHistoryLimit", errors);
  checkNonNegative(spec.failedJobsHistoryLimit, SPEC, "failedJobsHistoryLimit", errors);
  return errors;
}

export function validateCronJobCreate(spec: CronJobSpec, name: string): FieldError[] {
  const errors = validateCronJob(spec);
  if (name.length > CRON_JOB_NAME_MAX) {
    const detail = "must be no more than 52 characters";
    errors.push(invalidValue(root("metadata", "name"), name, detail));
  }
  return errors;
}
