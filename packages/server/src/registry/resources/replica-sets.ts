/** @see kubernetes pkg/registry/apps/replicaset/strategy.go */
import { defaultReplicaSet } from "../../api/defaults/apps.ts";
import type { KubeObject } from "../../api/object.ts";
import {
  validateReplicaSet,
  validateReplicaSetStatus,
  validateReplicaSetUpdate,
} from "../../api/validation/apps.ts";
import type { ReplicaSetSpec, WorkloadStatus } from "../../api/validation/workload-shapes.ts";
import type { Strategy } from "../strategy.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";
import {
  dropTemplateFields,
  podNameWarnings,
  specChanged,
  templateWarnings,
} from "./workload-template.ts";

function specOf(object: KubeObject): ReplicaSetSpec {
  return (object.spec ?? {}) as ReplicaSetSpec;
}

function statusOf(object: KubeObject): WorkloadStatus & { readonly replicas?: number } {
  return (object.status ?? {}) as WorkloadStatus;
}

export const replicaSetsStrategy: Strategy = {
  group: "apps",
  resource: "replicasets",
  defaults: (object) => {
    object.spec ??= {};
    defaultReplicaSet(specOf(object));
  },
  prepareForCreate: (object) => {
    object.status = {};
    dropTemplateFields(specOf(object).template);
  },
  validateCreate: (object) => validateReplicaSet(specOf(object)),
  warningsOnCreate: (object) => [...podNameWarnings(object), ...templateWarnings(object)],
  prepareForUpdate: (object, old) => {
    keepStatus(object, old);
    dropTemplateFields(specOf(object).template, specOf(old).template);
  },
  validateUpdate: (object, old) => validateReplicaSetUpdate(specOf(object), specOf(old)),
  warningsOnUpdate: (object, old) => (specChanged(object, old) ? templateWarnings(object) : []),
  changesGeneration: specChanged,
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: keepSpec,
      validateUpdate: (object) => validateReplicaSetStatus(statusOf(object)),
      resetFields: [["spec"]],
    },
  },
};
