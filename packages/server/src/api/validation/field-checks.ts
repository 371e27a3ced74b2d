/**
 * Checks of single values that add to a list of field errors. Paths are only extended where
 * something is wrong, so a valid object costs no strings.
 */
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
} from "../field-error.ts";
import {
  dnsLabelComplaints,
  dnsSubdomainComplaints,
  qualifiedNameComplaints,
  rangeComplaint,
} from "./names.ts";

/** Where checks leave what they find. */
export type FieldErrors = FieldError[];

/** Text of a field whose value may never change. */
export const IMMUTABLE = "field is immutable";
const MAX_INT32 = 2 ** 31 - 1;

/** Adds one `Invalid value` for each complaint. */
export function checkComplaints(
  value: unknown,
  complaints: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  for (const complaint of complaints) errors.push(invalidValue(path, value, complaint));
}

export function checkDnsLabel(value: string, path: FieldPath, errors: FieldErrors): void {
  checkComplaints(value, dnsLabelComplaints(value), path, errors);
}

export function checkDnsSubdomain(value: string, path: FieldPath, errors: FieldErrors): void {
  checkComplaints(value, dnsSubdomainComplaints(value), path, errors);
}

export function checkQualifiedName(value: string, path: FieldPath, errors: FieldErrors): void {
  checkComplaints(value, qualifiedNameComplaints(value), path, errors);
}

/** Requires text at `path.name`. */
export function requireText(
  value: string | null | undefined,
  path: FieldPath,
  name: string,
  errors: FieldErrors,
): void {
  if (value === undefined || value === null || value === "")
    errors.push(required(path.child(name)));
}

export function checkNonNegative(
  value: number | bigint | null | undefined,
  path: FieldPath,
  name: string,
  errors: FieldErrors,
): void {
  if (value !== undefined && value !== null && value < 0) {
    errors.push(invalidValue(path.child(name), value, "must be greater than or equal to 0"));
  }
}

/** A port number, 1 to 65535. */
export function checkPortNumber(value: number, path: FieldPath, errors: FieldErrors): void {
  if (value >= 1 && value <= 65535) return;
  errors.push(invalidValue(path, value, rangeComplaint(1, 65535)));
}

function portNameComplaints(name: string): string[] {
  const complaints: string[] = [];
  if (name.length > 15) complaints.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(name)) {
    complaints.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(name)) complaints.push("must contain at least one letter (a-z)");
  if (name.includes("--")) complaints.push("must not contain consecutive hyphens");
  if (name.startsWith("-") || name.endsWith("-")) {
    complaints.push("must not begin or end with a hyphen");
  }
  return complaints;
}

/** An IANA service name: at most 15 characters, a letter among them. Says whether it is one. */
export function checkPortName(name: string, path: FieldPath, errors: FieldErrors): boolean {
  const complaints = portNameComplaints(name);
  checkComplaints(name, complaints, path, errors);
  return complaints.length === 0;
}

/** A port by number or by name; absent means 0, as in Go. */
export function checkPortNumberOrName(
  port: number | string | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (typeof port === "string") checkPortName(port, path, errors);
  else checkPortNumber(port ?? 0, path, errors);
}

/** A user or group id: 0 to 2^31-1. */
export function checkId(
  value: number | bigint | null | undefined,
  path: FieldPath,
  name: string,
  errors: FieldErrors,
): void {
  if (value === undefined || value === null || (value >= 0 && value <= MAX_INT32)) return;
  errors.push(invalidValue(path.child(name), value, rangeComplaint(0, MAX_INT32)));
}

/** A value out of a closed set, which is printed sorted as upstream's sets are. */
export function checkSupported(
  value: string | null | undefined,
  supported: readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (!supported.includes(value ?? "")) errors.push(notSupported(path, value ?? "", supported));
}

/** A protocol of a port. */
export function checkProtocol(
  protocol: string | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (protocol === "TCP" || protocol === "UDP" || protocol === "SCTP") return;
  if (protocol === undefined || protocol === null || protocol === "") {
    errors.push(required(path.child("protocol")));
  } else errors.push(notSupported(path.child("protocol"), protocol, ["SCTP", "TCP", "UDP"]));
}

/** `field.NotFound` and `field.Duplicate` with a detail, which a few checks add. */
export function notFoundWithDetail(path: FieldPath, value: unknown, detail: string): FieldError {
  const error = notFoundValue(path, value);
  return { ...error, message: `${error.message}: ${detail}` };
}

export function duplicateWithDetail(path: FieldPath, value: unknown, detail: string): FieldError {
  const error = duplicate(path, value);
  return { ...error, message: `${error.message}: ${detail}` };
}
