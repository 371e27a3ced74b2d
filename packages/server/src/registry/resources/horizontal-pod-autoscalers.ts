/** @see kubernetes pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go */
import { defaultAutoscaler } from "../../api/defaults/autoscaling.ts";
import { type FieldError, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import type {
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
} from "../../api/types.ts";
import { validateAutoscaler } from "../../api/validation/autoscaling.ts";
import { checkNonNegative, type FieldErrors } from "../../api/validation/field-checks.ts";
import type { Strategy } from "../strategy.ts";
import { autoscalerFromV1, autoscalerToV1, ROUND_TRIP } from "./autoscaler-conversion.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";

const V1 = "autoscaling/v1";

/** Requests of the older version bring objects of the older version: rules are those of the newer. */
function specOf(object: KubeObject): HorizontalPodAutoscalerSpec {
  const converted = object.apiVersion === V1 ? autoscalerFromV1(object) : object;
  return (converted.spec ?? {}) as HorizontalPodAutoscalerSpec;
}

function applyDefaults(object: KubeObject): void {
  object.spec ??= {};
  const spec = object.spec as HorizontalPodAutoscalerSpec;
  if (object.apiVersion === V1) {
    spec.minReplicas ??= 1;
    object.spec = autoscalerToV1(autoscalerFromV1(object)).spec;
  } else defaultAutoscaler(spec);
}

function validateStatus(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const path = root("status");
  const status = (object.status ?? {}) as Partial<HorizontalPodAutoscalerStatus>;
  checkNonNegative(status.currentReplicas, path, "currentReplicas", errors);
  checkNonNegative(status.desiredReplicas, path, "desiredReplicas", errors);
  return errors;
}

export const horizontalPodAutoscalersStrategy: Strategy = {
  group: "autoscaling",
  resource: "horizontalpodautoscalers",
  convertedAnnotations: ROUND_TRIP,
  defaults: applyDefaults,
  prepareForCreate: (object) => {
    object.status = {};
  },
  validateCreate: (object) => validateAutoscaler(specOf(object)),
  prepareForUpdate: keepStatus,
  validateUpdate: (object, old) => validateAutoscaler(specOf(object), specOf(old)),
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: keepSpec,
      validateUpdate: validateStatus,
      resetFields: [["spec"]],
    },
  },
};
