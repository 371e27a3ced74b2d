import { encodeObject } from "../api/codec.ts";
import { encodeYaml } from "../api/codec-encode-yaml.ts";
import { prettyJson, writeAnyJson } from "../api/encode-json-text.ts";
import { kindOf } from "../api/scheme.ts";
import { internalError, type Status, StatusError } from "../api/status-error.ts";
import { RequestInfoError } from "../request/parse-request-info.ts";
import { parseQuery } from "../request/query.ts";
import type { Logger } from "../runtime/logger.ts";
import type { ApiRequest, ApiResponse, ResponseHeaders } from "./exchange.ts";
import { MEDIA_TYPES } from "./media-type.ts";
import { type Negotiated, negotiateError } from "./negotiation.ts";
import { plainText } from "./plain-text.ts";

/**
 * Turns whatever was thrown into an answer. A StatusError is sent in the form that the client takes,
 * and in indented JSON when it takes none. Anything else is a fault of ours: it is logged with its
 * cause, and the client is told that there was one and nothing of it.
 */
export function errorResponse(error: unknown, request: ApiRequest, logger: Logger): ApiResponse {
  if (error instanceof RequestInfoError) {
    const uri = escapeHtml(targetOf(request));
    return plainText(
      500,
      `Internal Server Error: "${uri}": failed to create RequestInfo: ${escapeHtml(error.message)}`,
    );
  }
  if (error instanceof StatusError) {
    logFailure(error, request, logger);
    return statusErrorResponse(error.status, request);
  }
  logger.error({ error, path: request.path }, "unexpected error");
  return statusErrorResponse(internalError("unexpected error").status, request);
}

/**
 * A failure is ours when something else has caused it; one that was found out is of the client's
 * making, or the state's (a version that is not there yet, a service without endpoints), as is one
 * without a reason, which upstream does not wrap.
 */
function logFailure(error: StatusError, { path }: ApiRequest, logger: Logger): void {
  if (error.code < 500) return;
  const { cause, message, reason } = error;
  const isOurs = reason !== "" && cause !== undefined && !(cause instanceof StatusError);
  if (isOurs) logger.error({ error, path }, "request failed");
  else logger.debug({ path, message }, "request failed");
}

/** A failure Status as an answer. */
export function statusErrorResponse(status: Status, request: ApiRequest): ApiResponse {
  const negotiated = negotiateError(request, parseQuery(request.rawQuery)) ?? RAW_JSON;
  const headers: ResponseHeaders = { "content-type": MEDIA_TYPES[negotiated.mediaType] };
  const retryAfterSeconds = status.details?.retryAfterSeconds ?? 0;
  if (retryAfterSeconds > 0) headers["retry-after"] = String(retryAfterSeconds);
  return { status: status.code ?? 500, headers, body: encodeStatus(status, negotiated) };
}

/** The form of an error for a client that takes none of our encodings. */
const RAW_JSON: Negotiated = {
  mediaType: "json",
  as: undefined,
  group: "",
  version: "",
  pretty: true,
};

function encodeStatus(status: Status, negotiated: Negotiated): string | Uint8Array {
  switch (negotiated.mediaType) {
    case "json":
      return negotiated.pretty ? prettyJson(status) : `${writeAnyJson(status)}\n`;
    case "yaml":
      return encodeYaml(status);
    case "protobuf": {
      const kind = kindOf("", "v1", "Status");
      if (kind === undefined) throw new Error("the scheme has no Status");
      return encodeObject(kind, status, "protobuf");
    }
  }
}

function targetOf(request: ApiRequest): string {
  return request.rawQuery === "" ? request.path : `${request.path}?${request.rawQuery}`;
}

/** Upstream escapes what it repeats in plain text. @see apiserver responsewriters/errors.go */
function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
