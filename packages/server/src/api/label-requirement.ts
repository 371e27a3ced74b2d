import { invalidValue, root } from "./field-error.ts";
import { isBeyond64Bits } from "./int64.ts";
import { labelValueComplaints, qualifiedNameComplaints } from "./validation/names.ts";

/** `in` and `notin` have values, `=`, `==`, `!=`, `gt` and `lt` exactly one, `exists` and `!` none. */
export type LabelOperator = "in" | "notin" | "=" | "==" | "!=" | "gt" | "lt" | "exists" | "!";

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  /** Sorted, without doubles when parsed. */
  readonly values: readonly string[];
}

/** A whole number of 64 bits in decimal, as Go's ParseInt takes it; undefined for anything else. */
export function parseInteger(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?[0-9]+$/.test(text)) return undefined;
  if (isBeyond64Bits(Number(text))) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

const KEY = root("key");
const VALUES = root("values");

/** What is wrong with how many values an operator has; undefined when they fit. */
function countComplaint(operator: LabelOperator, count: number): string | undefined {
  switch (operator) {
    case "in":
    case "notin":
      return count === 0 ? "for 'in', 'notin' operators, values set can't be empty" : undefined;
    case "=":
    case "==":
    case "!=":
      return count === 1 ? undefined : "exact-match compatibility requires one single value";
    case "exists":
    case "!":
      return count === 0 ? undefined : "values set must be empty for exists and does not exist";
    case "gt":
    case "lt":
      return count === 1 ? undefined : "for 'Gt', 'Lt' operators, exactly one value is required";
  }
}

/**
 * What is wrong with one requirement, each complaint as a field error's text, in upstream's order.
 * @see apimachinery pkg/labels/selector.go NewRequirement
 */
export function labelRequirementComplaints(requirement: LabelRequirement): readonly string[] {
  const { key, operator, values } = requirement;
  const complaints: string[] = [];
  const add = (field: string, value: unknown, text: string): void => {
    complaints.push(`${field}: ${invalidValue(root(), value, text).message}`);
  };
  const keyComplaints = qualifiedNameComplaints(key);
  if (keyComplaints.length > 0) add(KEY.toString(), key, keyComplaints.join("; "));
  const count = countComplaint(operator, values.length);
  if (count !== undefined) add(VALUES.toString(), values, count);
  if (operator === "gt" || operator === "lt") {
    values.forEach((value, index) => {
      if (parseInteger(value) !== undefined) return;
      const text = "for 'Gt', 'Lt' operators, the value must be an integer";
      add(VALUES.index(index).toString(), value, text);
    });
  }
  values.forEach((value, index) => {
    const texts = labelValueComplaints(value);
    if (texts.length > 0) add(VALUES.index(index).key(key).toString(), value, texts.join("; "));
  });
  return complaints;
}
