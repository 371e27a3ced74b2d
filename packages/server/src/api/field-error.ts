import { writeAnyJson } from "./encode-json-text.ts";
import { quoteGo } from "./go-quote.ts";

/**
 * Field errors of validation, with the texts and reasons of Kubernetes.
 * @see kubernetes apimachinery/pkg/util/validation/field/errors.go
 */

export type FieldErrorReason =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueDuplicate"
  | "FieldValueNotFound"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid"
  | "InternalError";

/** One thing that is wrong with an object; `message` is the text after `<field>: `. */
export interface FieldError {
  readonly field: string;
  readonly reason: FieldErrorReason;
  readonly message: string;
}

/**
 * Path to a field, built as validation descends: `spec.containers[0].env[3].name`, `data[key]`.
 * Nearly all are never told, so that the text is put together when it is asked for.
 */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #step: string | number;
  readonly #isMember: boolean;

  constructor(parent: FieldPath | undefined, step: string | number, isMember: boolean) {
    this.#parent = parent;
    this.#step = step;
    this.#isMember = isMember;
  }
  child(...names: readonly string[]): FieldPath {
    // The path itself where there are no names.
    let path: FieldPath = this;
    for (const name of names) path = new FieldPath(path, name, true);
    return path;
  }
  index(position: number): FieldPath {
    return new FieldPath(this, position, false);
  }
  key(key: string): FieldPath {
    return new FieldPath(this, key, false);
  }
  toString(): string {
    const before = this.#parent?.toString() ?? "";
    if (!this.#isMember) return `${before}[${this.#step}]`;
    return before === "" ? `${this.#step}` : `${before}.${this.#step}`;
  }
}

const OBJECT = new FieldPath(undefined, "", true);

/** A path that starts at the object itself: `root("spec")` or `root("metadata", "name")`. */
export function root(...names: readonly string[]): FieldPath {
  return OBJECT.child(...names);
}

/**
 * Prints a value as Go's field errors do: strings quoted, the rest as JSON, absent as `null`.
 * Structs have to come in `internalForm`.
 */
export function printFieldValue(value: unknown): string {
  return typeof value === "string" ? quoteGo(value) : writeAnyJson(value);
}

function withDetail(head: string, detail: string): string {
  return detail === "" ? head : `${head}: ${detail}`;
}

export function required(field: FieldPath, detail = ""): FieldError {
  return {
    field: field.toString(),
    reason: "FieldValueRequired",
    message: withDetail("Required value", detail),
  };
}

export function invalidValue(field: FieldPath, value: unknown, detail: string): FieldError {
  return {
    field: field.toString(),
    reason: "FieldValueInvalid",
    message: withDetail(`Invalid value: ${printFieldValue(value)}`, detail),
  };
}

export function typeInvalid(field: FieldPath, value: unknown, detail: string): FieldError {
  return {
    field: field.toString(),
    reason: "FieldValueTypeInvalid",
    message: withDetail(`Invalid value: ${printFieldValue(value)}`, detail),
  };
}

export function notSupported(
  field: FieldPath,
  value: unknown,
  supported: readonly string[],
): FieldError {
  const list = supported.map(quoteGo).join(", ");
  return {
    field: field.toString(),
    reason: "FieldValueNotSupported",
    message: withDetail(
      `Unsupported value: ${printFieldValue(value)}`,
      supported.length > 0 ? `supported values: ${list}` : "",
    ),
  };
}

export function forbiddenField(field: FieldPath, detail: string): FieldError {
  return {
    field: field.toString(),
    reason: "FieldValueForbidden",
    message: withDetail("Forbidden", detail),
  };
}

export function duplicate(field: FieldPath, value: unknown): FieldError {
  return {
    field: field.toString(),
    reason: "FieldValueDuplicate",
    message: `Duplicate value: ${printFieldValue(value)}`,
  };
}

export function notFoundValue(field: FieldPath, value: unknown): FieldError {
  return {
    field: field.toString(),
    reason: "FieldValueNotFound",
    message: `Not found: ${printFieldValue(value)}`,
  };
}

export function internalFault(field: FieldPath, detail: string): FieldError {
  return {
    field: field.toString(),
    reason: "InternalError",
    message: `Internal error: ${detail}`,
  };
}

export function tooLong(field: FieldPath, maxBytes: number): FieldError {
  return {
    field: field.toString(),
    reason: "FieldValueTooLong",
    message: `Too long: may not be more than ${maxBytes} bytes`,
  };
}

export function tooMany(field: FieldPath, actual: number, max: number): FieldError {
  return {
    field: field.toString(),
    reason: "FieldValueTooMany",
    message: `Too many: ${actual}: must have at most ${max} items`,
  };
}
