import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { formatTime } from "../../runtime/clock.ts";
import { textOf } from "../pod-control/pod-control.ts";
import { isPodAvailable, isPodReady } from "../pod-state.ts";

export interface ReplicaSetFacts {
  readonly activePods: readonly Readonly<Pod>[];
  /** Undefined where nobody counts them. */
  readonly terminatingPods: readonly Readonly<Pod>[] | undefined;
  /** Why pods could not be created or deleted; undefined when all went well. */
  readonly error: unknown;
  /** Of this very moment. */
  readonly now: number;
}

const REPLICA_FAILURE = "ReplicaFailure";

/** @see kubernetes pkg/controller/replicaset/replica_set_utils.go (calculateStatus) */
export function replicaSetStatus(
  { spec, status, metadata }: Readonly<ReplicaSet>,
  facts: ReplicaSetFacts,
): ReplicaSetStatus {
  const { activePods, terminatingPods, error, now } = facts;
  const templateLabels = Object.entries(spec?.template?.metadata?.labels ?? {});
  const hasTemplateLabels = ({ metadata: { labels } }: Readonly<Pod>): boolean =>
    templateLabels.every(([key, value]) => labels?.[key] === value);
  const minReadySeconds = spec?.minReadySeconds ?? 0;
  const isAvailable = (pod: Readonly<Pod>): boolean => isPodAvailable(pod, minReadySeconds, now);
  const missing = (spec?.replicas ?? 1) - activePods.length;
  const conditions = failureConditions(status?.conditions ?? [], error, missing, now);
  const { conditions: _conditions, terminatingReplicas: _terminating, ...kept } = status ?? {};
  return {
    ...kept,
    replicas: activePods.length,
    fullyLabeledReplicas: activePods.filter(hasTemplateLabels).length,
    readyReplicas: activePods.filter(isPodReady).length,
    availableReplicas: activePods.filter(isAvailable).length,
    ...(terminatingPods === undefined ? {} : { terminatingReplicas: terminatingPods.length }),
    observedGeneration: metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** One condition says that pods could not be made, as long as they cannot. */
function failureConditions(
  conditions: readonly ReplicaSetCondition[],
  error: unknown,
  missing: number,
  now: number,
): ReplicaSetCondition[] {
  const others = conditions.filter(({ type }) => type !== REPLICA_FAILURE);
  if (error === undefined) return others;
  if (others.length < conditions.length) return [...conditions];
  const failure: ReplicaSetCondition = {
    type: REPLICA_FAILURE,
    status: "True",
    lastTransitionTime: formatTime(now),
    ...(missing === 0 ? {} : { reason: missing > 0 ? "FailedCreate" : "FailedDelete" }),
    message: textOf(error),
  };
  return [...others, failure];
}

/** Whether there is nothing to write. */
export function isStatusCurrent(set: Readonly<ReplicaSet>, status: ReplicaSetStatus): boolean {
  const { terminatingReplicas } = status;
  return (
    set.status?.terminatingReplicas === terminatingReplicas && semanticEqual(set.status, status)
  );
}
