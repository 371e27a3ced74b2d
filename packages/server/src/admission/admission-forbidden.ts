import { forbidden, type StatusCause, type StatusError } from "../api/status-error.ts";
import type { AdmissionAttributes } from "./admission-plugin.ts";

/**
 * Name that a refusal shows: names are generated after admission, so it may be only the prefix.
 * @see apiserver pkg/admission/errors.go
 */
export function admittedName(attributes: AdmissionAttributes): string {
  if (attributes.name !== "") return attributes.name;
  const metadata = attributes.object?.metadata;
  return metadata?.name || metadata?.generateName || "Unknown";
}

/** 403 of an admission plugin: `pods "web" is forbidden: <text>`. */
export function admissionForbidden(
  attributes: AdmissionAttributes,
  text: string,
  causes?: readonly StatusCause[],
): StatusError {
  const { group, resource } = attributes;
  return forbidden({ group, resource }, admittedName(attributes), text, causes);
}
