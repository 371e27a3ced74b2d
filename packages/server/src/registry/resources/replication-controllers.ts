/** @see kubernetes pkg/registry/core/replicationcontroller/strategy.go, pkg/apis/core/validation/validation.go */
import { defaultPodTemplateSpec } from "../../api/defaults/pod.ts";
import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
} from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { checkNonNegative, type FieldErrors } from "../../api/validation/field-checks.ts";
import { dnsLabelComplaints } from "../../api/validation/names.ts";
import type { PodTemplateSpec } from "../../api/validation/pod-shapes.ts";
import { validatePodTemplateSpec } from "../../api/validation/pod-template.ts";
import { podWarnings } from "../../api/validation/pod-warnings.ts";
import type { Strategy } from "../strategy.ts";
import { dropDisabledFields } from "./pods.ts";

interface ReplicationController extends KubeObject {
  spec?: {
    replicas?: number;
    minReadySeconds?: number;
    selector?: Record<string, string>;
    template?: PodTemplateSpec;
  };
  status?: {
    replicas?: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
  };
}

const SPEC = root("spec");
const TEMPLATE = SPEC.child("template");

function applyDefaults(object: KubeObject): void {
  const controller = object as ReplicationController;
  controller.spec ??= {};
  const { spec } = controller;
  spec.replicas ??= 1;
  if (spec.template == null) return;
  defaultPodTemplateSpec(spec.template);
  const labels = spec.template.metadata?.labels;
  if (labels == null) return;
  if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  if (Object.keys(controller.metadata.labels ?? {}).length === 0) {
    controller.metadata.labels = { ...labels };
  }
}

function checkTemplate(controller: ReplicationController, errors: FieldErrors): void {
  const { template, selector = {} } = controller.spec ?? {};
  if (template == null) {
    errors.push(required(TEMPLATE));
    return;
  }
  const labels = template.metadata?.labels ?? {};
  if (!Object.entries(selector).every(([key, value]) => labels[key] === value)) {
    const detail = "`selector` does not match template `labels`";
    const shown = internalForm("map[string]string", template.metadata?.labels);
    errors.push(invalidValue(TEMPLATE.child("metadata", "labels"), shown, detail));
  }
  errors.push(...validatePodTemplateSpec(template, TEMPLATE));
  const policy = template.spec?.restartPolicy ?? "";
  if (policy !== "Always") {
    errors.push(notSupported(TEMPLATE.child("spec", "restartPolicy"), policy, ["Always"]));
  }
  if (template.spec?.activeDeadlineSeconds != null) {
    const detail = "activeDeadlineSeconds in ReplicationController is not Supported";
    errors.push(forbiddenField(TEMPLATE.child("spec", "activeDeadlineSeconds"), detail));
  }
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const controller = object as ReplicationController;
  const spec = controller.spec ?? {};
  checkNonNegative(spec.minReadySeconds, SPEC, "minReadySeconds", errors);
  if (Object.keys(spec.selector ?? {}).length === 0) errors.push(required(SPEC.child("selector")));
  if (spec.replicas == null) errors.push(required(SPEC.child("replicas")));
  else checkNonNegative(spec.replicas, SPEC, "replicas", errors);
  checkTemplate(controller, errors);
  return errors;
}

function validateStatus(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const path = root("status");
  const status = (object as ReplicationController).status ?? {};
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  for (const name of [
    "replicas",
    "fullyLabeledReplicas",
    "readyReplicas",
    "availableReplicas",
    "observedGeneration",
  ] as const) {
    checkNonNegative(status[name], path, name, errors);
  }
  for (const name of ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"] as const) {
    const value = status[name] ?? 0;
    if (value <= replicas) continue;
    errors.push(invalidValue(path.child(name), value, "cannot be greater than status.replicas"));
  }
  if (availableReplicas > readyReplicas) {
    const field = path.child("availableReplicas");
    errors.push(invalidValue(field, availableReplicas, "cannot be greater than readyReplicas"));
  }
  return errors;
}

function templateWarnings(object: KubeObject): string[] {
  const { spec = {}, metadata = {} } = (object as ReplicationController).spec?.template ?? {};
  return podWarnings(spec, metadata, TEMPLATE);
}

function warningsOnCreate(object: KubeObject): string[] {
  const complaints = dnsLabelComplaints(object.metadata.name ?? "");
  if (complaints.length === 0) return templateWarnings(object);
  const text = `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${complaints.join(" ")}]`;
  return [text, ...templateWarnings(object)];
}

function changed(object: KubeObject, old: KubeObject): boolean {
  return !semanticEqual(object.spec, old.spec);
}

export const replicationControllersStrategy: Strategy = {
  group: "",
  resource: "replicationcontrollers",
  orphansByDefault: true,
  defaults: applyDefaults,
  prepareForCreate: (object) => {
    object.status = {};
    dropDisabledFields((object as ReplicationController).spec?.template?.spec ?? {});
  },
  validateCreate: validate,
  warningsOnCreate,
  prepareForUpdate: (object, old) => {
    object.status = old.status;
    const { spec } = old as ReplicationController;
    const template = (object as ReplicationController).spec?.template?.spec ?? {};
    dropDisabledFields(template, spec?.template?.spec);
  },
  validateUpdate: validate,
  warningsOnUpdate: (object, old) => (changed(object, old) ? templateWarnings(object) : []),
  changesGeneration: changed,
  resetFields: [["status"]],
  selectableFields: (object) => ({
    "status.replicas": String((object as ReplicationController).status?.replicas ?? 0),
  }),
  subresources: {
    status: {
      prepareForUpdate: (object, old) => {
        object.spec = old.spec;
      },
      validateUpdate: validateStatus,
      resetFields: [["spec"]],
    },
  },
};
