/** New pods, and changes of their specification. @see kubernetes pkg/apis/core/validation/validation.go */
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  required,
  root,
} from "../field-error.ts";
import { internalForm } from "../internal-form.ts";
import { equalAs } from "../typed-equality.ts";
import { checkImagePadding } from "./containers.ts";
import { semanticEqual } from "./equality.ts";
import { describeChanges } from "./field-changes.ts";
import type { FieldErrors } from "./field-checks.ts";
import { rangeComplaint } from "./names.ts";
import {
  checkPodAnnotationChanges,
  checkPodAnnotations,
  checkProfilesMatch,
  MIRROR_ANNOTATION,
} from "./pod-annotations.ts";
import type { Container, NodeAffinity, Pod, PodSpec, Toleration } from "./pod-shapes.ts";
import { checkPodSpec } from "./pod-spec.ts";
import { checkTolerations } from "./scheduling.ts";
import type { NodeSelectorTerm } from "./selectors.ts";

const SPEC: FieldPath = root("spec");
const ANNOTATIONS: FieldPath = root("metadata", "annotations");
const MAX_INT32 = 2 ** 31 - 1;
const UPDATABLE = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
].join(",");

/** A token needs an account; this is only checked once admission has had its say. */
function checkTokensHaveAccount(spec: PodSpec, errors: FieldErrors): void {
  if ((spec.serviceAccountName ?? "") !== "") return;
  spec.volumes?.forEach(({ projected }, index) => {
    projected?.sources?.forEach(({ serviceAccountToken }, source) => {
      if (serviceAccountToken == null) return;
      const volume = SPEC.child("volumes").index(index).child("projected");
      const field = volume.child("sources").index(source).child("serviceAccountToken");
      errors.push(
        forbiddenField(field, "must not be specified when serviceAccountName is not set"),
      );
    });
  });
}

/** Everything about a pod that does not depend on an older version. */
export function checkPod(pod: Pod, errors: FieldErrors): void {
  const spec = pod.spec ?? {};
  if (pod.metadata.annotations) {
    checkPodAnnotations(pod.metadata.annotations, spec, ANNOTATIONS, errors);
  }
  checkPodSpec(spec, SPEC, { pod: pod.metadata }, errors);
  checkTokensHaveAccount(spec, errors);
  for (const list of ["containers", "initContainers"] as const) {
    spec[list]?.forEach((container, index) => {
      const { image = "" } = container;
      if (image.trim() !== image)
        checkImagePadding(container, SPEC.child(list).index(index), errors);
    });
  }
}

export function validatePodCreate(pod: Pod): FieldError[] {
  const errors: FieldErrors = [];
  const spec = pod.spec ?? {};
  checkPod(pod, errors);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbiddenField(SPEC.child("ephemeralContainers"), "cannot be set on create"));
  }
  if ((spec.nodeName ?? "") !== "" && (spec.schedulingGates ?? []).length > 0) {
    const detail = "cannot be set until all schedulingGates have been cleared";
    errors.push(forbiddenField(SPEC.child("nodeName"), detail));
  }
  checkProfilesMatch(pod.metadata, spec, SPEC, errors);
  return errors;
}

/** Answers false when the lists cannot be compared further. */
function checkContainerChanges(
  containers: readonly Container[],
  old: readonly Container[],
  path: FieldPath,
  errors: FieldErrors,
): boolean {
  if (containers.length !== old.length) {
    errors.push(forbiddenField(path, "pod updates may not add or remove containers"));
    return false;
  }
  containers.forEach((container, index) => {
    if ((container.image ?? "") === "") errors.push(required(path.index(index).child("image")));
    checkImagePadding(container, path.index(index), errors);
  });
  return true;
}

function checkDeadlineChange(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  const field = SPEC.child("activeDeadlineSeconds");
  const deadline = spec.activeDeadlineSeconds;
  const before = old.activeDeadlineSeconds;
  if (deadline == null) {
    if (before == null) return;
    errors.push(invalidValue(field, null, "must not update from a positive integer to nil value"));
    return;
  }
  if (deadline < 0 || deadline > MAX_INT32) {
    errors.push(invalidValue(field, deadline, rangeComplaint(0, MAX_INT32)));
  }
  if (before != null && before < deadline) {
    errors.push(invalidValue(field, deadline, "must be less than or equal to previous value"));
  }
}

function checkTolerationChanges(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  const field = SPEC.child("tolerations");
  const kept = (before: Toleration) =>
    (spec.tolerations ?? []).some((toleration) =>
      semanticEqual(
        { ...toleration, tolerationSeconds: undefined },
        { ...before, tolerationSeconds: undefined },
      ),
    );
  for (const before of old.tolerations ?? []) {
    if (kept(before)) continue;
    const detail = "existing toleration can not be modified except its tolerationSeconds";
    errors.push(forbiddenField(field, detail));
  }
  checkTolerations(spec.tolerations, field, errors);
}

function checkGateChanges(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  const known = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  spec.schedulingGates?.forEach(({ name = "" }, index) => {
    if (known.has(name)) return;
    const field = SPEC.child("schedulingGates").index(index).child("name");
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbiddenField(field, detail));
  });
}

function hasOnlyAdditions(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  const oldExpressions = old.matchExpressions ?? [];
  const oldFields = old.matchFields ?? [];
  if (oldExpressions.length === 0 && oldFields.length === 0) {
    return (matchExpressions ?? []).length === 0 && (matchFields ?? []).length === 0;
  }
  return (
    semanticEqual((matchExpressions ?? []).slice(0, oldExpressions.length), oldExpressions) &&
    semanticEqual((matchFields ?? []).slice(0, oldFields.length), oldFields)
  );
}

