import type { Container, Job, Pod, PodSpec, PodTemplateSpec } from "../../api/types.ts";
import { podFromTemplate } from "../pod-control/pod-from-template.ts";
import { failureAnnotations } from "./indexed-pods.ts";
import {
  COMPLETION_INDEX,
  hasLimitPerIndex,
  isIndexed,
  JOB_KIND,
  TRACKING_FINALIZER,
} from "./job-facts.ts";

/** @see apiserver pkg/storage/names (MaxGeneratedNameLength) */
const MAX_PREFIX_LENGTH = 58;
const INDEX_VARIABLE = "JOB_COMPLETION_INDEX";

/**
 * A pod of a job.
 * @param index - What it works at, where jobs have indexes.
 * @param replaced - The pod of the same index that failed before it.
 * @see kubernetes pkg/controller/job/job_controller.go (manageJob), indexed_job_utils.go
 */
export function newJobPod(
  job: Readonly<Job>,
  index: number | undefined,
  replaced: Readonly<Pod> | undefined,
): Pod {
  const template = templateOf(job);
  if (index === undefined) return podFromTemplate(template, JOB_KIND, job);
  const { metadata = {}, spec } = template;
  const { name = "" } = job.metadata;
  const indexed = { [COMPLETION_INDEX]: String(index) };
  const failures = hasLimitPerIndex(job) ? failureAnnotations(job, replaced) : {};
  return podFromTemplate(
    {
      metadata: {
        ...metadata,
        labels: { ...metadata.labels, ...indexed },
        annotations: { ...metadata.annotations, ...indexed, ...failures },
      },
      ...(spec === undefined ? {} : { spec: { ...spec, hostname: `${name}-${index}` } }),
    },
    JOB_KIND,
    job,
    namePrefix(name, index),
  );
}

/** Whatever the template says, the pod stays until it is counted. */
function templateOf(job: Readonly<Job>): PodTemplateSpec {
  const { metadata, spec } = job.spec?.template ?? {};
  const others = (metadata?.finalizers ?? []).filter((each) => each !== TRACKING_FINALIZER);
  return {
    metadata: { ...metadata, finalizers: [...others, TRACKING_FINALIZER] },
    ...(spec === undefined ? {} : { spec: isIndexed(job) ? withIndexVariables(spec) : spec }),
  };
}

function withIndexVariables(spec: PodSpec): PodSpec {
  const { initContainers, containers } = spec;
  return {
    ...spec,
    ...(initContainers === undefined
      ? {}
      : { initContainers: initContainers.map(withIndexVariable) }),
    ...(containers === undefined ? {} : { containers: containers.map(withIndexVariable) }),
  };
}

function withIndexVariable(container: Container): Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === INDEX_VARIABLE)) return container;
  const fieldRef = { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` };
  return { ...container, env: [...env, { name: INDEX_VARIABLE, valueFrom: { fieldRef } }] };
}

/** `job-3-`: of a long name the end is cut off, never the index. */
function namePrefix(jobName: string, index: number): string {
  const end = `-${index}-`;
  return jobName.slice(0, MAX_PREFIX_LENGTH - end.length) + end;
}
