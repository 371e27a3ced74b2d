/** @see kubernetes pkg/registry/apps/daemonset/strategy.go, pkg/apis/apps/v1/conversion.go */
import { defaultDaemonSet } from "../../api/defaults/apps.ts";
import type { KubeObject } from "../../api/object.ts";
import {
  validateDaemonSet,
  validateDaemonSetStatus,
  validateDaemonSetUpdate,
} from "../../api/validation/apps.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import type { DaemonSetSpec, WorkloadStatus } from "../../api/validation/workload-shapes.ts";
import type { Strategy } from "../strategy.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";
import { dropTemplateFields, specChanged, templateWarnings } from "./workload-template.ts";

/** Counts changes of the template; older versions of the API had a field for it. */
const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

function specOf(object: KubeObject): DaemonSetSpec {
  return (object.spec ?? {}) as DaemonSetSpec;
}

function statusOf(object: KubeObject): WorkloadStatus {
  return (object.status ?? {}) as WorkloadStatus;
}

function templateGeneration({ metadata }: KubeObject): number {
  const value = Number(metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  return Number.isSafeInteger(value) ? value : 0;
}

function setTemplateGeneration(object: KubeObject, value: number): void {
  const { annotations } = object.metadata;
  object.metadata.annotations = { ...annotations, [TEMPLATE_GENERATION]: String(value) };
}

function templateChanged(object: KubeObject, old: KubeObject): boolean {
  return !semanticEqual(specOf(object).template, specOf(old).template);
}

export const daemonSetsStrategy: Strategy = {
  group: "apps",
  resource: "daemonsets",
  defaults: (object) => {
    object.spec ??= {};
    // Whoever writes the object owns the annotation, as if it had been sent.
    setTemplateGeneration(object, templateGeneration(object));
    defaultDaemonSet(specOf(object));
  },
  prepareForCreate: (object) => {
    object.status = {};
    setTemplateGeneration(object, Math.max(templateGeneration(object), 1));
    dropTemplateFields(specOf(object).template);
  },
  validateCreate: (object) => validateDaemonSet(specOf(object)),
  warningsOnCreate: templateWarnings,
  prepareForUpdate: (object, old) => {
    dropTemplateFields(specOf(object).template, specOf(old).template);
    keepStatus(object, old);
    const grown = templateChanged(object, old) ? 1 : 0;
    setTemplateGeneration(object, templateGeneration(old) + grown);
  },
  validateUpdate: (object, old) => validateDaemonSetUpdate(specOf(object), specOf(old)),
  warningsOnUpdate: (object, old) => (templateChanged(object, old) ? templateWarnings(object) : []),
  changesGeneration: specChanged,
  convertedAnnotations: [TEMPLATE_GENERATION],
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: (object, old) => {
        keepSpec(object, old);
        setTemplateGeneration(object, templateGeneration(old));
      },
      validateUpdate: (object, old) => validateDaemonSetStatus(statusOf(object), statusOf(old)),
      resetFields: [["spec"]],
    },
  },
};
