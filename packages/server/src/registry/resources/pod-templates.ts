/** @see kubernetes pkg/registry/core/podtemplate/strategy.go */
import { defaultPodTemplateSpec } from "../../api/defaults/pod.ts";
import { root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import type { PodTemplateSpec } from "../../api/validation/pod-shapes.ts";
import { validatePodTemplateSpec } from "../../api/validation/pod-template.ts";
import { podWarnings } from "../../api/validation/pod-warnings.ts";
import type { Strategy } from "../strategy.ts";
import { dropDisabledFields } from "./pods.ts";

const TEMPLATE = root("template");

function templateOf(object: KubeObject): PodTemplateSpec {
  return (object.template ?? {}) as PodTemplateSpec;
}

function changed(object: KubeObject, old: KubeObject): boolean {
  return !semanticEqual(object.template, old.template);
}

function warnings(object: KubeObject): string[] {
  const { spec = {}, metadata = {} } = templateOf(object);
  return podWarnings(spec, metadata, TEMPLATE);
}

export const podTemplatesStrategy: Strategy = {
  group: "",
  resource: "podtemplates",
  defaults: (object) => {
    object.template ??= {};
    defaultPodTemplateSpec(templateOf(object));
  },
  prepareForCreate: (object) => dropDisabledFields(templateOf(object).spec ?? {}),
  prepareForUpdate: (object, old) =>
    dropDisabledFields(templateOf(object).spec ?? {}, templateOf(old).spec),
  validateCreate: (object) => validatePodTemplateSpec(templateOf(object), TEMPLATE),
  validateUpdate: (object) => validatePodTemplateSpec(templateOf(object), TEMPLATE),
  warningsOnCreate: warnings,
  warningsOnUpdate: (object, old) => (changed(object, old) ? warnings(object) : []),
  changesGeneration: changed,
};
