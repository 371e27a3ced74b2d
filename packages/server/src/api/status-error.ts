import type { FieldError } from "./field-error.ts";
import { quoteGo } from "./go-quote.ts";

/**
 * The error of the API: a complete Kubernetes `Status`, made only by the functions below.
 * @see kubernetes apimachinery/pkg/api/errors/errors.go
 */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly continue?: string };
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** Names a resource in messages: `pods`, `roles.rbac.authorization.k8s.io`. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export function printGroupResource(resource: GroupResource): string {
  return resource.group === "" ? resource.resource : `${resource.resource}.${resource.group}`;
}

/** An error that carries its whole answer. `cause` stays inside the process. */
export class StatusError extends Error {
  readonly status: Status;
  constructor(status: Status, options?: { cause?: unknown }) {
    super(status.message ?? "", options);
    this.name = "StatusError";
    this.status = status;
  }
  get code(): number {
    return this.status.code ?? 500;
  }
  get reason(): string {
    return this.status.reason ?? "";
  }
}

interface Parts {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: StatusDetails;
  readonly metadata?: { readonly continue?: string };
  readonly cause?: unknown;
}

function failure({ code, reason, message, details, metadata, cause }: Parts): StatusError {
  return new StatusError(
    {
      kind: "Status",
      apiVersion: "v1",
      metadata: metadata ?? {},
      status: "Failure",
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    },
    { cause },
  );
}

function resourceDetails(resource: GroupResource, name: string): StatusDetails {
  return {
    ...(name === "" ? {} : { name }),
    ...(resource.group === "" ? {} : { group: resource.group }),
    ...(resource.resource === "" ? {} : { kind: resource.resource }),
  };
}

export function badRequest(message: string, cause?: unknown): StatusError {
  return failure({ code: 400, reason: "BadRequest", message, cause });
}

export function unauthorized(cause?: unknown): StatusError {
  return failure({ code: 401, reason: "Unauthorized", message: "Unauthorized", cause });
}

/** 403 of the authorizer or of admission; without a resource for a path. */
export function forbidden(
  resource: GroupResource,
  name: string,
  text: string,
  causes?: readonly StatusCause[],
): StatusError {
  const what = printGroupResource(resource);
  const head =
    what === ""
      ? "forbidden"
      : name === ""
        ? `${what} is forbidden`
        : `${what} ${quoteGo(name)} is forbidden`;
  return failure({
    code: 403,
    reason: "Forbidden",
    message: `${head}: ${text}`,
    details: { ...resourceDetails(resource, name), ...(causes === undefined ? {} : { causes }) },
  });
}

export function notFound(resource: GroupResource, name: string): StatusError {
  return failure({
    code: 404,
    reason: "NotFound",
    message: `${printGroupResource(resource)} ${quoteGo(name)} not found`,
    details: resourceDetails(resource, name),
  });
}

/** 404 for a path below a known group version that names nothing. */
export function resourceNotServed(): StatusError {
  return failure({
    code: 404,
    reason: "NotFound",
    message: "the server could not find the requested resource",
    details: {},
  });
}

export function methodNotAllowed(): StatusError {
  return failure({
    code: 405,
    reason: "MethodNotAllowed",
    message: "the server does not allow this method on the requested resource",
    details: {},
  });
}

/** 405 of a storage that lacks the verb, a watch of componentstatuses for example. */
export function verbNotSupported(verb: string, resource: GroupResource): StatusError {
  return failure({
    code: 405,
    reason: "MethodNotAllowed",
    message: `${verb} is not supported on resources of kind "${printGroupResource(resource)}"`,
    details: resourceDetails(resource, ""),
  });
}

/** 406 with the text for a media type nobody knows. */
export function notAcceptable(available: readonly string[]): StatusError {
  return failure({
    code: 406,
    reason: "NotAcceptable",
    message: `406: Not Acceptable\n\nAvailable representations: ${available.join(", ")}`,
    details: {},
  });
}

/** 406 with the text for a known media type whose parameters cannot be served. */
export function onlyAccepted(mediaTypes: readonly string[]): StatusError {
  return failure({
    code: 406,
    reason: "NotAcceptable",
    message: `only the following media types are accepted: ${mediaTypes.join(", ")}`,
  });
}

/** 406 with a text of its own: a Table of something that has none. */
export function notAcceptableText(message: string): StatusError {
  return failure({ code: 406, reason: "NotAcceptable", message });
}

