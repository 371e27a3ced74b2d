/** @see kubernetes pkg/registry/batch/cronjob/strategy.go */
import { defaultCronJob } from "../../api/defaults/batch.ts";
import { root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import type { CronJobSpec } from "../../api/validation/job-shapes.ts";
import { validateCronJob, validateCronJobCreate } from "../../api/validation/jobs.ts";
import type { Strategy } from "../strategy.ts";
import { jobSpecWarnings } from "./jobs.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";
import { dropTemplateFields, podNameWarnings, specChanged } from "./workload-template.ts";

const TIME_ZONE_IN_SCHEDULE =
  "cannot use TZ or CRON_TZ in spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";

function specOf(object: KubeObject): CronJobSpec {
  return (object.spec ?? {}) as CronJobSpec;
}

function templateWarnings(object: KubeObject): string[] {
  const path = root("spec", "jobTemplate", "spec");
  return jobSpecWarnings(specOf(object).jobTemplate?.spec ?? {}, path);
}

export const cronJobsStrategy: Strategy = {
  group: "batch",
  resource: "cronjobs",
  defaults: (object) => {
    object.spec ??= {};
    defaultCronJob(specOf(object));
  },
  prepareForCreate: (object) => {
    object.status = {};
    dropTemplateFields(specOf(object).jobTemplate?.spec?.template);
  },
  validateCreate: (object) => validateCronJobCreate(specOf(object), object.metadata.name ?? ""),
  warningsOnCreate: (object) => [...podNameWarnings(object), ...templateWarnings(object)],
  prepareForUpdate: (object, old) => {
    keepStatus(object, old);
    const before = specOf(old).jobTemplate?.spec?.template;
    dropTemplateFields(specOf(object).jobTemplate?.spec?.template, before);
  },
  validateUpdate: (object, old) => validateCronJob(specOf(object), specOf(old)),
  warningsOnUpdate: (object, old) => [
    ...(specChanged(object, old) ? templateWarnings(object) : []),
    ...(specOf(object).schedule?.includes("TZ") === true ? [TIME_ZONE_IN_SCHEDULE] : []),
  ],
  changesGeneration: specChanged,
  resetFields: [["status"]],
  subresources: {
    status: { prepareForUpdate: keepSpec, updateChecks: [], resetFields: [["spec"]] },
  },
};
