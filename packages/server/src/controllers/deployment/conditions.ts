import type { Deployment, DeploymentCondition, ReplicaSet } from "../../api/types.ts";
import { formatTime } from "../../runtime/clock.ts";

/**
 * Conditions of a deployment: a list in which what changed last stands last.
 * @see kubernetes pkg/controller/deployment/util/deployment_util.go
 */
export type Conditions = readonly DeploymentCondition[];

export type ConditionType = "Available" | "Progressing" | "ReplicaFailure";

/** Why a deployment is said to be progressing, or not. */
export type ProgressReason =
  | "NewReplicaSetCreated"
  | "FoundNewReplicaSet"
  | "ReplicaSetUpdated"
  | "NewReplicaSetAvailable"
  | "ReplicaSetCreateError"
  | "ProgressDeadlineExceeded"
  | "DeploymentPaused"
  | "DeploymentResumed";

/** `progressDeadlineSeconds` that stands for none. */
const NO_DEADLINE = 2 ** 31 - 1;

/** Whether lack of progress is to be reported. */
export function hasProgressDeadline({ spec }: Readonly<Deployment>): boolean {
  const seconds = spec?.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== NO_DEADLINE;
}

export function findCondition(
  conditions: Conditions | undefined,
  type: ConditionType,
): DeploymentCondition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function newCondition(
  type: ConditionType,
  status: "True" | "False" | "Unknown",
  reason: string,
  message: string,
  now: number,
): DeploymentCondition {
  const time = formatTime(now);
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** A condition of the same status and reason stays what it is; one of the same status keeps its time. */
export function withCondition(conditions: Conditions, condition: DeploymentCondition): Conditions {
  const before = conditions.find(({ type }) => type === condition.type);
  const isSameStatus = before !== undefined && before.status === condition.status;
  if (isSameStatus && before.reason === condition.reason) return conditions;
  const { lastTransitionTime } = isSameStatus ? before : condition;
  const timed = lastTransitionTime === undefined ? {} : { lastTransitionTime };
  return [...withoutCondition(conditions, condition.type), { ...condition, ...timed }];
}

export function withoutCondition(conditions: Conditions, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type);
}

/** Why a set cannot make its pods: the newest set's reason, or else the first that one has. */
export function replicaFailure(
  newest: Readonly<ReplicaSet> | undefined,
  all: readonly Readonly<ReplicaSet>[],
): DeploymentCondition | undefined {
  for (const set of newest === undefined ? all : [newest, ...all]) {
    const failure = set.status?.conditions?.find(({ type }) => type === "ReplicaFailure");
    if (failure === undefined) continue;
    const { lastTransitionTime } = failure;
    return lastTransitionTime === undefined
      ? failure
      : { ...failure, lastUpdateTime: lastTransitionTime };
  }
  return undefined;
}
