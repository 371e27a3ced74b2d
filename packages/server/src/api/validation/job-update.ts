/** What may change in a job. @see kubernetes pkg/apis/batch/validation/validation.go */
import { type FieldError, type FieldPath, invalidValue, root } from "../field-error.ts";
import { internalForm } from "../internal-form.ts";
import { equalAs } from "../typed-equality.ts";
import { type FieldErrors, IMMUTABLE } from "./field-checks.ts";
import type { Job, JobSpec } from "./job-shapes.ts";
import { validateJobSpec } from "./jobs.ts";
import type { Container, PodSpec, PodTemplateSpec } from "./pod-shapes.ts";

type Affinity = PodSpec["affinity"];

const SPEC = root("spec");
const SELECTOR = "*meta.v1.LabelSelector";

/** With the types of their values. */
const FIXED = [
  ["completionMode", "*string"],
  ["podFailurePolicy", "*batch.v1.PodFailurePolicy"],
  ["backoffLimitPerIndex", "*int32"],
  ["managedBy", "*string"],
  ["successPolicy", "*batch.v1.SuccessPolicy"],
] as const;

function checkUnchanged(
  type: string,
  value: unknown,
  old: unknown,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (!equalAs(type, value, old))
    errors.push(invalidValue(path, internalForm(type, value), IMMUTABLE));
}

/** Elastic indexed jobs change completions and parallelism together. */
function checkCompletions(spec: JobSpec, old: JobSpec, errors: FieldErrors): void {
  const path = SPEC.child("completions");
  if (spec.completionMode !== "Indexed") {
    checkUnchanged("*int32", spec.completions, old.completions, path, errors);
  } else if (
    spec.completions != null &&
    spec.completions !== old.completions &&
    spec.completions !== spec.parallelism
  ) {
    const detail = "can only be modified in tandem with spec.parallelism";
    errors.push(invalidValue(path, spec.completions, detail));
  }
}

/** Whether a job stands still, so that what its pods need may still change. */
function isAtRest({ spec, status }: Job): boolean {
  const isSuspended = status?.conditions?.some(
    ({ type, status: value }) => type === "Suspended" && value === "True",
  );
  const notStarted = status?.startTime == null;
  return spec?.suspend === true && (notStarted || isSuspended === true) && !status?.active;
}

/** Affinity to pods of the old one, to nodes of the new one; none when neither has any. */
function withNodeAffinity(old: Affinity, now: Affinity): Affinity {
  const { nodeAffinity: _old, ...others } = old ?? {};
  const { nodeAffinity } = now ?? {};
  if (now == null && Object.keys(others).length === 0) return undefined;
  return nodeAffinity == null ? others : { ...others, nodeAffinity };
}

/** The stored template with the new one's wishes about nodes, labels and annotations. */
function withDirectives(old: PodTemplateSpec, now: PodTemplateSpec): PodTemplateSpec {
  const { nodeSelector, tolerations, schedulingGates, affinity } = now.spec ?? {};
  const { labels, annotations } = now.metadata ?? {};
  const spec = {
    ...old.spec,
    nodeSelector,
    tolerations,
    schedulingGates,
    affinity: withNodeAffinity(old.spec?.affinity, affinity),
  } as PodSpec;
  return {
    metadata: { ...old.metadata, labels, annotations } as PodTemplateSpec["metadata"] & object,
    spec,
  };
}

function withResources(
  old: readonly Container[] | undefined | null,
  now: readonly Container[] | undefined | null,
): Container[] {
  const all = old ?? [];
  if (all.length !== (now ?? []).length) return [...all];
  return all.map((container, index) => {
    const other = now?.[index];
    if (other === undefined || other.name !== container.name) return container;
    return { ...container, resources: other.resources } as Container;
  });
}

function checkTemplate(job: Job, old: Job, errors: FieldErrors): void {
  const template = job.spec?.template ?? {};
  const stored = old.spec?.template ?? {};
  const atRest = isAtRest(old);
  const allowed = atRest ? withDirectives(stored, template) : stored;
  if (!atRest) {
    checkUnchanged("core.v1.PodTemplateSpec", template, allowed, SPEC.child("template"), errors);
    return;
  }
  const spec = allowed.spec ?? {};
  const { containers, initContainers } = template.spec ?? {};
  const permitted = {
    ...spec,
    containers: withResources(spec.containers, containers),
    initContainers: withResources(spec.initContainers, initContainers),
  };
  checkUnchanged("core.v1.PodSpec", template.spec, permitted, SPEC.child("template.spec"), errors);
}

/** Besides what `validateJob` finds in the new job. */
export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const spec = job.spec ?? {};
  const before = old.spec ?? {};
  const errors: FieldErrors = validateJobSpec(spec);
  checkCompletions(spec, before, errors);
  checkUnchanged(SELECTOR, spec.selector, before.selector, SPEC.child("selector"), errors);
  checkTemplate(job, old, errors);
  for (const [name, type] of FIXED) {
    checkUnchanged(type, spec[name], before[name], SPEC.child(name), errors);
  }
  return errors;
}
