import {
  type LabelOperator,
  type LabelRequirement,
  labelRequirementComplaints,
  parseInteger,
} from "./label-requirement.ts";
import { parseLabelRequirements } from "./label-selector-parser.ts";
import { badRequest } from "./status-error.ts";

export type { LabelOperator, LabelRequirement } from "./label-requirement.ts";

/**
 * Label and field selectors: as lists and watches take them in the query, as objects of the API
 * write them (`matchLabels`, `matchExpressions`), and what they select.
 * @see apimachinery pkg/labels/selector.go, pkg/fields/selector.go, pkg/apis/meta/v1/helpers.go
 */

/** All requirements must hold; none selects everything. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[];
}

export interface FieldRequirement {
  /** A field label: `metadata.name`, `spec.nodeName`. */
  readonly key: string;
  readonly operator: "=" | "!=";
  /** Exactly one. */
  readonly values: readonly [string];
}

export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[];
}

const NOTHING_REQUIRED: { readonly requirements: readonly [] } = Object.freeze({
  requirements: Object.freeze([] as const),
});

function byKey(left: LabelRequirement, right: LabelRequirement): number {
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
}

/**
 * Reads `app=web,tier in (front,back),!legacy,n>3`. The empty text selects everything.
 * Requirements come out in the order of their keys.
 * @throws StatusError 400 with Go's text
 */
export function parseLabelSelector(text: string): LabelSelector {
  if (text === "") return NOTHING_REQUIRED;
  return { requirements: parseLabelRequirements(text).sort(byKey) };
}

function holds(requirement: LabelRequirement, value: string | undefined): boolean {
  const { operator, values } = requirement;
  switch (operator) {
    case "=":
    case "==":
      return value !== undefined && value === values[0];
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
      return value === undefined || value !== values[0];
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
    case "lt": {
      const actual = parseInteger(value);
      const limit = parseInteger(values[0]);
      if (actual === undefined || limit === undefined) return false;
      return operator === "gt" ? actual > limit : actual < limit;
    }
  }
}

/** Whether labels satisfy every requirement. Absent labels satisfy `!=`, `notin` and `!`. */
export function matchesLabels(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  for (const requirement of selector.requirements) {
    const { key } = requirement;
    const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (!holds(requirement, value)) return false;
  }
  return true;
}

function printLabelRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${[...values].sort().join(",")})`;
    case "gt":
      return `${key}>${values.join(",")}`;
    case "lt":
      return `${key}<${values.join(",")}`;
    case "=":
    case "==":
    case "!=":
      return `${key}${operator}${values.join(",")}`;
  }
}

/** The text that parses back to an equal selector. */
export function printLabelSelector(selector: LabelSelector): string {
  return selector.requirements.map(printLabelRequirement).join(",");
}

/** A selector as objects of the API hold it. */
export interface ApiLabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | null;
  readonly matchExpressions?:
    | readonly {
        readonly key?: string;
        readonly operator?: string;
        readonly values?: readonly string[] | null;
      }[]
    | null;
}

/** Operators of `matchExpressions`. */
export const API_LABEL_OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
};

/**
 * What an API object's selector selects: everything when it is empty, nothing (undefined) when it
 * is absent.
 * @throws StatusError 400 for operators, keys or values that validation would not have let through
 */
export function selectorFromApi(
  selector: ApiLabelSelector | null | undefined,
): LabelSelector | undefined {
  if (selector === undefined || selector === null) return undefined;
  const requirements: LabelRequirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    requirements.push({ key, operator: "=", values: [value] });
  }
  for (const { key = "", operator = "", values } of selector.matchExpressions ?? []) {
    const known = API_LABEL_OPERATORS[operator];
    if (known === undefined) {
      throw badRequest(`${JSON.stringify(operator)} is not a valid label selector operator`);
    }
    requirements.push({ key, operator: known, values: values ?? [] });
  }
  const complaints = requirements.flatMap(labelRequirementComplaints);
  if (complaints.length > 0) throw badRequest(complaints.join(", "));
  return { requirements: requirements.sort(byKey) };
}

/** Cuts at commas that no backslash precedes. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "\\") index++;
    else if (character === ",") {
      terms.push(text.slice(start, index));
      start = index + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

/** @throws StatusError 400 for an escape of anything but `\\`, `,` and `=`, and for a bare one of these */
function unescapeFieldValue(text: string): string {
  if (!/[\\,=]/.test(text)) return text;
  let value = "";
  let escaped = false;
  for (const rune of text) {
    const special = rune === "\\" || rune === "," || rune === "=";
    if (escaped) {
      if (!special) {
        throw badRequest(`invalid field selector: invalid escape sequence: \\${rune}`);
      }
      value += rune;
      escaped = false;
    } else if (rune === "\\") escaped = true;
    else if (special) {
      const code = rune.codePointAt(0);
      throw badRequest(`invalid field selector: unescaped character in value: ${code}`);
    } else value += rune;
  }
  if (escaped) throw badRequest("invalid field selector: invalid escape sequence: \\");
  return value;
}

function parseFieldTerm(term: string, selector: string): FieldRequirement {
  const equals = term.indexOf("=");
  if (equals === -1) {
    throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
  }
  if (equals > 0 && term[equals - 1] === "!") {
    const value = unescapeFieldValue(term.slice(equals + 1));
    return { key: term.slice(0, equals - 1), operator: "!=", values: [value] };
  }
  const width = term[equals + 1] === "=" ? 2 : 1;
  const value = unescapeFieldValue(term.slice(equals + width));
  return { key: term.slice(0, equals), operator: "=", values: [value] };
}

/**
 * Reads `metadata.name=a,spec.nodeName!=`; `==` means `=`, values escape `\`, `,` and `=` with a
 * backslash. Which fields there are is for the caller to check. Terms come out sorted as texts.
 * @throws StatusError 400 with Go's text
 */
export function parseFieldSelector(text: string): FieldSelector {
  if (text === "") return NOTHING_REQUIRED;
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort()) {
    if (term !== "") requirements.push(parseFieldTerm(term, text));
  }
  // `=` alone compares nothing with nothing, which upstream counts as empty.
  const isEmpty = requirements.every(({ key, values }) => key === "" && values[0] === "");
  return isEmpty ? NOTHING_REQUIRED : { requirements };
}

/** Whether fields satisfy every requirement; a field that is absent counts as empty. */
export function matchesFields(
  selector: FieldSelector,
  fields: Readonly<Record<string, string>>,
): boolean {
  for (const { key, operator, values } of selector.requirements) {
    const value = Object.hasOwn(fields, key) ? (fields[key] ?? "") : "";
    if ((value === values[0]) !== (operator === "=")) return false;
  }
  return true;
}

/** The only value the selector allows for a field, if it demands one. */
export function exactFieldValue(selector: FieldSelector, key: string): string | undefined {
  for (const requirement of selector.requirements) {
    if (requirement.key === key && requirement.operator === "=") return requirement.values[0];
  }
  return undefined;
}

/** The text that parses back to an equal selector. */
export function printFieldSelector(selector: FieldSelector): string {
  return selector.requirements
    .map(({ key, operator, values }) => `${key}${operator}${values[0].replace(/[\\,=]/g, "\\$&")}`)
    .join(",");
}
