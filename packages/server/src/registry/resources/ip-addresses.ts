/** @see kubernetes pkg/registry/networking/ipaddress/strategy.go, pkg/apis/networking/validation */
import { type FieldError, invalidValue, required, root } from "../../api/field-error.ts";
import { internalForm } from "../../api/internal-form.ts";
import type { KubeObject } from "../../api/object.ts";
import { checkStrictIp } from "../../api/validation/cidr.ts";
import { requirePathSegment } from "../../api/validation/domain-paths.ts";
import { semanticEqual } from "../../api/validation/equality.ts";
import {
  checkComplaints,
  checkDnsSubdomain,
  type FieldErrors,
  IMMUTABLE,
} from "../../api/validation/field-checks.ts";
import { pathSegmentComplaints } from "../../api/validation/names.ts";
import type { Strategy } from "../strategy.ts";

interface ParentRef {
  group?: string;
  resource?: string;
  namespace?: string;
  name?: string;
}

const PARENT = root("spec", "parentRef");

function parentOf(object: KubeObject): ParentRef | null | undefined {
  return ((object.spec ?? {}) as { parentRef?: ParentRef | null }).parentRef;
}

/** The name is the address, in its canonical text. */
function nameComplaints(name: string): string[] {
  const errors: FieldErrors = [];
  checkStrictIp(name, root(), errors);
  return errors.map(({ message }) =>
    message.slice(message.indexOf(": ", "Invalid value: ".length) + 2),
  );
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const parent = parentOf(object);
  if (parent == null) return [required(PARENT)];
  if (parent.group) checkDnsSubdomain(parent.group, PARENT.child("group"), errors);
  requirePathSegment(parent.resource, PARENT.child("resource"), errors);
  requirePathSegment(parent.name, PARENT.child("name"), errors);
  if (parent.namespace) {
    const complaints = pathSegmentComplaints(parent.namespace, false);
    checkComplaints(parent.namespace, complaints, PARENT.child("namespace"), errors);
  }
  return errors;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = validate(object);
  const parent = parentOf(object);
  if (!semanticEqual(parent, parentOf(old))) {
    errors.push(
      invalidValue(PARENT, internalForm("*networking.v1.ParentReference", parent), IMMUTABLE),
    );
  }
  return errors;
}

export const ipAddressesStrategy: Strategy = {
  group: "networking.k8s.io",
  resource: "ipaddresses",
  validateName: nameComplaints,
  validateCreate: validate,
  updateChecks: ["whole", "own", "change"],
  validateUpdate,
};
