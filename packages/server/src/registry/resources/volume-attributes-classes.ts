/** @see kubernetes pkg/registry/storage/volumeattributesclass/strategy.go, pkg/apis/storage/validation */
import { type FieldError, forbiddenField, required, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { equalEntries } from "../../api/validation/equality.ts";
import type { FieldErrors } from "../../api/validation/field-checks.ts";
import { checkParameters, checkProvisioner } from "../../api/validation/storage-parameters.ts";
import type { Strategy } from "../strategy.ts";

interface AttributesClass extends KubeObject {
  driverName?: string;
  parameters?: Record<string, string> | null;
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { driverName = "", parameters } = object as AttributesClass;
  checkProvisioner(driverName, root("driverName"), errors);
  checkParameters(parameters ?? {}, root("parameters"), errors);
  if (Object.keys(parameters ?? {}).length === 0) {
    errors.push(required(root("parameters"), "must contain at least one key/value pair"));
  }
  return errors;
}

function validateUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const attributes = object as AttributesClass;
  const old = oldObject as AttributesClass;
  if ((attributes.driverName ?? "") !== (old.driverName ?? "")) {
    errors.push(forbiddenField(root("driverName"), "updates to driverName are forbidden."));
  }
  if (!equalEntries(attributes.parameters, old.parameters)) {
    errors.push(forbiddenField(root("parameters"), "updates to parameters are forbidden."));
  }
  return [...errors, ...validate(object)];
}

export const volumeAttributesClassesStrategy: Strategy = {
  group: "storage.k8s.io",
  resource: "volumeattributesclasses",
  validateCreate: validate,
  updateChecks: ["change", "whole", "own"],
  validateUpdate,
};
