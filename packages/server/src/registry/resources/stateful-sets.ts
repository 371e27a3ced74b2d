/** @see kubernetes pkg/registry/apps/statefulset/strategy.go */
import { defaultStatefulSet } from "../../api/defaults/apps.ts";
import type { KubeObject } from "../../api/object.ts";
import { nameIsDnsLabel } from "../../api/validation/names.ts";
import {
  validateStatefulSet,
  validateStatefulSetStatus,
  validateStatefulSetUpdate,
} from "../../api/validation/stateful-sets.ts";
import type { StatefulSetSpec, WorkloadStatus } from "../../api/validation/workload-shapes.ts";
import type { Strategy } from "../strategy.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";
import { dropTemplateFields, specChanged, templateWarnings } from "./workload-template.ts";

const NEGATIVE_HISTORY =
  "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended";

function specOf(object: KubeObject): StatefulSetSpec {
  return (object.spec ?? {}) as StatefulSetSpec;
}

function statusOf(object: KubeObject): WorkloadStatus {
  return (object.status ?? {}) as WorkloadStatus;
}

/** `maxUnavailable` belongs to a feature that is off in 1.36. */
function dropDisabled(object: KubeObject, old?: KubeObject): void {
  const before = old === undefined ? undefined : specOf(old);
  const update = specOf(object).updateStrategy?.rollingUpdate;
  const inUse = before?.updateStrategy?.rollingUpdate?.maxUnavailable != null;
  if (update != null && !inUse) delete update.maxUnavailable;
  dropTemplateFields(specOf(object).template, before?.template);
}

function historyWarnings(object: KubeObject): string[] {
  return (specOf(object).revisionHistoryLimit ?? 0) < 0 ? [NEGATIVE_HISTORY] : [];
}

export const statefulSetsStrategy: Strategy = {
  group: "apps",
  resource: "statefulsets",
  validateName: nameIsDnsLabel,
  defaults: (object) => {
    object.spec ??= {};
    defaultStatefulSet(specOf(object));
  },
  prepareForCreate: (object) => {
    object.status = {};
    dropDisabled(object);
  },
  validateCreate: (object) => validateStatefulSet(specOf(object)),
  warningsOnCreate: (object) => [...templateWarnings(object), ...historyWarnings(object)],
  prepareForUpdate: (object, old) => {
    keepStatus(object, old);
    dropDisabled(object, old);
  },
  validateUpdate: (object, old) => validateStatefulSetUpdate(specOf(object), specOf(old)),
  warningsOnUpdate: (object, old) => [
    ...(specChanged(object, old) ? templateWarnings(object) : []),
    ...historyWarnings(object),
  ],
  changesGeneration: specChanged,
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: keepSpec,
      updateChecks: ["own", "change"],
      validateUpdate: (object, old) => validateStatefulSetStatus(statusOf(object), statusOf(old)),
      resetFields: [["spec"]],
    },
  },
};
