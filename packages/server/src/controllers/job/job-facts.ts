import type { Job, JobCondition, Pod } from "../../api/types.ts";
import type { OwnerKind } from "../controller-ref.ts";

/**
 * What the controller reads off jobs and their pods.
 * @see kubernetes pkg/controller/job/job_controller.go, indexed_job_utils.go
 */

export const JOB_KIND: OwnerKind = { apiVersion: "batch/v1", kind: "Job" };

/** Keeps a pod that has ended until it is counted. */
export const TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking";
/** Annotation and label: which index of an indexed job the pod works at. */
export const COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";
/** Jobs that name another controller here are left to it. */
const CONTROLLER_NAME = "kubernetes.io/job-controller";

export function isIndexed({ spec }: Readonly<Job>): boolean {
  return spec?.completionMode === "Indexed";
}

export function isSuspended({ spec }: Readonly<Job>): boolean {
  return spec?.suspend === true;
}

export function isManagedByOthers({ spec }: Readonly<Job>): boolean {
  return spec?.managedBy !== undefined && spec.managedBy !== CONTROLLER_NAME;
}

/** Whether every index has a limit of failures of its own. */
export function hasLimitPerIndex({ spec }: Readonly<Job>): boolean {
  return spec?.backoffLimitPerIndex !== undefined;
}

/** Whether a pod that is going is waited for before it is replaced. */
export function replacesOnlyFailed({ spec }: Readonly<Job>): boolean {
  return spec?.podReplacementPolicy === "Failed" || spec?.podFailurePolicy !== undefined;
}

export function completionsOf({ spec }: Readonly<Job>): number {
  return spec?.completions ?? 0;
}

export function findCondition(
  conditions: readonly JobCondition[] | undefined,
  type: string,
): JobCondition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** The condition, when it holds. */
export function conditionThatHolds(
  { status }: Readonly<Job>,
  type: string,
): JobCondition | undefined {
  const condition = findCondition(status?.conditions, type);
  return condition?.status === "True" ? condition : undefined;
}

/** Complete or failed: nothing is done about it any more. */
export function isFinished(job: Readonly<Job>): boolean {
  return (
    conditionThatHolds(job, "Complete") !== undefined ||
    conditionThatHolds(job, "Failed") !== undefined
  );
}

/** Whether the pod has not been counted yet. */
export function isTracked({ metadata }: Readonly<Pod>): boolean {
  return metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
}

/** A pod that goes before it has ended counts as failed, unless its end is waited for. */
export function isPodFailed({ metadata, status }: Readonly<Pod>, job: Readonly<Job>): boolean {
  if (status?.phase === "Failed") return true;
  if (replacesOnlyFailed(job)) return false;
  return metadata.deletionTimestamp !== undefined && status?.phase !== "Succeeded";
}

/** The index a pod works at; undefined when it has none, or says something else. */
export function indexOf({ metadata }: Readonly<Pod>): number | undefined {
  const text = metadata.annotations?.[COMPLETION_INDEX] ?? "";
  return /^\+?[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** The same, when the job has that index. */
export function validIndexOf(pod: Readonly<Pod>, job: Readonly<Job>): number | undefined {
  const index = indexOf(pod);
  return index !== undefined && index < completionsOf(job) ? index : undefined;
}
