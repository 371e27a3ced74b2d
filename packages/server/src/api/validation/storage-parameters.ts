/** Drivers of classes, and what they are told. @see kubernetes pkg/apis/storage/validation/validation.go */
import { type FieldPath, invalidValue, required, tooLong } from "../field-error.ts";
import { checkQualifiedName, type FieldErrors } from "./field-checks.ts";
import { utf8Length } from "./names.ts";

const PARAMETERS_MAX = 512;
const PARAMETERS_MAX_BYTES = 256 * 1024;

export function checkProvisioner(value: string, path: FieldPath, errors: FieldErrors): void {
  if (value === "") errors.push(required(path));
  else checkQualifiedName(value.toLowerCase(), path, errors);
}

export function checkParameters(
  parameters: Readonly<Record<string, string>>,
  path: FieldPath,
  errors: FieldErrors,
): void {
  const entries = Object.entries(parameters);
  if (entries.length > PARAMETERS_MAX) {
    errors.push(tooLong(path, PARAMETERS_MAX));
    return;
  }
  let bytes = 0;
  for (const [key, value] of entries) {
    if (key === "") errors.push(invalidValue(path, key, "field can not be empty."));
    bytes += utf8Length(key) + utf8Length(value);
  }
  if (bytes > PARAMETERS_MAX_BYTES) errors.push(tooLong(path, PARAMETERS_MAX_BYTES));
}
