/**
 * Label selectors and node selectors.
 * @see apimachinery pkg/apis/meta/v1/validation/validation.go
 */
import { type FieldPath, forbiddenField, invalidValue, required } from "../field-error.ts";
import { checkComplaints, checkQualifiedName, type FieldErrors } from "./field-checks.ts";
import { checkLabels } from "./metadata.ts";
import { labelValueComplaints, nameIsDnsSubdomain } from "./names.ts";

export interface SelectorRequirement {
  key?: string;
  operator?: string;
  values?: string[] | null;
}

export interface LabelSelector {
  matchLabels?: Record<string, string> | null;
  matchExpressions?: SelectorRequirement[] | null;
}

export interface NodeSelectorTerm {
  matchExpressions?: SelectorRequirement[] | null;
  matchFields?: SelectorRequirement[] | null;
}

export interface NodeSelector {
  nodeSelectorTerms?: NodeSelectorTerm[] | null;
}

const UNKNOWN_OPERATOR = "not a valid selector operator";

function checkLabelValues(values: readonly string[], path: FieldPath, errors: FieldErrors): void {
  values.forEach((value, index) => {
    const complaints = labelValueComplaints(value);
    if (complaints.length > 0) checkComplaints(value, complaints, path.index(index), errors);
  });
}

function checkLabelRequirement(
  requirement: SelectorRequirement,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { key = "", operator = "" } = requirement;
  const values = requirement.values ?? [];
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0) {
      const detail = "must be specified when `operator` is 'In' or 'NotIn'";
      errors.push(required(path.child("values"), detail));
    }
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0) {
      const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push(forbiddenField(path.child("values"), detail));
    }
  } else errors.push(invalidValue(path.child("operator"), operator, UNKNOWN_OPERATOR));
  checkQualifiedName(key, path.child("key"), errors);
  checkLabelValues(values, path.child("values"), errors);
}

/** A label selector; an absent one is no mistake. */
export function checkLabelSelector(
  selector: LabelSelector | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (selector === undefined || selector === null) return;
  checkLabels(selector.matchLabels, path.child("matchLabels"), errors);
  selector.matchExpressions?.forEach((requirement, index) => {
    checkLabelRequirement(requirement, path.child("matchExpressions").index(index), errors);
  });
}

function checkNodeRequirement(
  requirement: SelectorRequirement,
  allowInvalidValues: boolean,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { key = "", operator = "" } = requirement;
  const values = requirement.values ?? [];
  const field = path.child("values");
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0) {
      errors.push(required(field, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0) {
      const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push(forbiddenField(field, detail));
    }
  } else if (operator === "Gt" || operator === "Lt") {
    if (values.length !== 1) {
      const detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
      errors.push(required(field, detail));
    }
  } else errors.push(invalidValue(path.child("operator"), operator, UNKNOWN_OPERATOR));
  checkQualifiedName(key, path.child("key"), errors);
  if (!allowInvalidValues) checkLabelValues(values, field, errors);
}

function checkNodeFieldRequirement(
  requirement: SelectorRequirement,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const { key = "", operator = "" } = requirement;
  const values = requirement.values ?? [];
  if (operator !== "In" && operator !== "NotIn") {
    errors.push(invalidValue(path.child("operator"), operator, UNKNOWN_OPERATOR));
  } else if (values.length !== 1) {
    const detail =
      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(path.child("values"), detail));
  }
  if (key !== "metadata.name") {
    errors.push(invalidValue(path.child("key"), key, "not a valid field selector key"));
    return;
  }
  values.forEach((value, index) => {
    const complaints = nameIsDnsSubdomain(value, false);
    checkComplaints(value, complaints, path.child("values").index(index), errors);
  });
}

export function checkNodeSelectorTerm(
  term: NodeSelectorTerm,
  allowInvalidValues: boolean,
  path: FieldPath,
  errors: FieldErrors,
): void {
  term.matchExpressions?.forEach((requirement, index) => {
    const at = path.child("matchExpressions").index(index);
    checkNodeRequirement(requirement, allowInvalidValues, at, errors);
  });
  term.matchFields?.forEach((requirement, index) => {
    checkNodeFieldRequirement(requirement, path.child("matchFields").index(index), errors);
  });
}

/** A node selector has at least one term. */
export function checkNodeSelector(
  selector: NodeSelector,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const terms = selector.nodeSelectorTerms ?? [];
  const list = path.child("nodeSelectorTerms");
  if (terms.length === 0) {
    errors.push(required(list, "must have at least one node selector term"));
  }
  terms.forEach((term, index) => {
    checkNodeSelectorTerm(term, false, list.index(index), errors);
  });
}
