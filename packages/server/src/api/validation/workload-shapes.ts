/** What clients send as workloads of apps: the types of the API, with nothing required. */
import type { IntOrString } from "../int-or-string.ts";
import type { PodTemplateSpec } from "./pod-shapes.ts";
import type { LabelSelector } from "./selectors.ts";
import type { ClaimSpec } from "./volume-shapes.ts";

interface WorkloadSpec {
  selector?: LabelSelector | null;
  template?: PodTemplateSpec;
  minReadySeconds?: number;
  revisionHistoryLimit?: number | null;
}

export interface ReplicaSetSpec extends WorkloadSpec {
  replicas?: number | null;
}

export interface RollingUpdate {
  maxUnavailable?: IntOrString;
  maxSurge?: IntOrString;
}

export interface DeploymentSpec extends ReplicaSetSpec {
  strategy?: { type?: string; rollingUpdate?: RollingUpdate | null };
  paused?: boolean;
  progressDeadlineSeconds?: number | null;
}

export interface DaemonSetSpec extends WorkloadSpec {
  updateStrategy?: { type?: string; rollingUpdate?: RollingUpdate | null };
}

export interface ClaimTemplateObject {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string };
  spec?: ClaimSpec;
  status?: { phase?: string };
}

export interface StatefulSetSpec extends ReplicaSetSpec {
  serviceName?: string;
  podManagementPolicy?: string;
  updateStrategy?: {
    type?: string;
    rollingUpdate?: { partition?: number | null; maxUnavailable?: IntOrString | null } | null;
  };
  persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string } | null;
  ordinals?: { start?: number } | null;
  volumeClaimTemplates?: ClaimTemplateObject[] | null;
}

/** Counters of a workload's status. */
export type WorkloadStatus = Readonly<Record<string, unknown>> & {
  readonly collisionCount?: number | null;
};
