/** What workloads share: a selector, a template whose labels it matches, and amounts as percentages. */
import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from "../field-error.ts";
import type { IntOrString } from "../int-or-string.ts";
import { internalForm } from "../internal-form.ts";
import { matchesLabels, selectorFromApi } from "../selectors.ts";
import { StatusError } from "../status-error.ts";
import { checkNonNegative, type FieldErrors } from "./field-checks.ts";
import { regexComplaint } from "./names.ts";
import type { PodTemplateSpec } from "./pod-shapes.ts";
import { checkLabelSelector, type LabelSelector } from "./selectors.ts";

const NO_MATCH = "`selector` does not match template `labels`";

type Selector = LabelSelector | null | undefined;

/** Whether a selector selects the labels; undefined when the selector has no meaning. */
export function selectsLabels(
  selector: Selector,
  labels: Readonly<Record<string, string>> | null | undefined,
): boolean | undefined {
  try {
    const parsed = selectorFromApi(selector);
    return parsed !== undefined && matchesLabels(parsed, labels ?? undefined);
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

export function isEmptySelector(selector: LabelSelector): boolean {
  const labels = Object.keys(selector.matchLabels ?? {}).length;
  return labels + (selector.matchExpressions ?? []).length === 0;
}

/** A selector that has to be there and select something. `kind` is the word in the message. */
export function checkRequiredSelector(
  selector: Selector,
  path: FieldPath,
  kind: string,
  errors: FieldErrors,
): void {
  if (selector === undefined || selector === null) {
    errors.push(required(path));
    return;
  }
  checkLabelSelector(selector, path, errors);
  if (isEmptySelector(selector)) {
    errors.push(
      invalidValue(
        path,
        internalForm("meta.v1.LabelSelector", selector),
        `empty selector is invalid for ${kind}`,
      ),
    );
  }
}

/** The labels of a template, against the selector that has to find its pods. */
export function checkTemplateLabels(
  selector: Selector,
  template: PodTemplateSpec,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const labels = template.metadata?.labels;
  if (selectsLabels(selector, labels) !== false) return;
  const shown = internalForm("map[string]string", labels);
  errors.push(invalidValue(path.child("metadata", "labels"), shown, NO_MATCH));
}

/** Pods that are replaced for ever restart always and have no deadline. */
export function checkEverlasting(
  { spec }: PodTemplateSpec,
  path: FieldPath,
  kind: string,
  errors: FieldErrors,
): void {
  const policy = spec?.restartPolicy ?? "";
  if (policy !== "Always") {
    errors.push(notSupported(path.child("spec", "restartPolicy"), policy, ["Always"]));
  }
  if (spec?.activeDeadlineSeconds != null) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbiddenField(path.child("spec", "activeDeadlineSeconds"), detail));
  }
}

const PERCENT_FORMAT = "[0-9]+%";
const PERCENT = /^[0-9]+%$/;

/** The number of an amount, a percentage without its sign; 0 for what is neither. */
export function amountOf(value: IntOrString | undefined): number {
  if (value === undefined) return 0;
  if (typeof value === "number") return value;
  const number = Number(PERCENT.test(value) ? value.slice(0, -1) : value);
  return Number.isInteger(number) ? number : 0;
}

/** A count that is not negative, or a percentage. */
export function checkCountOrPercent(
  value: IntOrString,
  path: FieldPath,
  name: string,
  errors: FieldErrors,
): void {
  if (typeof value === "number") checkNonNegative(value, path, name, errors);
  else if (!PERCENT.test(value)) {
    const complaint = regexComplaint(
      "a valid percent string must be a numeric string followed by an ending '%'",
      PERCENT_FORMAT,
      "1%",
      "93%",
    );
    errors.push(invalidValue(path.child(name), value, complaint));
  }
}

export function checkAtMostHundredPercent(
  value: IntOrString,
  path: FieldPath,
  name: string,
  errors: FieldErrors,
): void {
  if (typeof value !== "string" || !PERCENT.test(value) || amountOf(value) <= 100) return;
  errors.push(invalidValue(path.child(name), value, "must not be greater than 100%"));
}

/** A counter of the status that only grows. */
export function checkNotDecremented(
  value: number | null | undefined,
  old: number | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (old == null || (value != null && value >= old)) return;
  errors.push(invalidValue(path, value ?? 0, "cannot be decremented"));
}
