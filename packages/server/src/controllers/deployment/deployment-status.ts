import type { Deployment, DeploymentStatus, ReplicaSet } from "../../api/types.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { newCondition, withCondition } from "./conditions.ts";
import {
  actualCount,
  maxUnavailableOf,
  replicasOf,
  terminatingCount,
  wantedCount,
} from "./replica-counts.ts";
import { allOf, type ReplicaSets } from "./replica-sets.ts";

/** @see kubernetes pkg/controller/deployment/sync.go (calculateStatus) */
export function deploymentStatus(
  deployment: Readonly<Deployment>,
  sets: ReplicaSets,
  now: number,
): DeploymentStatus {
  const all = allOf(sets);
  const newest: readonly Readonly<ReplicaSet>[] = sets.newest === undefined ? [] : [sets.newest];
  const available = actualCount(all, "availableReplicas");
  const terminatingReplicas = terminatingCount(all);
  const { collisionCount } = deployment.status ?? {};
  const isAvailable = available >= replicasOf(deployment) - maxUnavailableOf(deployment);
  const conditions = withCondition(
    deployment.status?.conditions ?? [],
    isAvailable
      ? newCondition(
          "Available",
          "True",
          "MinimumReplicasAvailable",
          "Deployment has minimum availability.",
          now,
        )
      : newCondition(
          "Available",
          "False",
          "MinimumReplicasUnavailable",
          "Deployment does not have minimum availability.",
          now,
        ),
  );
  return {
    ...counted({
      observedGeneration: deployment.metadata.generation ?? 0,
      replicas: actualCount(all, "replicas"),
      updatedReplicas: actualCount(newest, "replicas"),
      readyReplicas: actualCount(all, "readyReplicas"),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, wantedCount(all) - available),
    }),
    ...(terminatingReplicas === undefined ? {} : { terminatingReplicas }),
    conditions: [...conditions],
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

/** Zeros are left out, as the server leaves them out. */
function counted(counts: Readonly<Record<string, number>>): DeploymentStatus {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

/** Whether there is nothing to write. */
export function isStatusCurrent(
  { status = {} }: Readonly<Deployment>,
  wanted: DeploymentStatus,
): boolean {
  return status.terminatingReplicas === wanted.terminatingReplicas && semanticEqual(status, wanted);
}