function checkNodeAffinityChange(
  affinity: NodeAffinity | undefined,
  old: NodeAffinity | undefined,
  errors: FieldErrors,
): void {
  const field = SPEC.child(
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
  );
  const before = old?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const given = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const terms = given ?? [];
  if (before.length > 0 && before.length !== terms.length) {
    const detail = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
    errors.push(invalidValue(field, internalForm("[]core.v1.NodeSelectorTerm", given), detail));
    return;
  }
  before.forEach((term, index) => {
    const now = terms[index] ?? {};
    if (hasOnlyAdditions(now, term)) return;
    const detail = "only additions are allowed (no mutations or deletions)";
    errors.push(
      invalidValue(field.index(index), internalForm("core.v1.NodeSelectorTerm", now), detail),
    );
  });
}

/** While a pod is gated, where it may run can be narrowed; answers the spec with that put back. */
function withGatedChanges(spec: PodSpec, old: PodSpec, errors: FieldErrors): PodSpec {
  if ((old.schedulingGates ?? []).length === 0) return spec;
  const munged: PodSpec = { ...spec };
  if (!semanticEqual(spec.nodeSelector, old.nodeSelector, "nodeSelector")) {
    for (const [key, value] of Object.entries(old.nodeSelector ?? {})) {
      if (spec.nodeSelector?.[key] === value) continue;
      const detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
      const shown = internalForm("map[string]string", spec.nodeSelector);
      errors.push(invalidValue(SPEC.child("nodeSelector"), shown, detail));
    }
    munged.nodeSelector = old.nodeSelector as Record<string, string>;
  }
  const before = old.affinity?.nodeAffinity;
  if (!semanticEqual(spec.affinity?.nodeAffinity, before)) {
    checkNodeAffinityChange(spec.affinity?.nodeAffinity, before, errors);
    const { nodeAffinity: _changed, ...others } = spec.affinity ?? {};
    munged.affinity = before === undefined ? others : { ...others, nodeAffinity: before };
  }
  return munged;
}

function withOldImages(
  containers: readonly Container[] | undefined,
  old: readonly Container[] | undefined,
): Container[] | undefined {
  return containers?.map((container, index) => {
    const image = old?.[index]?.image;
    return image === undefined ? container : { ...container, image };
  });
}

/** The specification with every permitted change undone. */
function withoutPermittedChanges(spec: PodSpec, old: PodSpec): PodSpec {
  const { activeDeadlineSeconds, tolerations, schedulingGates } = old;
  const grace = old.terminationGracePeriodSeconds;
  const isMended = grace != null && grace < 0 && spec.terminationGracePeriodSeconds === 1;
  // What the old one does not have is absent, not empty: the difference is printed.
  return {
    ...spec,
    containers: withOldImages(spec.containers, old.containers),
    initContainers: withOldImages(spec.initContainers, old.initContainers),
    activeDeadlineSeconds,
    tolerations,
    schedulingGates,
    ...(isMended ? { terminationGracePeriodSeconds: grace } : {}),
  } as PodSpec;
}

export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldErrors = [];
  const spec = pod.spec ?? {};
  const oldSpec = old.spec ?? {};
  checkPod(pod, errors);
  checkPodAnnotationUpdate(pod, old, errors);
  for (const list of ["containers", "initContainers"] as const) {
    const field = SPEC.child(list);
    if (!checkContainerChanges(spec[list] ?? [], oldSpec[list] ?? [], field, errors)) return errors;
  }
  checkDeadlineChange(spec, oldSpec, errors);
  checkTolerationChanges(spec, oldSpec, errors);
  checkGateChanges(spec, oldSpec, errors);
  if (equalAs("core.v1.PodSpec", spec, oldSpec)) return errors;
  const munged = withGatedChanges(withoutPermittedChanges(spec, oldSpec), oldSpec, errors);
  if (!equalAs("core.v1.PodSpec", munged, oldSpec)) {
    const detail = `pod updates may not change fields other than ${UPDATABLE}\n${describeChanges("core.v1.PodSpec", oldSpec, munged)}`;
    errors.push(forbiddenField(SPEC, detail));
  }
  return errors;
}

/** Annotations that may not change, and the rules for the rest once more, as upstream has it. */
export function checkPodAnnotationUpdate(pod: Pod, old: Pod, errors: FieldErrors): void {
  const annotations = pod.metadata.annotations ?? {};
  const before = old.metadata.annotations ?? {};
  if (annotations === before) return;
  checkPodAnnotationChanges(annotations, before, ANNOTATIONS, errors);
  checkPodAnnotations(annotations, pod.spec ?? {}, ANNOTATIONS, errors);
}

/** Containers for debugging can be added, never changed or taken away. */
export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldErrors = [];
  checkPod(pod, errors);
  checkPodAnnotationUpdate(pod, old, errors);
  if (old.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined) {
    return [wholePodForbidden("static pods do not support ephemeral containers")];
  }
  const field = SPEC.child("ephemeralContainers");
  const now = new Map((pod.spec?.ephemeralContainers ?? []).map((item) => [item.name, item]));
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const container = now.get(before.name);
    const name = JSON.stringify(before.name ?? "");
    if (container === undefined) {
      const detail = `existing ephemeral containers ${name} may not be removed\n`;
      errors.push(forbiddenField(field, detail));
    } else if (!semanticEqual(before, container)) {
      const changes = describeChanges("core.v1.EphemeralContainer", before, container);
      const detail = `existing ephemeral containers ${name} may not be changed\n${changes}`;
      errors.push(forbiddenField(field, detail));
    }
  }
  return errors;
}

/** An error of the whole object; upstream's empty path prints as `[]`. */
export function wholePodForbidden(detail: string): FieldError {
  return { field: "[]", reason: "FieldValueForbidden", message: `Forbidden: ${detail}` };
}
