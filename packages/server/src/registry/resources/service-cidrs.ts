/** @see kubernetes pkg/registry/networking/servicecidr/strategy.go, pkg/apis/networking/validation */
import { type FieldError, invalidValue, required, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { checkStrictCidr } from "../../api/validation/cidr.ts";
import { type FieldErrors, IMMUTABLE } from "../../api/validation/field-checks.ts";
import type { Strategy } from "../strategy.ts";
import { keepMetadata, keepSpec, keepStatus } from "./spec-and-status.ts";

const CIDRS = root("spec", "cidrs");

function cidrsOf(object: KubeObject): readonly string[] {
  return ((object.spec ?? {}) as { cidrs?: string[] | null }).cidrs ?? [];
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const cidrs = cidrsOf(object);
  if (cidrs.length === 0) return [required(CIDRS, "at least one CIDR required")];
  if (cidrs.length > 2) {
    return [invalidValue(CIDRS, { CIDRs: cidrs }, "may only hold up to 2 values")];
  }
  cidrs.forEach((cidr, index) => {
    checkStrictCidr(cidr, CIDRS.index(index), errors);
  });
  const [first = "", second] = cidrs;
  if (second !== undefined && first.includes(":") === second.includes(":") && errors.length === 0) {
    const detail =
      "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
    errors.push(invalidValue(CIDRS, cidrs, detail));
  }
  return errors;
}

/** A range stays; a second one, of the other family, may join it. */
function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const cidrs = cidrsOf(object);
  const before = cidrsOf(old);
  const joins = before.length === 1 && cidrs.length === 2;
  if (cidrs.length !== before.length && !joins) return [invalidValue(CIDRS, cidrs, IMMUTABLE)];
  const changed = before.flatMap((cidr, index) =>
    cidr === cidrs[index] ? [] : [invalidValue(CIDRS.index(index), cidrs[index], IMMUTABLE)],
  );
  return joins ? [...changed, ...validate(object)] : changed;
}

export const serviceCidrsStrategy: Strategy = {
  group: "networking.k8s.io",
  resource: "servicecidrs",
  prepareForCreate: (object) => {
    object.status = {};
  },
  validateCreate: validate,
  prepareForUpdate: keepStatus,
  validateUpdate,
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