export function conflict(resource: GroupResource, name: string, detail: string): StatusError {
  return failure({
    code: 409,
    reason: "Conflict",
    message: `Operation cannot be fulfilled on ${printGroupResource(resource)} ${quoteGo(name)}: ${detail}`,
    details: resourceDetails(resource, name),
  });
}

/** 409 of server-side apply; `causes` lists each field with the manager that owns it. */
export function applyConflict(message: string, causes: readonly StatusCause[]): StatusError {
  return failure({ code: 409, reason: "Conflict", message, details: { causes } });
}

export function alreadyExists(
  resource: GroupResource,
  name: string,
  options: {
    readonly prefix?: string;
    readonly suffix?: string;
    readonly retryAfterSeconds?: number;
  } = {},
): StatusError {
  const { prefix = "", suffix = "", retryAfterSeconds } = options;
  return failure({
    code: 409,
    reason: "AlreadyExists",
    message: `${prefix}${printGroupResource(resource)} ${quoteGo(name)} already exists${suffix}`,
    details: {
      ...resourceDetails(resource, name),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  });
}

/** 410: the wanted revision has been compacted; `continueToken` goes on at the newest state. */
export function expired(message: string, continueToken?: string): StatusError {
  return failure({
    code: 410,
    reason: "Expired",
    message,
    ...(continueToken === undefined ? {} : { metadata: { continue: continueToken } }),
  });
}

export function requestEntityTooLarge(limitBytes: number): StatusError {
  return failure({
    code: 413,
    reason: "RequestEntityTooLarge",
    message: `Request entity too large: limit is ${limitBytes}`,
  });
}

/** 413 with a text of its own: a JSON patch of too many operations. */
export function requestEntityTooLargeText(message: string): StatusError {
  return failure({
    code: 413,
    reason: "RequestEntityTooLarge",
    message: `Request entity too large: ${message}`,
  });
}

/** 422 without a word about the cause: a patch that does not apply. */
export function requestRejected(cause?: unknown): StatusError {
  return failure({
    code: 422,
    reason: "Invalid",
    message: "the server rejected our request due to an error in our request",
    details: {},
    cause,
  });
}

export function unsupportedMediaType(message: string, details?: StatusDetails): StatusError {
  return failure({
    code: 415,
    reason: "UnsupportedMediaType",
    message,
    ...(details === undefined ? {} : { details }),
  });
}

/** Prints field errors as one text: bare when there is one, `[a, b]` otherwise, the same text once. */
export function printFieldErrors(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  return texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
}

/** 422: the object breaks rules of its kind; every one of them is a cause. */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const what = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  const causes = errors.map(({ field, reason, message }) => ({ reason, message, field }));
  return failure({
    code: 422,
    reason: "Invalid",
    message: `${what} ${quoteGo(name)} is invalid: ${printFieldErrors(errors)}`,
    details: {
      ...(name === "" ? {} : { name }),
      ...(kind.group === "" ? {} : { group: kind.group }),
      ...(kind.kind === "" ? {} : { kind: kind.kind }),
      causes,
    },
  });
}

/** 429 as a Status, an eviction that a disruption budget forbids for example. */
export function tooManyRequests(message: string, details: StatusDetails = {}): StatusError {
  return failure({ code: 429, reason: "TooManyRequests", message, details });
}

export function internalError(detail: string, cause?: unknown): StatusError {
  return failure({
    code: 500,
    reason: "InternalError",
    message: `Internal error occurred: ${detail}`,
    details: { causes: [{ message: detail }] },
    cause,
  });
}

/** An internal error whose text stands alone: what goes wrong behind a watch that has begun. */
export function internalErrorText(message: string): StatusError {
  return failure({ code: 500, reason: "InternalError", message });
}

/** What upstream answers for an error that nobody wrapped: code 500, the bare text, no reason. */
export function bareError(message: string, cause?: unknown): StatusError {
  return failure({ code: 500, message, cause });
}

export function serviceUnavailable(message: string, retryAfterSeconds?: number): StatusError {
  return failure({
    code: 503,
    reason: "ServiceUnavailable",
    message,
    ...(retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } }),
  });
}

export function timeout(message: string, details?: StatusDetails): StatusError {
  return failure({
    code: 504,
    reason: "Timeout",
    message: `Timeout: ${message}`,
    ...(details === undefined ? {} : { details }),
  });
}
