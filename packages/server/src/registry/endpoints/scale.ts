/**
 * The `scale` subresource: the number of pods of a workload, as an object of autoscaling/v1. Pure
 * functions; the workload is what is stored, and its `resourceVersion` is the scale's.
 * @see kubernetes pkg/registry/apps/{deployment,replicaset,statefulset}/storage/storage.go
 */
import { type FieldError, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { type ApiLabelSelector, printLabelSelector, selectorFromApi } from "../../api/selectors.ts";
import { conflict, type GroupResource, invalid } from "../../api/status-error.ts";
import type { Scale } from "../../api/types.ts";
import { checkNonNegative, type FieldErrors } from "../../api/validation/field-checks.ts";
import { validateObjectMeta } from "../../api/validation/metadata.ts";

/** Where the parts of a scale stand in a workload: the same place in all of them, but for the selector. */
interface Workload extends KubeObject {
  spec?: { replicas?: number; selector?: unknown };
  status?: { replicas?: number };
}

type ReadSelector = (selector: unknown) => ApiLabelSelector;

const SCALE_KIND = { group: "autoscaling", kind: "Scale" } as const;
/** In which member of a workload the number of pods is wanted. */
export const REPLICAS_PATH: readonly string[] = ["spec", "replicas"];

/** How each scalable resource says which pods are its own. */
const SELECTORS: ReadonlyMap<string, ReadSelector> = new Map<string, ReadSelector>([
  // The oldest of them has a plain map.
  [
    "/replicationcontrollers",
    (selector: unknown) => ({ matchLabels: (selector ?? {}) as Record<string, string> }),
  ],
  ["apps/deployments", (selector: unknown) => (selector ?? {}) as ApiLabelSelector],
  ["apps/replicasets", (selector: unknown) => (selector ?? {}) as ApiLabelSelector],
  ["apps/statefulsets", (selector: unknown) => (selector ?? {}) as ApiLabelSelector],
]);

/** Whether a resource has a number of pods that can be set. */
export function isScalable({ group, resource }: GroupResource): boolean {
  return SELECTORS.has(`${group}/${resource}`);
}

function selectorText({ group, resource }: GroupResource, selector: unknown): string {
  const read = SELECTORS.get(`${group}/${resource}`);
  if (read === undefined) throw new Error(`${resource} of ${group} cannot be scaled`);
  const parsed = selectorFromApi(read(selector));
  return parsed === undefined ? "" : printLabelSelector(parsed);
}

/**
 * The scale of a workload. Shares nothing with it.
 * @throws StatusError 400 for a selector that has no meaning
 */
export function scaleOf(owner: GroupResource, workload: Readonly<KubeObject>): Scale {
  const { metadata, spec, status } = workload as Workload;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = selectorText(owner, spec?.selector);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, ...(selector === "" ? {} : { selector }) },
  };
}

/** Every field error of a scale that a client sent. */
export function validateScale(scale: Readonly<Scale>): readonly FieldError[] {
  const errors: FieldErrors = [...validateObjectMeta(scale.metadata, { namespaced: true })];
  checkNonNegative(scale.spec?.replicas, root("spec"), "replicas", errors);
  return errors;
}

/**
 * The workload with the number and the resourceVersion of a scale; an empty resourceVersion makes the
 * write unconditional. The workload itself stays as it is, and shares its other parts with the result.
 * @throws StatusError 422 for a scale that breaks rules, 409 when its uid is of another object
 */
export function applyScale(
  owner: GroupResource,
  workload: Readonly<KubeObject>,
  scale: Readonly<Scale>,
): KubeObject {
  const { metadata, spec } = workload as Workload;
  const { name = "", uid } = metadata;
  const errors = validateScale(scale);
  if (errors.length > 0) throw invalid(SCALE_KIND, name, errors);
  const wantedUid = scale.metadata.uid ?? "";
  if (wantedUid !== "" && wantedUid !== uid) {
    const resource = { group: owner.group, resource: `${owner.resource}/scale` };
    const text = `Precondition failed: UID in precondition: ${wantedUid}, UID in object meta: ${uid ?? ""}`;
    throw conflict(resource, name, text);
  }
  const { resourceVersion: _stored, ...others } = metadata;
  const wantedVersion = scale.metadata.resourceVersion ?? "";
  return {
    ...workload,
    metadata: wantedVersion === "" ? others : { ...others, resourceVersion: wantedVersion },
    spec: { ...spec, replicas: scale.spec?.replicas ?? 0 },
  };
}
