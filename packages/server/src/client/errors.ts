import { StatusError } from "../api/status-error.ts";

/** What an answer of 400 and above says, as an error. Bodies that are no Status become one. */
export function errorOfAnswer(status: number, text: string): StatusError {
  const body = parseStatus(text);
  if (body !== undefined) return new StatusError(body);
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: text.trim() === "" ? `the server answered ${status}` : text.trim(),
    ...(REASONS[status] === undefined ? {} : { reason: REASONS[status] }),
    code: status,
  });
}

/** Reasons of answers without a body of their own. @see apimachinery NewGenericServerResponse */
const REASONS: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  410: "Gone",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
};

function parseStatus(text: string): StatusError["status"] | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const body = JSON.parse(text) as StatusError["status"];
    return body.kind === "Status" ? body : undefined;
  } catch {
    return undefined;
  }
}

function hasReason(error: unknown, ...reasons: readonly string[]): boolean {
  return error instanceof StatusError && reasons.includes(error.reason);
}

export function isNotFound(error: unknown): boolean {
  return hasReason(error, "NotFound");
}

export function isAlreadyExists(error: unknown): boolean {
  return hasReason(error, "AlreadyExists");
}

export function isConflict(error: unknown): boolean {
  return hasReason(error, "Conflict");
}

/** The revision asked for is no longer kept: list anew. */
export function isExpired(error: unknown): boolean {
  return hasReason(error, "Expired", "Gone");
}

export function isMethodNotSupported(error: unknown): boolean {
  return hasReason(error, "MethodNotAllowed");
}

/** A create was refused because its namespace is going. @see NamespaceLifecycle */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof StatusError &&
    (error.status.details?.causes ?? []).some(({ reason }) => reason === "NamespaceTerminating")
  );
}

/** Trouble that may be over in a moment: no answer at all, overload, an internal error. */
export function isTransient(error: unknown): boolean {
  return !(error instanceof StatusError) || error.code === 429 || error.code >= 500;
}
