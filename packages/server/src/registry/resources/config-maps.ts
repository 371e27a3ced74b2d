/** @see kubernetes pkg/registry/core/configmap/strategy.go, pkg/apis/core/validation/validation.go */
import {
  type FieldError,
  forbiddenField,
  invalidValue,
  root,
  tooLong,
} from "../../api/field-error.ts";
import type { KubeObject } from "../../api/object.ts";
import { equalEntries } from "../../api/validation/equality.ts";
import { checkComplaints, type FieldErrors } from "../../api/validation/field-checks.ts";
import { configKeyComplaints, utf8Length } from "../../api/validation/names.ts";
import type { Strategy } from "../strategy.ts";
import { DATA_MAX_BYTES, decodedLength } from "./secrets.ts";

interface ConfigMap extends KubeObject {
  immutable?: boolean;
  data?: Record<string, string>;
  /** Base64. */
  binaryData?: Record<string, string>;
}

const IMMUTABLE_DATA = "field is immutable when `immutable` is set";
/** The whole object, as upstream's empty path prints. */
const WHOLE = root("[]");

function validate(object: KubeObject): FieldError[] {
  const errors: FieldErrors = [];
  const { data, binaryData } = object as ConfigMap;
  let bytes = 0;
  for (const key in data) {
    const complaints = configKeyComplaints(key);
    if (complaints.length > 0) checkComplaints(key, complaints, root("data").key(key), errors);
    if (binaryData?.[key] !== undefined) {
      const detail = "duplicate of key present in binaryData";
      errors.push(invalidValue(root("data").key(key), key, detail));
    }
    bytes += utf8Length(data[key] ?? "");
  }
  for (const key in binaryData) {
    const complaints = configKeyComplaints(key);
    if (complaints.length > 0)
      checkComplaints(key, complaints, root("binaryData").key(key), errors);
    bytes += decodedLength(binaryData[key] ?? "");
  }
  if (bytes > DATA_MAX_BYTES) errors.push(tooLong(WHOLE, DATA_MAX_BYTES));
  return errors;
}

function validateUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  const map = object as ConfigMap;
  const old = oldObject as ConfigMap;
  const errors: FieldErrors = [];
  if (old.immutable === true) {
    if (map.immutable !== true) errors.push(forbiddenField(root("immutable"), IMMUTABLE_DATA));
    for (const field of ["data", "binaryData"] as const) {
      if (equalEntries(map[field], old[field])) continue;
      errors.push(forbiddenField(root(field), IMMUTABLE_DATA));
    }
  }
  errors.push(...validate(object));
  return errors;
}

export const configMapsStrategy: Strategy = {
  group: "",
  resource: "configmaps",
  validateCreate: validate,
  updateChecks: ["change", "whole", "own"],
  validateUpdate,
};
