/** @see kubernetes pkg/registry/admissionregistration/{validating,mutating}admissionpolicy{,binding} */
import type { KubeObject } from "../../api/object.ts";
import {
  type MutatingPolicySpec,
  type PolicyBindingSpec,
  type ValidatingPolicySpec,
  validateMutatingPolicy,
  validatePolicyBinding,
  validateValidatingPolicy,
} from "../../api/validation/admission-policies.ts";
import type { MatchResources } from "../../api/validation/admission-rules.ts";
import type { Strategy } from "../strategy.ts";
import { keepMetadata, keepSpec, keepStatus } from "./spec-and-status.ts";
import { specChanged } from "./workload-template.ts";

const GROUP = "admissionregistration.k8s.io";

function defaultMatch(match: MatchResources | null | undefined): void {
  if (match == null) return;
  match.matchPolicy ??= "Equivalent";
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rules of [match.resourceRules, match.excludeResourceRules]) {
    for (const rule of rules ?? []) rule.scope ??= "*";
  }
}

function defaultPolicy(object: KubeObject): void {
  object.spec ??= {};
  const spec = object.spec as ValidatingPolicySpec;
  spec.failurePolicy ??= "Fail";
  defaultMatch(spec.matchConstraints);
}

function defaultBinding(object: KubeObject): void {
  defaultMatch(((object.spec ?? {}) as PolicyBindingSpec).matchResources);
}

function bindingSpec(object: KubeObject): PolicyBindingSpec {
  return (object.spec ?? {}) as PolicyBindingSpec;
}

function validatePolicy(object: KubeObject) {
  const spec = (object.spec ?? {}) as ValidatingPolicySpec;
  return validateValidatingPolicy(spec, object.metadata.name ?? "");
}

export const validatingAdmissionPoliciesStrategy: Strategy = {
  group: GROUP,
  resource: "validatingadmissionpolicies",
  requiresResourceVersion: true,
  metadataRules: { anyFinalizer: true },
  updateChecks: ["whole", "own"],
  defaults: defaultPolicy,
  prepareForCreate: (object) => {
    object.status = {};
  },
  validateCreate: validatePolicy,
  prepareForUpdate: keepStatus,
  validateUpdate: validatePolicy,
  changesGeneration: specChanged,
  resetFields: [["status"]],
  subresources: {
    status: {
      prepareForUpdate: (object, old) => {
        keepSpec(object, old);
        keepMetadata(object, old);
      },
      updateChecks: ["own"],
      resetFields: [["spec"], ["metadata"]],
    },
  },
};

export const mutatingAdmissionPoliciesStrategy: Strategy = {
  group: GROUP,
  resource: "mutatingadmissionpolicies",
  requiresResourceVersion: true,
  metadataRules: { anyFinalizer: true },
  updateChecks: ["whole", "own"],
  defaults: defaultPolicy,
  validateCreate: (object) => validateMutatingPolicy((object.spec ?? {}) as MutatingPolicySpec),
  validateUpdate: (object) => validateMutatingPolicy((object.spec ?? {}) as MutatingPolicySpec),
  changesGeneration: specChanged,
};

function bindingStrategy(resource: string, validates: boolean): Strategy {
  return {
    group: GROUP,
    resource,
    requiresResourceVersion: true,
    metadataRules: { anyFinalizer: true },
    updateChecks: ["whole", "own"],
    defaults: defaultBinding,
    validateCreate: (object) => validatePolicyBinding(bindingSpec(object), validates),
    validateUpdate: (object) => validatePolicyBinding(bindingSpec(object), validates),
    changesGeneration: specChanged,
  };
}

export const validatingAdmissionPolicyBindingsStrategy: Strategy = bindingStrategy(
  "validatingadmissionpolicybindings",
  true,
);

export const mutatingAdmissionPolicyBindingsStrategy: Strategy = bindingStrategy(
  "mutatingadmissionpolicybindings",
  false,
);
