/** @see kubernetes pkg/registry/networking/ingress/strategy.go */
import { type FieldError, invalidValue, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import {
  type IngressPoint,
  type IngressSpec,
  validateIngress,
  validateIngressPoints,
} from "../../api/validation/ingresses.ts";
import { ipAddressWarnings } from "../../api/validation/ip-address.ts";
import type { Strategy } from "../strategy.ts";
import { keepSpec, keepStatus } from "./spec-and-status.ts";
import { specChanged } from "./workload-template.ts";

/** Where the class stood before there was a field for it. */
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

function specOf(object: KubeObject): IngressSpec {
  return (object.spec ?? {}) as IngressSpec;
}

function pointsOf(object: KubeObject): readonly IngressPoint[] {
  const status = (object.status ?? {}) as {
    loadBalancer?: { ingress?: IngressPoint[] | null };
  };
  return status.loadBalancer?.ingress ?? [];
}

function validateCreate(object: KubeObject): FieldError[] {
  const errors = validateIngress(specOf(object));
  const annotated = object.metadata.annotations?.[CLASS_ANNOTATION];
  const { ingressClassName } = specOf(object);
  if (annotated !== undefined && ingressClassName != null && annotated !== ingressClassName) {
    const detail = "must match `ingressClassName` when both are specified";
    errors.push(invalidValue(root("annotations", CLASS_ANNOTATION), annotated, detail));
  }
  return errors;
}

function warningsOnCreate(object: KubeObject): string[] {
  const annotated = object.metadata.annotations?.[CLASS_ANNOTATION] !== undefined;
  if (!annotated || specOf(object).ingressClassName != null) return [];
  return [
    `annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`,
  ];
}

export const ingressesStrategy: Strategy = {
  group: "networking.k8s.io",
  resource: "ingresses",
  prepareForCreate: (object) => {
    object.status = {};
  },
  validateCreate,
  warningsOnCreate,
  prepareForUpdate: keepStatus,
  updateChecks: ["change", "whole", "own"],
  validateUpdate: (object, old) => validateIngress(specOf(object), specOf(old)),
  changesGeneration: specChanged,
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: keepSpec,
      validateUpdate: (object, old) => validateIngressPoints(pointsOf(object), pointsOf(old)),
      warningsOnUpdate: (object) =>
        pointsOf(object).flatMap(({ ip = "" }, index) =>
          ip === ""
            ? []
            : ipAddressWarnings(ip, root("status", "loadBalancer", "ingress").index(index)),
        ),
      resetFields: [["spec"]],
    },
  },
};
