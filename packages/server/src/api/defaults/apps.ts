/** Defaults of workloads. @see kubernetes pkg/apis/apps/v1/defaults.go, conversion.go */
import type {
  DaemonSetSpec,
  DeploymentSpec,
  ReplicaSetSpec,
  StatefulSetSpec,
} from "../validation/workload-shapes.ts";
import { defaultClaimSpec } from "./claim.ts";
import { defaultPodTemplateSpec } from "./pod.ts";

const REPLICAS = 1;
const REVISION_HISTORY = 10;
const PROGRESS_DEADLINE_SECONDS = 600;
const SHARE = "25%";

function defaultTemplate(spec: ReplicaSetSpec): void {
  spec.template ??= {};
  defaultPodTemplateSpec(spec.template);
}

export function defaultReplicaSet(spec: ReplicaSetSpec): void {
  spec.replicas ??= REPLICAS;
  defaultTemplate(spec);
}

export function defaultDeployment(spec: DeploymentSpec): void {
  spec.replicas ??= REPLICAS;
  spec.strategy ??= {};
  const { strategy } = spec;
  strategy.type ||= "RollingUpdate";
  if (strategy.type === "RollingUpdate") {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= SHARE;
    strategy.rollingUpdate.maxSurge ??= SHARE;
  }
  spec.revisionHistoryLimit ??= REVISION_HISTORY;
  spec.progressDeadlineSeconds ??= PROGRESS_DEADLINE_SECONDS;
  defaultTemplate(spec);
}

export function defaultDaemonSet(spec: DaemonSetSpec): void {
  spec.updateStrategy ??= {};
  const { updateStrategy } = spec;
  updateStrategy.type ||= "RollingUpdate";
  if (updateStrategy.type === "RollingUpdate") {
    updateStrategy.rollingUpdate ??= {};
    updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= REVISION_HISTORY;
  defaultTemplate(spec);
}

function defaultUpdateStrategy(spec: StatefulSetSpec): void {
  spec.updateStrategy ??= {};
  const { updateStrategy } = spec;
  if (!updateStrategy.type) {
    updateStrategy.type = "RollingUpdate";
    updateStrategy.rollingUpdate ??= {};
  }
  if (updateStrategy.type === "RollingUpdate" && updateStrategy.rollingUpdate != null) {
    updateStrategy.rollingUpdate.partition ??= 0;
  }
}

export function defaultStatefulSet(spec: StatefulSetSpec): void {
  spec.podManagementPolicy ||= "OrderedReady";
  defaultUpdateStrategy(spec);
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= "Retain";
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= "Retain";
  spec.replicas ??= REPLICAS;
  spec.revisionHistoryLimit ??= REVISION_HISTORY;
  defaultTemplate(spec);
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = "v1";
    claim.kind = "PersistentVolumeClaim";
    claim.spec ??= {};
    defaultClaimSpec(claim.spec);
    claim.status ??= {};
    claim.status.phase ||= "Pending";
  }
}
