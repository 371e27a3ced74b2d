/** Stateful sets. @see kubernetes pkg/apis/apps/validation/validation.go */
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../field-error.ts";
import { internalForm } from "../internal-form.ts";
import { checkCounters, checkPodCounters } from "./apps.ts";
import { checkClaimSpec } from "./claims.ts";
import { semanticEqual } from "./equality.ts";
import { checkDnsLabel, checkNonNegative, type FieldErrors } from "./field-checks.ts";
import { checkAnnotations, checkLabels } from "./metadata.ts";
import { checkPodAnnotations } from "./pod-annotations.ts";
import type { PodTemplateSpec, Volume } from "./pod-shapes.ts";
import { validatePodTemplateSpec } from "./pod-template.ts";
import type { StatefulSetSpec, WorkloadStatus } from "./workload-shapes.ts";
import {
  amountOf,
  checkAtMostHundredPercent,
  checkCountOrPercent,
  checkEverlasting,
  checkNotDecremented,
  checkRequiredSelector,
  checkTemplateLabels,
  selectsLabels,
} from "./workload-template.ts";

const SPEC = root("spec");
const TEMPLATE = SPEC.child("template");
const STATUS = root("status");
const RETENTION = ["Retain", "Delete"];
const FORBIDDEN_CHANGE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

interface Leniency {
  /** On updates: what cannot change may be as wrong as it was. */
  readonly isUpdate: boolean;
  /** The stored template was not valid either. */
  readonly skipTemplate: boolean;
}

function checkRollingUpdate(
  update: NonNullable<NonNullable<StatefulSetSpec["updateStrategy"]>["rollingUpdate"]>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { partition, maxUnavailable } = update;
  checkNonNegative(partition, path, "partition", errors);
  if (maxUnavailable == null) return;
  checkCountOrPercent(maxUnavailable, path, "maxUnavailable", errors);
  if (amountOf(maxUnavailable) === 0) {
    errors.push(invalidValue(path.child("maxUnavailable"), maxUnavailable, "cannot be 0"));
  }
  checkAtMostHundredPercent(maxUnavailable, path, "maxUnavailable", errors);
}

function checkUpdateStrategy(spec: StatefulSetSpec, errors: FieldErrors): void {
  const path = SPEC.child("updateStrategy");
  const { type = "", rollingUpdate } = spec.updateStrategy ?? {};
  if (type === "") errors.push(required(path));
  else if (type === "OnDelete") {
    if (rollingUpdate == null) return;
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    const shown = internalForm("apps.v1.RollingUpdateStatefulSetStrategy", rollingUpdate);
    errors.push(invalidValue(path.child("rollingUpdate"), shown, detail));
  } else if (type === "RollingUpdate") {
    if (rollingUpdate != null)
      checkRollingUpdate(rollingUpdate, path.child("rollingUpdate"), errors);
  } else {
    const shown = internalForm("apps.v1.StatefulSetUpdateStrategy", spec.updateStrategy);
    errors.push(invalidValue(path, shown, "must be 'RollingUpdate' or 'OnDelete'"));
  }
}

function checkPolicies(spec: StatefulSetSpec, errors: FieldErrors): void {
  const management = spec.podManagementPolicy ?? "";
  const field = SPEC.child("podManagementPolicy");
  if (management === "") errors.push(required(field));
  else if (management !== "OrderedReady" && management !== "Parallel") {
    errors.push(invalidValue(field, management, "must be 'OrderedReady' or 'Parallel'"));
  }
  checkUpdateStrategy(spec, errors);
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  if (retention == null) return;
  for (const name of ["whenDeleted", "whenScaled"] as const) {
    const value = retention[name] ?? "";
    if (RETENTION.includes(value)) continue;
    const path = SPEC.child("persistentVolumeClaimRetentionPolicy", name);
    errors.push(notSupported(path, value, RETENTION));
  }
}

/** The template as its pods will be: with volumes of claims, without the names the controller sets. */
function templateOfPods(spec: StatefulSetSpec): PodTemplateSpec {
  const template = spec.template ?? {};
  const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? "");
  const { subdomain: _sub, hostname: _host, ...podSpec } = template.spec ?? {};
  if (claims.length === 0) return { ...template, spec: podSpec };
  const volumes: Volume[] = [...new Set(claims)].map((name) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  const own = (podSpec.volumes ?? []).filter(({ name = "" }) => !claims.includes(name));
  return { ...template, spec: { ...podSpec, volumes: [...volumes, ...own] } };
}

