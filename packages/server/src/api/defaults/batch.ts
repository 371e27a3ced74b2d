/** Defaults of jobs. @see kubernetes pkg/apis/batch/v1/defaults.go */
import type { CronJobSpec, JobSpec } from "../validation/job-shapes.ts";
import { defaultPodTemplateSpec } from "./pod.ts";

const BACKOFF_LIMIT = 6;
/** No limit of its own, since each index has one: the greatest 32-bit integer. */
const NO_BACKOFF_LIMIT = 2 ** 31 - 1;
const SUCCESSFUL_JOBS_KEPT = 3;
const FAILED_JOBS_KEPT = 1;

/** Defaults of a job's template of pods and of its failure policy: what cron jobs' templates have too. */
function defaultNested(spec: JobSpec): void {
  spec.template ??= {};
  defaultPodTemplateSpec(spec.template);
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions ?? []) pattern.status ||= "True";
  }
}

/** The object's labels, which come from its template when it has none, are the caller's to set. */
export function defaultJob(spec: JobSpec): void {
  if (spec.completions == null && spec.parallelism == null) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex == null ? BACKOFF_LIMIT : NO_BACKOFF_LIMIT;
  spec.completionMode ??= "NonIndexed";
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy == null ? "TerminatingOrFailed" : "Failed";
  spec.manualSelector ??= false;
  defaultNested(spec);
}

export function defaultCronJob(spec: CronJobSpec): void {
  spec.concurrencyPolicy ||= "Allow";
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= SUCCESSFUL_JOBS_KEPT;
  spec.failedJobsHistoryLimit ??= FAILED_JOBS_KEPT;
  spec.jobTemplate ??= {};
  spec.jobTemplate.spec ??= {};
  defaultNested(spec.jobTemplate.spec);
}
