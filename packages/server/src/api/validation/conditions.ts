/** Conditions in the common form. @see apimachinery pkg/apis/meta/v1/validation/validation.go */
import {
  duplicate,
  type FieldPath,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from "../field-error.ts";
import { checkQualifiedName, type FieldErrors } from "./field-checks.ts";
import { regexComplaint, utf8Length } from "./names.ts";

export interface CommonCondition {
  type?: string;
  status?: string;
  observedGeneration?: number;
  lastTransitionTime?: string | null;
  reason?: string;
  message?: string;
}

const STATUSES = ["False", "True", "Unknown"];
const REASON_MAX_BYTES = 1024;
const MESSAGE_MAX_BYTES = 32 * 1024;
const REASON_FORMAT = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
const REASON = new RegExp(`^${REASON_FORMAT}$`);
const REASON_COMPLAINT = regexComplaint(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  REASON_FORMAT,
  "my_name",
  "MY_NAME",
  "MyName",
  "ReasonA,ReasonB",
  "ReasonA:ReasonB",
);

function checkCondition(condition: CommonCondition, path: FieldPath, errors: FieldErrors): void {
  const { type = "", status = "", observedGeneration = 0, reason = "", message = "" } = condition;
  checkQualifiedName(type, path.child("type"), errors);
  if (!STATUSES.includes(status)) {
    errors.push(notSupported(path.child("status"), status, STATUSES));
  }
  if (observedGeneration < 0) {
    const detail = "must be greater than or equal to zero";
    errors.push(invalidValue(path.child("observedGeneration"), observedGeneration, detail));
  }
  if (condition.lastTransitionTime == null) {
    errors.push(required(path.child("lastTransitionTime")));
  }
  const field = path.child("reason");
  if (reason === "") errors.push(required(field));
  else {
    if (!REASON.test(reason)) errors.push(invalidValue(field, reason, REASON_COMPLAINT));
    if (utf8Length(reason) > REASON_MAX_BYTES) errors.push(tooLong(field, REASON_MAX_BYTES));
  }
  if (utf8Length(message) > MESSAGE_MAX_BYTES) {
    errors.push(tooLong(path.child("message"), MESSAGE_MAX_BYTES));
  }
}

/** At most one of each type. */
export function checkCommonConditions(
  conditions: readonly CommonCondition[] | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  conditions?.forEach((condition, index) => {
    const { type = "" } = condition;
    if (seen.has(type)) errors.push(duplicate(path.index(index).child("type"), type));
    seen.add(type);
    checkCondition(condition, path.index(index), errors);
  });
}