function checkTemplate(spec: StatefulSetSpec, leniency: Leniency, errors: FieldErrors): void {
  const template = templateOfPods(spec);
  const { labels, annotations } = template.metadata ?? {};
  if (selectsLabels(spec.selector, labels) === undefined) {
    errors.push(
      invalidValue(
        SPEC.child("selector"),
        internalForm("*meta.v1.LabelSelector", spec.selector),
        "",
      ),
    );
  } else {
    checkTemplateLabels(spec.selector, template, TEMPLATE, errors);
    if (!leniency.skipTemplate) errors.push(...validatePodTemplateSpec(template, TEMPLATE));
    // Upstream looks at these a second time.
    checkLabels(labels, TEMPLATE.child("labels"), errors);
    if (annotations) {
      const path = TEMPLATE.child("annotations");
      checkAnnotations(annotations, path, errors);
      checkPodAnnotations(annotations, template.spec ?? {}, path, errors);
    }
  }
  checkEverlasting(template, TEMPLATE, "StatefulSet", errors);
}

function checkSpec(spec: StatefulSetSpec, leniency: Leniency): FieldError[] {
  const errors: FieldErrors = [];
  checkPolicies(spec, errors);
  if (!leniency.isUpdate) {
    const claims = SPEC.child("volumeClaimTemplates");
    spec.volumeClaimTemplates?.forEach((claim, index) => {
      checkClaimSpec(claim.spec ?? {}, claims.index(index).child("spec"), errors);
    });
  }
  checkNonNegative(spec.replicas, SPEC, "replicas", errors);
  checkNonNegative(spec.minReadySeconds, SPEC, "minReadySeconds", errors);
  if (spec.ordinals != null) checkNonNegative(spec.ordinals.start, SPEC, "ordinals.start", errors);
  if (!leniency.isUpdate && spec.serviceName) {
    checkDnsLabel(spec.serviceName, SPEC.child("serviceName"), errors);
  }
  checkRequiredSelector(spec.selector, SPEC.child("selector"), "statefulset", errors);
  checkTemplate(spec, leniency, errors);
  return errors;
}

export function validateStatefulSet(spec: StatefulSetSpec): FieldError[] {
  return checkSpec(spec, { isUpdate: false, skipTemplate: false });
}

/** What may change, taken from the stored specification. */
function withPermittedChanges(spec: StatefulSetSpec, old: StatefulSetSpec): StatefulSetSpec {
  const { replicas, template, updateStrategy, minReadySeconds, ordinals, ...rest } = old;
  const { revisionHistoryLimit, persistentVolumeClaimRetentionPolicy } = rest;
  return {
    ...spec,
    replicas: replicas ?? null,
    ...(template === undefined ? {} : { template }),
    ...(updateStrategy === undefined ? {} : { updateStrategy }),
    minReadySeconds: minReadySeconds ?? 0,
    ordinals: ordinals ?? null,
    revisionHistoryLimit: revisionHistoryLimit ?? null,
    persistentVolumeClaimRetentionPolicy: persistentVolumeClaimRetentionPolicy ?? null,
  };
}

export function validateStatefulSetUpdate(
  spec: StatefulSetSpec,
  old: StatefulSetSpec,
): FieldError[] {
  const update = { isUpdate: true, skipTemplate: false };
  const skipTemplate = checkSpec(old, update).length > 0;
  const errors = checkSpec(spec, { isUpdate: true, skipTemplate });
  if (!semanticEqual(withPermittedChanges(spec, old), old)) {
    errors.push(forbiddenField(SPEC, FORBIDDEN_CHANGE));
  }
  return errors;
}

export function validateStatefulSetStatus(
  status: WorkloadStatus,
  old: WorkloadStatus,
): FieldError[] {
  const errors: FieldErrors = [];
  const pods = ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];
  checkCounters(status, ["replicas", ...pods, "observedGeneration", "collisionCount"], errors);
  checkPodCounters(status, pods, "status.readyReplicas", errors);
  const field = STATUS.child("collisionCount");
  checkNotDecremented(status.collisionCount, old.collisionCount, field, errors);
  return errors;
}
