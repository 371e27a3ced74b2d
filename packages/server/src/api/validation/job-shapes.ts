/** What clients send as jobs: the types of the API, with nothing required. */
import type { PodTemplateSpec } from "./pod-shapes.ts";
import type { LabelSelector } from "./selectors.ts";

export interface PodFailureRule {
  action?: string;
  onExitCodes?: {
    containerName?: string | null;
    operator?: string;
    values?: number[] | null;
  } | null;
  onPodConditions?: { type?: string; status?: string | null }[] | null;
}

export interface SuccessRule {
  succeededIndexes?: string | null;
  succeededCount?: number | null;
}

export interface JobSpec {
  parallelism?: number | null;
  completions?: number | null;
  activeDeadlineSeconds?: number | null;
  podFailurePolicy?: { rules?: PodFailureRule[] | null } | null;
  successPolicy?: { rules?: SuccessRule[] | null } | null;
  backoffLimit?: number | null;
  backoffLimitPerIndex?: number | null;
  maxFailedIndexes?: number | null;
  selector?: LabelSelector | null;
  manualSelector?: boolean | null;
  template?: PodTemplateSpec;
  ttlSecondsAfterFinished?: number | null;
  completionMode?: string | null;
  suspend?: boolean | null;
  podReplacementPolicy?: string | null;
  managedBy?: string | null;
}

export interface JobStatus {
  conditions?: { type?: string; status?: string }[] | null;
  startTime?: string | null;
  completionTime?: string | null;
  active?: number;
  succeeded?: number;
  failed?: number;
  terminating?: number | null;
  completedIndexes?: string;
  failedIndexes?: string | null;
  uncountedTerminatedPods?: { succeeded?: string[] | null; failed?: string[] | null } | null;
  ready?: number | null;
}

export interface Job {
  spec?: JobSpec;
  status?: JobStatus;
}

export interface CronJobSpec {
  schedule?: string;
  timeZone?: string | null;
  startingDeadlineSeconds?: number | null;
  concurrencyPolicy?: string;
  suspend?: boolean | null;
  jobTemplate?: { metadata?: object; spec?: JobSpec };
  successfulJobsHistoryLimit?: number | null;
  failedJobsHistoryLimit?: number | null;
}
