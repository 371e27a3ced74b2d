/** @see kubernetes pkg/registry/apps/controllerrevision/strategy.go, pkg/apis/apps/validation */
import { writeAnyJson } from "../../api/encode-json-text.ts";
import { type FieldError, invalidValue, required, root } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import {
  checkNonNegative,
  type FieldErrors,
  IMMUTABLE,
} from "../../api/validation/field-checks.ts";
import type { Strategy } from "../strategy.ts";

const DATA = root("data");

function checkRevision(object: KubeObject): FieldErrors {
  const errors: FieldErrors = [];
  checkNonNegative(object.revision as number | undefined, root(), "revision", errors);
  return errors;
}

function validateCreate(object: KubeObject): FieldError[] {
  const errors = checkRevision(object);
  const { data } = object;
  if (data === undefined || data === null) errors.push(required(DATA, "data is mandatory"));
  else if (typeof data !== "object" || Array.isArray(data)) {
    errors.push(required(DATA, "data must be a valid JSON object"));
  }
  return errors;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = checkRevision(object);
  // A text to upstream, of which not even the order may change.
  if (writeAnyJson(object.data) !== writeAnyJson(old.data))
    errors.push(invalidValue(DATA, object.data, IMMUTABLE));
  return errors;
}

/** Recorded states of workloads, which never change. */
export const controllerRevisionsStrategy: Strategy = {
  group: "apps",
  resource: "controllerrevisions",
  validateCreate,
  updateChecks: ["change", "whole", "own"],
  validateUpdate,
};
