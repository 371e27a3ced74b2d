/** Templates of pods, as workloads carry them. */
import { type FieldError, type FieldPath, forbiddenField } from "../field-error.ts";
import type { FieldErrors } from "./field-checks.ts";
import { checkAnnotations, checkLabels } from "./metadata.ts";
import { checkPodAnnotations, checkProfilesMatch } from "./pod-annotations.ts";
import type { PodTemplateSpec } from "./pod-shapes.ts";
import { checkPodSpec } from "./pod-spec.ts";

/** Every error of a template. @param path - of the template, `spec.template` for example */
export function validatePodTemplateSpec(template: PodTemplateSpec, path: FieldPath): FieldError[] {
  const errors: FieldErrors = [];
  const { metadata = {}, spec = {} } = template;
  checkLabels(metadata.labels, path.child("labels"), errors);
  if (metadata.annotations) {
    checkAnnotations(metadata.annotations, path.child("annotations"), errors);
    checkPodAnnotations(metadata.annotations, spec, path.child("annotations"), errors);
  }
  const specPath = path.child("spec");
  checkPodSpec(spec, specPath, {}, errors);
  checkProfilesMatch(metadata, spec, specPath, errors);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    const detail = "ephemeral containers not allowed in pod template";
    errors.push(forbiddenField(specPath.child("ephemeralContainers"), detail));
  }
  return errors;
}
