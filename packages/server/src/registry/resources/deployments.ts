/** @see kubernetes pkg/registry/apps/deployment/strategy.go */
import { defaultDeployment } from "../../api/defaults/apps.ts";
import type { KubeObject } from "../../api/object.ts";
import {
  validateDeployment,
  validateDeploymentStatus,
  validateDeploymentUpdate,
} from "../../api/validation/apps.ts";
import { equalEntries } from "../../api/validation/equality.ts";
import type { DeploymentSpec, WorkloadStatus } from "../../api/validation/workload-shapes.ts";
import type { Strategy } from "../strategy.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";
import {
  dropTemplateFields,
  podNameWarnings,
  specChanged,
  templateWarnings,
} from "./workload-template.ts";

function specOf(object: KubeObject): DeploymentSpec {
  return (object.spec ?? {}) as DeploymentSpec;
}

function statusOf(object: KubeObject): WorkloadStatus {
  return (object.status ?? {}) as WorkloadStatus;
}

/** Annotations count, because the controller copies them to replica sets. */
function changed(object: KubeObject, old: KubeObject): boolean {
  return (
    specChanged(object, old) || !equalEntries(object.metadata.annotations, old.metadata.annotations)
  );
}

function keepLabels(object: KubeObject, old: KubeObject): void {
  if (old.metadata.labels === undefined) delete object.metadata.labels;
  else object.metadata.labels = old.metadata.labels;
}

export const deploymentsStrategy: Strategy = {
  group: "apps",
  resource: "deployments",
  defaults: (object) => {
    object.spec ??= {};
    defaultDeployment(specOf(object));
  },
  prepareForCreate: (object) => {
    object.status = {};
    dropTemplateFields(specOf(object).template);
  },
  validateCreate: (object) => validateDeployment(specOf(object)),
  warningsOnCreate: (object) => [...podNameWarnings(object), ...templateWarnings(object)],
  prepareForUpdate: (object, old) => {
    keepStatus(object, old);
    dropTemplateFields(specOf(object).template, specOf(old).template);
  },
  validateUpdate: (object, old) => validateDeploymentUpdate(specOf(object), specOf(old)),
  warningsOnUpdate: (object, old) => (changed(object, old) ? templateWarnings(object) : []),
  changesGeneration: changed,
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: (object, old) => {
        keepSpec(object, old);
        keepLabels(object, old);
      },
      validateUpdate: (object, old) => validateDeploymentStatus(statusOf(object), statusOf(old)),
      resetFields: [["spec"], ["metadata", "labels"]],
    },
  },
};
