/** Names of signers: `example.com/name`. @see kubernetes pkg/apis/core/validation/names.go */
import { type FieldPath, invalidValue, required, tooLong } from "../field-error.ts";
import type { FieldErrors } from "./field-checks.ts";
import {
  dnsLabelComplaints,
  dnsSubdomainComplaints,
  LABEL_MAX_BYTES,
  SUBDOMAIN_MAX_BYTES,
} from "./names.ts";

/** A domain, a slash, a namespace and a name with a dot between them. */
const MAX_BYTES = 2 * SUBDOMAIN_MAX_BYTES + LABEL_MAX_BYTES + 2;

/** Complains about the first part that is wrong, with every reason. */
function checkParts(
  text: string,
  complaintsOf: (part: string) => readonly string[],
  path: FieldPath,
  errors: FieldErrors,
): void {
  const bad = text.split(".").find((part) => complaintsOf(part).length > 0);
  if (bad === undefined) return;
  for (const complaint of complaintsOf(bad)) {
    errors.push(invalidValue(path, text, `validating label ${JSON.stringify(bad)}: ${complaint}`));
  }
}

export function checkSignerName(name: string, path: FieldPath, errors: FieldErrors): void {
  if (name === "") {
    errors.push(required(path));
    return;
  }
  const [domain = "", rest, ...more] = name.split("/");
  if (rest === undefined || more.length > 0) {
    const detail =
      "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    errors.push(invalidValue(path, name, detail));
    return;
  }
  if (domain.length > SUBDOMAIN_MAX_BYTES) errors.push(tooLong(path, SUBDOMAIN_MAX_BYTES));
  checkParts(domain, dnsLabelComplaints, path, errors);
  if (!domain.includes(".")) {
    const detail = "should be a domain with at least two segments separated by dots";
    errors.push(invalidValue(path, domain, detail));
  }
  checkParts(rest, dnsSubdomainComplaints, path, errors);
  if (name.length > MAX_BYTES) errors.push(tooLong(path, MAX_BYTES));
}
