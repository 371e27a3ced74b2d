import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  root,
  tooLong,
} from "../api/field-error.ts";
import { invalid } from "../api/status-error.ts";
import type { Query } from "../request/query.ts";
import { optionalBoolean } from "../request/query-values.ts";

export type FieldValidation = "Ignore" | "Warn" | "Strict";

/** Options of a create, update or patch. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** Empty when the request names none. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

export type WriteOptionsKind = "CreateOptions" | "UpdateOptions" | "PatchOptions";

const MAX_MANAGER_BYTES = 128;
const DEFAULTS: WriteOptions = {
  dryRun: false,
  fieldManager: "",
  fieldValidation: "Warn",
  force: false,
};

/**
 * Options of a write from its query. `apply` says whether a patch is a server-side apply.
 * @throws StatusError 422 that names every wrong option
 * @see apimachinery pkg/apis/meta/v1/validation/validation.go
 */
export function parseWriteOptions(
  query: Query,
  kind: WriteOptionsKind,
  apply = false,
): WriteOptions {
  if (query.raw === "" && !apply) return DEFAULTS;
  const errors: FieldError[] = [];
  const force = optionalBoolean(query, "force");
  const fieldManager = query.get("fieldManager") ?? "";
  if (kind === "PatchOptions") {
    if (force !== undefined && !apply) {
      errors.push(forbiddenField(root("force"), "may not be specified for non-apply patch"));
    }
    if (apply && fieldManager === "") {
      errors.push(required(root("fieldManager"), "is required for apply patch"));
    }
  }
  errors.push(...fieldManagerErrors(fieldManager));
  const dryRun = query.all("dryRun");
  errors.push(...dryRunErrors(dryRun));
  const fieldValidation = query.get("fieldValidation") ?? "";
  if (!isFieldValidation(fieldValidation)) {
    errors.push(
      notSupported(root("fieldValidation"), fieldValidation, ["", "Ignore", "Strict", "Warn"]),
    );
  }
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind }, "", errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: fieldValidation === "" ? "Warn" : (fieldValidation as FieldValidation),
    force: force === true,
  };
}

function isFieldValidation(value: string): boolean {
  return value === "" || value === "Ignore" || value === "Strict" || value === "Warn";
}

/** Only `All` is a dry run; the whole list is shown when one value is not. */
export function dryRunErrors(values: readonly string[]): FieldError[] {
  return values.every((value) => value === "All")
    ? []
    : [notSupported(root("dryRun"), values, ["All"])];
}

function fieldManagerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  const field = root("fieldManager");
  if (Buffer.byteLength(manager) > MAX_MANAGER_BYTES)
    errors.push(tooLong(field, MAX_MANAGER_BYTES));
  let position = 0;
  for (const character of manager) {
    const code = character.codePointAt(0) ?? 0;
    if (!isPrintable(character)) {
      const name = code.toString(16).toUpperCase().padStart(4, "0");
      errors.push(
        invalidValue(field, manager, `invalid character U+${name} (at position ${position})`),
      );
    }
    position += Buffer.byteLength(character);
  }
  return errors;
}

/** Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function isPrintable(character: string): boolean {
  return PRINTABLE.test(character);
}
