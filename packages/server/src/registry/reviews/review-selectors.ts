import {
  type FieldError,
  type FieldPath,
  forbiddenField,
  invalidValue,
  required,
} from "../../api/field-error.ts";
import { type LabelRequirement, labelRequirementComplaints } from "../../api/label-requirement.ts";
import {
  API_LABEL_OPERATORS,
  type FieldRequirement,
  parseFieldSelector,
  parseLabelSelector,
} from "../../api/selectors.ts";
import { StatusError } from "../../api/status-error.ts";
import { labelValueComplaints, qualifiedNameComplaints } from "../../api/validation/names.ts";
import type { AuthorizationAttributes } from "../../authorization/authorizer.ts";

/**
 * Selectors in access reviews: given as text or as requirements, checked, and handed to the
 * authorizer. What cannot be understood is left out, which asks for more, never for less.
 * @see kubernetes pkg/apis/authorization/validation/validation.go, pkg/registry/authorization/util/helpers.go
 */
export interface RequirementFields {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[] | null;
}

interface SelectorAttributes {
  readonly rawSelector?: string;
  readonly requirements?: readonly RequirementFields[] | null;
}

export type FieldSelectorAttributes = SelectorAttributes;
export type LabelSelectorAttributes = SelectorAttributes;

type Optional<T> = T | null | undefined;

function valueErrors({ operator = "", values }: RequirementFields, path: FieldPath): FieldError[] {
  const count = (values ?? []).length;
  if (operator === "In" || operator === "NotIn") {
    if (count > 0) return [];
    const text = "must be specified when `operator` is 'In' or 'NotIn'";
    return [required(path.child("values"), text)];
  }
  if ((operator === "Exists" || operator === "DoesNotExist") && count > 0) {
    const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    return [forbiddenField(path.child("values"), text)];
  }
  // Operators that are not known yet are for newer clients, and are ignored.
  return [];
}

function fieldRequirementErrors(requirement: RequirementFields, path: FieldPath): FieldError[] {
  const errors =
    (requirement.key ?? "") === "" ? [required(path.child("key"), "must be specified")] : [];
  return [...errors, ...valueErrors(requirement, path)];
}

function labelRequirementErrors(requirement: RequirementFields, path: FieldPath): FieldError[] {
  const { key = "", values } = requirement;
  const errors = valueErrors(requirement, path);
  for (const complaint of qualifiedNameComplaints(key)) {
    errors.push(invalidValue(path.child("key"), key, complaint));
  }
  (values ?? []).forEach((value, index) => {
    for (const complaint of labelValueComplaints(value)) {
      errors.push(invalidValue(path.child("values").index(index), value, complaint));
    }
  });
  return errors;
}

function oneSelectorErrors(
  selector: Optional<SelectorAttributes>,
  path: FieldPath,
  check: (requirement: RequirementFields, path: FieldPath) => FieldError[],
): FieldError[] {
  if (!selector) return [];
  const { rawSelector = "" } = selector;
  const requirements = selector.requirements ?? [];
  const errors: FieldError[] = [];
  if (rawSelector !== "" && requirements.length > 0) {
    const text = "may not specified at the same time as requirements";
    errors.push(invalidValue(path.child("rawSelector"), rawSelector, text));
  }
  if (rawSelector === "" && requirements.length === 0) {
    const text = `when ${path} is specified, requirements or rawSelector is required`;
    errors.push(required(path.child("requirements"), text));
  }
  requirements.forEach((requirement, index) => {
    errors.push(...check(requirement, path.child("requirements").index(index)));
  });
  return errors;
}

/** Every field error of the selectors; `path` is that of the resource attributes. */
export function selectorAttributesErrors(
  fields: Optional<FieldSelectorAttributes>,
  labels: Optional<LabelSelectorAttributes>,
  path: FieldPath,
): readonly FieldError[] {
  return [
    ...oneSelectorErrors(fields, path.child("fieldSelector"), fieldRequirementErrors),
    ...oneSelectorErrors(labels, path.child("labelSelector"), labelRequirementErrors),
  ];
}

/** Requirements that were understood, and whether that was all of them. */
interface Understood<T> {
  readonly requirements: readonly T[];
  readonly complete: boolean;
}

function parsed<T>(read: () => readonly T[]): Understood<T> {
  try {
    return { requirements: read(), complete: true };
  } catch (error) {
    if (error instanceof StatusError) return { requirements: [], complete: false };
    throw error;
  }
}

function fieldRequirement(fields: RequirementFields): FieldRequirement | undefined {
  const { key = "", operator, values } = fields;
  const [value] = values ?? [];
  if (value === undefined || (values ?? []).length !== 1) return undefined;
  if (operator === "In") return { key, operator: "=", values: [value] };
  if (operator === "NotIn") return { key, operator: "!=", values: [value] };
  return undefined;
}

function labelRequirement(fields: RequirementFields): LabelRequirement | undefined {
  const { key = "", operator = "", values } = fields;
  const known = API_LABEL_OPERATORS[operator];
  if (known === undefined) return undefined;
  const requirement = { key, operator: known, values: values ?? [] };
  return labelRequirementComplaints(requirement).length === 0 ? requirement : undefined;
}

function understand<T>(
  { rawSelector = "", requirements }: SelectorAttributes,
  parse: (text: string) => readonly T[],
  convert: (fields: RequirementFields) => T | undefined,
): Understood<T> {
  if (rawSelector !== "") return parsed(() => parse(rawSelector));
  const wanted = requirements ?? [];
  const understood = wanted.flatMap((fields) => convert(fields) ?? []);
  return { requirements: understood, complete: understood.length === wanted.length };
}

function complaint(name: string, { requirements, complete }: Understood<unknown>): string[] {
  if (complete) return [];
  const how = requirements.length > 0 ? "partially ignored" : "ignored";
  return [`spec.resourceAttributes.${name} ${how} due to parse error`];
}

function isSelective({ key, values }: FieldRequirement): boolean {
  return key !== "" || values[0] !== "";
}

/** Valid selectors as the authorizer takes them, with the evaluation errors they cause. */
export function selectorsOf(
  fields: Optional<FieldSelectorAttributes>,
  labels: Optional<LabelSelectorAttributes>,
): {
  readonly attributes: Pick<AuthorizationAttributes, "fieldSelector" | "labelSelector">;
  readonly complaints: readonly string[];
} {
  const parseFields = (text: string): readonly FieldRequirement[] =>
    parseFieldSelector(text).requirements.filter(isSelective);
  const field = fields ? understand(fields, parseFields, fieldRequirement) : undefined;
  const label = labels
    ? understand(labels, (text) => parseLabelSelector(text).requirements, labelRequirement)
    : undefined;
  return {
    attributes: {
      ...(field === undefined ? {} : { fieldSelector: field.requirements }),
      ...(label === undefined ? {} : { labelSelector: label.requirements }),
    },
    complaints: [
      ...(field === undefined ? [] : complaint("fieldSelector", field)),
      ...(label === undefined ? [] : complaint("labelSelector", label)),
    ],
  };
}
