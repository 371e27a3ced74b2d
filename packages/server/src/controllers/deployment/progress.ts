import type { Deployment, DeploymentCondition, DeploymentStatus } from "../../api/types.ts";
import { instantOf } from "../pod-state.ts";
import {
  type Conditions,
  findCondition,
  hasProgressDeadline,
  newCondition,
  type ProgressReason,
  replicaFailure,
  withCondition,
  withoutCondition,
} from "./conditions.ts";
import { deploymentStatus } from "./deployment-status.ts";
import { replicasOf } from "./replica-counts.ts";
import { allOf, type ReplicaSets } from "./replica-sets.ts";

/**
 * Whether a rollout gets on, and what its deployment says about it.
 * @see kubernetes pkg/controller/deployment/progress.go
 */

/** The status during a rollout: counts, and whether it has come to its end, gets on or is stuck. */
export function rolloutStatus(
  deployment: Readonly<Deployment>,
  sets: ReplicaSets,
  now: number,
): DeploymentStatus {
  const status = deploymentStatus(deployment, sets, now);
  const progressing = progressConditions(deployment, status, sets, now);
  const failure = replicaFailure(sets.newest, allOf(sets));
  const conditions =
    failure === undefined
      ? withoutCondition(progressing, "ReplicaFailure")
      : withCondition(progressing, failure);
  return { ...status, conditions: [...conditions] };
}

function progressConditions(
  deployment: Readonly<Deployment>,
  status: DeploymentStatus,
  sets: ReplicaSets,
  now: number,
): Conditions {
  const conditions = status.conditions ?? [];
  if (!hasProgressDeadline(deployment)) return withoutCondition(conditions, "Progressing");
  const current = findCondition(deployment.status?.conditions, "Progressing");
  const isDone = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && isComplete(current);
  if (isDone) return conditions;
  const say = (is: "True" | "False", reason: ProgressReason, what: string): DeploymentCondition =>
    newCondition("Progressing", is, reason, `${subjectOf(deployment, sets)} ${what}`, now);
  if (isDeploymentComplete(deployment, status)) {
    const done = say("True", "NewReplicaSetAvailable", "has successfully progressed.");
    return withCondition(conditions, done);
  }
  if (hasProgressed(deployment, status)) {
    return renewed(conditions, say("True", "ReplicaSetUpdated", "is progressing."));
  }
  if (hasTimedOut(deployment, status, now)) {
    const late = say("False", "ProgressDeadlineExceeded", "has timed out progressing.");
    return withCondition(conditions, late);
  }
  return conditions;
}

function subjectOf({ metadata }: Readonly<Deployment>, { newest }: ReplicaSets): string {
  return newest === undefined
    ? `Deployment "${metadata.name}"`
    : `ReplicaSet "${newest.metadata.name}"`;
}

/** Every progress is noted anew, though neither status nor reason differ: the deadline counts from it. */
function renewed(conditions: Conditions, condition: DeploymentCondition): Conditions {
  const before = findCondition(conditions, "Progressing");
  const since = before?.status === "True" ? before.lastTransitionTime : undefined;
  const timed = since === undefined ? condition : { ...condition, lastTransitionTime: since };
  return [...withoutCondition(conditions, "Progressing"), timed];
}

function isComplete(condition: DeploymentCondition | undefined): boolean {
  return condition?.reason === "NewReplicaSetAvailable";
}

/** All pods are new and available, and no old ones are left. */
export function isDeploymentComplete(
  deployment: Readonly<Deployment>,
  status: DeploymentStatus = {},
): boolean {
  const desired = replicasOf(deployment);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  const { observedGeneration = 0 } = status;
  return (
    updatedReplicas === desired &&
    replicas === desired &&
    availableReplicas === desired &&
    observedGeneration >= (deployment.metadata.generation ?? 0)
  );
}

/** More new, ready or available pods than before, or fewer old ones. */
function hasProgressed({ status: before = {} }: Readonly<Deployment>, now: DeploymentStatus) {
  const oldOf = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number =>
    replicas - updatedReplicas;
  const more = (count: "updatedReplicas" | "readyReplicas" | "availableReplicas"): boolean =>
    (now[count] ?? 0) > (before[count] ?? 0);
  return (
    more("updatedReplicas") ||
    oldOf(now) < oldOf(before) ||
    more("readyReplicas") ||
    more("availableReplicas")
  );
}

function hasTimedOut(
  deployment: Readonly<Deployment>,
  { conditions }: DeploymentStatus,
  now: number,
): boolean {
  const condition = findCondition(conditions, "Progressing");
  // A deadline counts from the beginning of a rollout, which the last one's end is not.
  if (condition === undefined || isComplete(condition)) return false;
  if (condition.reason === "ProgressDeadlineExceeded") return true;
  return deadlineOf(deployment, condition) < now;
}

function deadlineOf({ spec }: Readonly<Deployment>, condition: DeploymentCondition): number {
  const seconds = spec?.progressDeadlineSeconds ?? 0;
  return (instantOf(condition.lastUpdateTime) ?? 0) + seconds * 1000;
}

/** After how long a rollout that does not get on has to be looked at; undefined when it need not be. */
export function progressCheckMs(
  deployment: Readonly<Deployment>,
  status: DeploymentStatus,
  now: number,
): number | undefined {
  const condition = findCondition(deployment.status?.conditions, "Progressing");
  if (!hasProgressDeadline(deployment) || condition === undefined) return undefined;
  const isOver = condition.reason === "ProgressDeadlineExceeded";
  if (isOver || isDeploymentComplete(deployment, status)) return undefined;
  // The times of conditions have no fractions of a second.
  return Math.max(deadlineOf(deployment, condition) - now, 0) + 1000;
}
