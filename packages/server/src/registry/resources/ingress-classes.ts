/** @see kubernetes pkg/registry/networking/ingressclass/strategy.go, pkg/apis/networking/validation */
import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
  tooLong,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { checkDomainPrefixedPath, requirePathSegment } from "../../api/validation/domain-paths.ts";
import {
  checkDnsLabel,
  checkDnsSubdomain,
  type FieldErrors,
  IMMUTABLE,
} from "../../api/validation/field-checks.ts";
import type { Strategy } from "../strategy.ts";
import { specChanged } from "./workload-template.ts";

interface Parameters {
  apiGroup?: string | null;
  kind?: string;
  name?: string;
  scope?: string | null;
  namespace?: string | null;
}

interface IngressClassSpec {
  controller?: string;
  parameters?: Parameters | null;
}

const SPEC = root("spec");
const CONTROLLER_MAX_BYTES = 250;

function specOf(object: KubeObject): IngressClassSpec {
  return (object.spec ?? {}) as IngressClassSpec;
}

function checkScope({ scope, namespace }: Parameters, path: FieldPath, errors: FieldErrors): void {
  if (scope == null) errors.push(required(path.child("scope")));
  else if (scope === "Namespace") {
    const field = path.child("namespace");
    if (namespace == null) {
      errors.push(required(field, "`parameters.scope` is set to 'Namespace'"));
    } else checkDnsLabel(namespace, field, errors);
  } else if (scope === "Cluster") {
    if (namespace == null) return;
    const detail = "`parameters.scope` is set to 'Cluster'";
    errors.push(forbiddenField(path.child("namespace"), detail));
  } else errors.push(notSupported(path.child("scope"), scope, ["Cluster", "Namespace"]));
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { controller = "", parameters } = specOf(object);
  const field = SPEC.child("controller");
  if (controller.length > CONTROLLER_MAX_BYTES) errors.push(tooLong(field, CONTROLLER_MAX_BYTES));
  checkDomainPrefixedPath(controller, field, errors);
  if (parameters == null) return errors;
  const path = SPEC.child("parameters");
  if (parameters.apiGroup != null) {
    checkDnsSubdomain(parameters.apiGroup, path.child("apiGroup"), errors);
  }
  requirePathSegment(parameters.kind, path.child("kind"), errors);
  requirePathSegment(parameters.name, path.child("name"), errors);
  checkScope(parameters, path, errors);
  return errors;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { controller = "" } = specOf(object);
  const changed = controller !== (specOf(old).controller ?? "");
  const errors = changed ? [invalidValue(SPEC.child("controller"), controller, IMMUTABLE)] : [];
  return [...errors, ...validate(object)];
}

export const ingressClassesStrategy: Strategy = {
  group: "networking.k8s.io",
  resource: "ingressclasses",
  defaults: (object) => {
    const { parameters } = specOf(object);
    if (parameters != null) parameters.scope ??= "Cluster";
  },
  validateCreate: validate,
  updateChecks: ["change", "whole", "own"],
  validateUpdate,
  changesGeneration: specChanged,
};
