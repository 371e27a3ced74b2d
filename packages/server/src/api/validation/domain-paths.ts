/** Names that others give meaning to: `example.com/thing`, and parts of URLs. */
import { type FieldPath, invalidValue, required } from "../field-error.ts";
import { checkComplaints, checkDnsSubdomain, type FieldErrors } from "./field-checks.ts";
import { pathSegmentComplaints, regexComplaint } from "./names.ts";

const HTTP_PATH_FORMAT = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const HTTP_PATH = new RegExp(`^${HTTP_PATH_FORMAT}$`);

/**
 * A domain, a slash, a path.
 * @see apimachinery pkg/util/validation/validation.go (IsDomainPrefixedPath)
 */
export function checkDomainPrefixedPath(value: string, path: FieldPath, errors: FieldErrors): void {
  const slash = value.indexOf("/");
  if (value === "") errors.push(required(path));
  else if (slash <= 0 || slash === value.length - 1) {
    const detail = 'must be a domain-prefixed path (such as "acme.io/foo")';
    errors.push(invalidValue(path, value, detail));
  } else {
    checkDnsSubdomain(value.slice(0, slash), path, errors);
    const rest = value.slice(slash + 1);
    if (!HTTP_PATH.test(rest)) {
      errors.push(invalidValue(path, rest, regexComplaint("Invalid path", HTTP_PATH_FORMAT)));
    }
  }
}

/** A name that has to be there and fit between two slashes. */
export function requirePathSegment(
  value: string | null | undefined,
  path: FieldPath,
  errors: FieldErrors,
): void {
  if (value === undefined || value === null || value === "") errors.push(required(path));
  else checkComplaints(value, pathSegmentComplaints(value, false), path, errors);
}
