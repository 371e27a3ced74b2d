/** Annotations that pods and their templates understand, most of them older forms of fields. */

import { type FieldPath, forbiddenField, invalidValue } from "../field-error.ts";
import type { ObjectMeta } from "../types.ts";
import type { FieldErrors } from "./field-checks.ts";
import { checkDescendingPath } from "./paths.ts";
import type { LocalhostProfile, PodSpec, Toleration } from "./pod-shapes.ts";
import { checkTolerations } from "./scheduling.ts";
import { forEachContainer } from "./windows-security-context.ts";

/** A pod that a kubelet mirrors from a file. */
export const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
export const SECCOMP_POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
export const SECCOMP_CONTAINER_PREFIX = "container.seccomp.security.alpha.kubernetes.io/";
export const APPARMOR_PREFIX = "container.apparmor.security.beta.kubernetes.io/";
const TOLERATIONS_ANNOTATION = "scheduler.alpha.kubernetes.io/tolerations";
const DELETION_COST_ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";

type Annotations = Readonly<Record<string, string>>;

function isInt32(text: string): boolean {
  if (!/^(0|-0*\d+|[1-9]\d*)$/.test(text)) return false;
  const value = Number(text);
  return value >= -(2 ** 31) && value < 2 ** 31;
}

function checkSeccompValue(value: string, path: FieldPath, errors: FieldErrors): void {
  if (value === "runtime/default" || value === "docker/default" || value === "unconfined") return;
  if (value.startsWith("localhost/")) {
    checkDescendingPath(value.slice("localhost/".length), path, errors);
  } else errors.push(invalidValue(path, value, "must be a valid seccomp profile"));
}

function checkTolerationsAnnotation(text: string, path: FieldPath, errors: FieldErrors): void {
  try {
    const tolerations = JSON.parse(text) as Toleration[];
    checkTolerations(tolerations, path.child(TOLERATIONS_ANNOTATION), errors);
  } catch (error) {
    errors.push(invalidValue(path, TOLERATIONS_ANNOTATION, String(error)));
  }
}

function hasContainer(spec: PodSpec, name: string): boolean {
  return [spec.initContainers, spec.containers, spec.ephemeralContainers].some((list) =>
    list?.some((container) => container.name === name),
  );
}

function checkProfiles(
  annotations: Annotations,
  spec: PodSpec,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const seccomp = annotations[SECCOMP_POD_ANNOTATION];
  if (seccomp !== undefined) checkSeccompValue(seccomp, path.child(SECCOMP_POD_ANNOTATION), errors);
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith(SECCOMP_CONTAINER_PREFIX)) checkSeccompValue(value, path.child(key), errors);
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith(APPARMOR_PREFIX)) continue;
    const container = key.slice(APPARMOR_PREFIX.length);
    if (!hasContainer(spec, container)) {
      errors.push(invalidValue(path.key(key), container, "container not found"));
    }
    const known = value === "" || value === "runtime/default" || value === "unconfined";
    if (!known && !value.startsWith("localhost/")) {
      const detail = `invalid AppArmor profile name: ${JSON.stringify(value)}`;
      errors.push(invalidValue(path.key(key), value, detail));
    }
  }
}

/** @param path - of the annotations */
export function checkPodAnnotations(
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (annotations == null) return;
  const mirror = annotations[MIRROR_ANNOTATION];
  if (mirror !== undefined && (spec.nodeName ?? "") === "") {
    const detail = "must set spec.nodeName if mirror pod annotation is set";
    errors.push(invalidValue(path.key(MIRROR_ANNOTATION), mirror, detail));
  }
  const tolerations = annotations[TOLERATIONS_ANNOTATION] ?? "";
  if (tolerations !== "") checkTolerationsAnnotation(tolerations, path, errors);
  const cost = annotations[DELETION_COST_ANNOTATION];
  if (cost !== undefined && !isInt32(cost)) {
    errors.push(invalidValue(path.key(DELETION_COST_ANNOTATION), cost, "must be a 32bit integer"));
  }
  checkProfiles(annotations, spec, path, errors);
}

/** Annotations that say what a pod is, and so cannot change. */
export function checkPodAnnotationChanges(
  annotations: Annotations,
  old: Annotations,
  path: FieldPath,
  errors: FieldErrors,
): void {
  for (const [key, value] of Object.entries(old)) {
    if (annotations[key] === value) continue;
    if (key.startsWith(APPARMOR_PREFIX)) {
      const detail = "may not remove or update AppArmor annotations";
      errors.push(forbiddenField(path.key(key), detail));
    }
    if (key === MIRROR_ANNOTATION) {
      const detail = "may not remove or update mirror pod annotation";
      errors.push(forbiddenField(path.key(key), detail));
    }
  }
  for (const key of Object.keys(annotations)) {
    if (key in old) continue;
    if (key.startsWith(APPARMOR_PREFIX)) {
      errors.push(forbiddenField(path.key(key), "may not add AppArmor annotations"));
    }
    if (key === MIRROR_ANNOTATION) {
      errors.push(forbiddenField(path.key(key), "may not add mirror pod annotation"));
    }
  }
}

/** The profile that an annotation's value stands for; undefined when it stands for none. */
export function profileOfAnnotation(value: string): LocalhostProfile | undefined {
  if (value === "unconfined") return { type: "Unconfined" };
  if (value === "runtime/default" || value === "docker/default") return { type: "RuntimeDefault" };
  if (!value.startsWith("localhost/")) return undefined;
  return { type: "Localhost", localhostProfile: value.slice("localhost/".length) };
}

function checkMatch(
  what: "seccomp" | "apparmor",
  annotation: string | undefined,
  profile: LocalhostProfile | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (annotation === undefined || profile == null) return;
  const meant = profileOfAnnotation(annotation);
  if (meant?.type !== profile.type) {
    const detail = `${what} type in annotation and field must match`;
    errors.push(forbiddenField(path.child("type"), detail));
  } else if (meant?.localhostProfile !== profile.localhostProfile) {
    const detail = `${what} profile in annotation and field must match`;
    errors.push(forbiddenField(path.child("localhostProfile"), detail));
  }
}

/** A profile that is given by annotation and by field has to be the same one. @param path - of the spec */
export function checkProfilesMatch(
  metadata: ObjectMeta,
  spec: PodSpec,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { annotations } = metadata;
  if (annotations == null) return;
  const context = path.child("securityContext", "seccompProfile");
  const own = spec.securityContext;
  checkMatch("seccomp", annotations[SECCOMP_POD_ANNOTATION], own?.seccompProfile, context, errors);
  forEachContainer(spec, path, ({ name = "", securityContext }, at) => {
    const annotation = annotations[SECCOMP_CONTAINER_PREFIX + name];
    const field = at.child("securityContext", "seccompProfile");
    checkMatch("seccomp", annotation, securityContext?.seccompProfile, field, errors);
  });
  if (spec.os?.name === "windows") return;
  forEachContainer(spec, path, ({ name = "", securityContext }, at) => {
    const profile = securityContext?.appArmorProfile ?? own?.appArmorProfile;
    const field = at.child("securityContext", "appArmorProfile");
    checkMatch("apparmor", annotations[APPARMOR_PREFIX + name], profile, field, errors);
  });
}
