/** @see kubernetes pkg/registry/batch/job/strategy.go */
import { defaultJob } from "../../api/defaults/batch.ts";
import { type FieldPath, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Job, JobSpec } from "../../api/validation/job-shapes.ts";
import { validateJobStatus } from "../../api/validation/job-status.ts";
import { validateJobUpdate } from "../../api/validation/job-update.ts";
import { CONTROLLER_UID_LABELS, JOB_NAME_LABELS, validateJob } from "../../api/validation/jobs.ts";
import { validateObjectMetaChange } from "../../api/validation/metadata-update.ts";
import type { Strategy } from "../strategy.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";
import {
  dropTemplateFields,
  podNameWarnings,
  specChanged,
  warningsOfTemplate,
} from "./workload-template.ts";

/** From here on upstream cannot keep track of the indexes of a job whose pods fail often. */
const MANY_COMPLETIONS = 100_000;
const MANY_PODS = 10_000;

function asJob(object: KubeObject): Job {
  return object as Job;
}

function specOf(object: KubeObject): JobSpec {
  return asJob(object).spec ?? {};
}

function applyDefaults(object: KubeObject): void {
  object.spec ??= {};
  const spec = specOf(object);
  defaultJob(spec);
  const labels = spec.template?.metadata?.labels;
  if (labels != null && Object.keys(object.metadata.labels ?? {}).length === 0) {
    // The very same map: what is added to the template's labels belongs to the job, too.
    object.metadata.labels = labels;
  }
}

/** A job without labels of its own has those of its pods, which nobody owns then. */
function takeLabels(object: KubeObject): void {
  const labels = specOf(object).template?.metadata?.labels;
  if (labels == null || Object.keys(object.metadata.labels ?? {}).length > 0) return;
  object.metadata.labels = { ...labels };
}

/** Labels for the pods and a selector that finds them: the uid is the job's alone. */
function generateSelector(object: KubeObject): void {
  const spec = specOf(object);
  if (spec.manualSelector === true) return;
  const { name = "", uid = "" } = object.metadata;
  const template = spec.template ?? {};
  const generated: Record<string, string> = {};
  for (const label of JOB_NAME_LABELS) generated[label] = name;
  for (const label of CONTROLLER_UID_LABELS) generated[label] = uid;
  const labels = { ...generated, ...template.metadata?.labels };
  if (
    object.metadata.labels !== undefined &&
    object.metadata.labels === template.metadata?.labels
  ) {
    object.metadata.labels = { ...labels };
  }
  spec.template = { ...template, metadata: { ...template.metadata, labels } };
  const [, uidLabel] = CONTROLLER_UID_LABELS;
  const { selector } = spec;
  spec.selector = { ...selector, matchLabels: { [uidLabel]: uid, ...selector?.matchLabels } };
}

/** Warnings of a job's specification, in a cron job too. */
export function jobSpecWarnings(spec: JobSpec, path: FieldPath): string[] {
  const { completions, parallelism, completionMode } = spec;
  const isHuge =
    completionMode === "Indexed" &&
    (completions ?? 0) > MANY_COMPLETIONS &&
    (parallelism ?? 0) > MANY_PODS;
  const text = `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`;
  return [...(isHuge ? [text] : []), ...warningsOfTemplate(spec.template, path.child("template"))];
}

/** Jobs that are older than the prefixed labels stay without them. */
function hasPrefixedLabels(old: KubeObject): boolean {
  const labels = specOf(old).template?.metadata?.labels ?? {};
  return labels[JOB_NAME_LABELS[1]] !== undefined && labels[CONTROLLER_UID_LABELS[1]] !== undefined;
}

export const jobsStrategy: Strategy = {
  group: "batch",
  resource: "jobs",
  orphansByDefault: true,
  unsaidPropagationWarning:
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning",
  defaults: applyDefaults,
  prepareForCreate: (object) => {
    generateSelector(object);
    object.status = {};
    dropTemplateFields(specOf(object).template);
  },
  readBack: takeLabels,
  validateCreate: (object) => validateJob(asJob(object), object.metadata, true),
  warningsOnCreate: (object) => [
    ...podNameWarnings(object),
    ...jobSpecWarnings(specOf(object), root("spec")),
  ],
  prepareForUpdate: (object, old) => {
    keepStatus(object, old);
    dropTemplateFields(specOf(object).template, specOf(old).template);
  },
  updateChecks: ["whole", "own"],
  validateUpdate: (object, old) => [
    ...validateJob(asJob(object), object.metadata, hasPrefixedLabels(old)),
    ...validateObjectMetaChange(object.metadata, old.metadata, true),
    ...validateJobUpdate(asJob(object), asJob(old)),
  ],
  warningsOnUpdate: (object, old) =>
    specChanged(object, old) ? jobSpecWarnings(specOf(object), root("spec")) : [],
  changesGeneration: specChanged,
  selectableFields: (object) => ({
    "status.successful": String(asJob(object).status?.succeeded ?? 0),
  }),
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: keepSpec,
      validateUpdate: (object, old) => validateJobStatus(asJob(object), asJob(old)),
      resetFields: [["spec"]],
    },
  },
};
