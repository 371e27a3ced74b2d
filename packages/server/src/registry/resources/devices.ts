/** @see kubernetes pkg/registry/resource/{deviceclass,resourceclaim,resourceclaimtemplate,resourceslice}/strategy.go */
import { type FieldError, invalidValue, root } from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import type { ObjectMeta } from "../../api/types.ts";
import { checkTemplateMetadata } from "../../api/validation/claims.ts";
import {
  type ClaimSpec,
  checkDeviceClaim,
  checkDeviceSelectors,
  type ExactRequest,
  type SliceSpec,
  validateResourceSlice,
} from "../../api/validation/devices.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import { type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import type { Strategy } from "../strategy.ts";
import { keepMetadata, keepSpec, keepStatus } from "./spec-and-status.ts";
import { specChanged } from "./workload-template.ts";

const GROUP = "resource.k8s.io";
const SPEC = root("spec");

function claimSpec(object: KubeObject): ClaimSpec {
  return (object.spec ?? {}) as ClaimSpec;
}

/** A template holds the specification of its claims inside its own. */
function templateSpec(object: KubeObject): ClaimSpec {
  return ((object.spec ?? {}) as { spec?: ClaimSpec }).spec ?? {};
}

function sliceSpec(object: KubeObject): SliceSpec {
  return (object.spec ?? {}) as SliceSpec;
}

function defaultRequest(request: ExactRequest): void {
  request.allocationMode ||= "ExactCount";
  if (request.allocationMode === "ExactCount" && !request.count) request.count = 1;
}

function defaultClaim({ devices }: ClaimSpec): void {
  for (const { exactly, firstAvailable } of devices?.requests ?? []) {
    if (exactly != null) defaultRequest(exactly);
    for (const choice of firstAvailable ?? []) defaultRequest(choice);
  }
}

/** What is asked for does not change. */
function validateFixedSpec(type: string, object: KubeObject, old: KubeObject): FieldError[] {
  if (semanticEqual(object.spec, old.spec)) return [];
  return [invalidValue(SPEC, internalForm(type, object.spec), IMMUTABLE)];
}

function validateTemplate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { metadata } = (object.spec ?? {}) as { metadata?: ObjectMeta };
  checkTemplateMetadata(metadata, SPEC.child("metadata"), errors);
  checkDeviceClaim(templateSpec(object), SPEC.child("spec"), errors);
  return errors;
}

export const resourceClaimsStrategy: Strategy = {
  group: GROUP,
  resource: "resourceclaims",
  defaults: (object) => defaultClaim(claimSpec(object)),
  prepareForCreate: (object) => {
    object.status = {};
  },
  validateCreate: (object) => {
    const errors: FieldErrors = [];
    checkDeviceClaim(claimSpec(object), SPEC, errors);
    return errors;
  },
  prepareForUpdate: keepStatus,
  updateChecks: ["whole", "change", "own"],
  validateUpdate: (object, old) => validateFixedSpec("resource.v1.ResourceClaimSpec", object, old),
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: (object, old) => {
        keepSpec(object, old);
        keepMetadata(object, old);
      },
      resetFields: [["metadata"], ["spec"]],
    },
  },
};

export const resourceClaimTemplatesStrategy: Strategy = {
  group: GROUP,
  resource: "resourceclaimtemplates",
  defaults: (object) => defaultClaim(templateSpec(object)),
  validateCreate: validateTemplate,
  updateChecks: ["whole", "own", "change"],
  validateUpdate: (object, old) => [
    ...validateTemplate(object),
    ...validateFixedSpec("resource.v1.ResourceClaimTemplateSpec", object, old),
  ],
};

function validateDeviceClass(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { selectors } = (object.spec ?? {}) as Pick<ExactRequest, "selectors">;
  checkDeviceSelectors(selectors, SPEC.child("selectors"), errors);
  return errors;
}

export const deviceClassesStrategy: Strategy = {
  group: GROUP,
  resource: "deviceclasses",
  validateCreate: validateDeviceClass,
  updateChecks: ["whole", "change", "own"],
  validateUpdate: validateDeviceClass,
  changesGeneration: specChanged,
};

export const resourceSlicesStrategy: Strategy = {
  group: GROUP,
  resource: "resourceslices",
  validateCreate: (object) => validateResourceSlice(sliceSpec(object)),
  validateUpdate: (object, old) => validateResourceSlice(sliceSpec(object), sliceSpec(old)),
  changesGeneration: specChanged,
  hasNamespaceField: false,
  selectableFields: (object) => ({
    "spec.nodeName": sliceSpec(object).nodeName ?? "",
    "spec.driver": sliceSpec(object).driver ?? "",
  }),
};
