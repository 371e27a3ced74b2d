/** @see kubernetes pkg/registry/coordination/lease/strategy.go, pkg/apis/coordination/validation */
import { type FieldError, invalidValue, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import type { FieldErrors } from "../../api/validation/field-checks.ts";
import type { Strategy } from "../strategy.ts";

interface LeaseSpec {
  leaseDurationSeconds?: number;
  leaseTransitions?: number;
  /** Coordinated leader election, which is off by default: dropped. */
  strategy?: string;
  preferredHolder?: string;
}

function specOf(object: KubeObject): LeaseSpec {
  return (object.spec ?? {}) as LeaseSpec;
}

function dropElection(object: KubeObject, old?: KubeObject): void {
  const spec = specOf(object);
  const before = old === undefined ? {} : specOf(old);
  if (before.strategy == null) delete spec.strategy;
  if (before.preferredHolder == null) delete spec.preferredHolder;
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { leaseDurationSeconds, leaseTransitions } = specOf(object);
  const path = root("spec");
  if (leaseDurationSeconds != null && leaseDurationSeconds <= 0) {
    const field = path.child("leaseDurationSeconds");
    errors.push(invalidValue(field, leaseDurationSeconds, "must be greater than 0"));
  }
  if (leaseTransitions != null && leaseTransitions < 0) {
    const field = path.child("leaseTransitions");
    errors.push(invalidValue(field, leaseTransitions, "must be greater than or equal to 0"));
  }
  return errors;
}

export const leasesStrategy: Strategy = {
  group: "coordination.k8s.io",
  resource: "leases",
  createOnUpdate: true,
  requiresResourceVersion: true,
  metadataRules: { anyFinalizer: true },
  prepareForCreate: (object) => dropElection(object),
  prepareForUpdate: (object, old) => dropElection(object, old),
  validateCreate: validate,
  validateUpdate: validate,
};
