import type { IncomingMessage } from "node:http";

/** Why a request is refused that Node has read, and what Go's server says to it in plain text. */
export interface Http1Refusal {
  readonly status: 400 | 501 | 505;
  readonly text: string;
}

const BAD_REQUEST: Http1Refusal = { status: 400, text: "400 Bad Request" };
const NO_HOST: Http1Refusal = {
  status: 400,
  text: "400 Bad Request: missing required Host header",
};
const UNKNOWN_CODING: Http1Refusal = { status: 501, text: "Unsupported transfer encoding" };
const OTHER_VERSION: Http1Refusal = {
  status: 505,
  text: "505 HTTP Version Not Supported: unsupported protocol version",
};

/**
 * What Node lets pass and a Go server refuses: other versions of HTTP, several hosts or none, and
 * transfer codings beside `chunked`, which nobody here would undo.
 * @see go net/http (readRequest, readTransfer) · RFC 9112 §3.2, §6.1
 */
export function http1Refusal(message: IncomingMessage): Http1Refusal | undefined {
  if (message.httpVersionMajor !== 1) {
    return message.httpVersionMajor > 1 ? OTHER_VERSION : BAD_REQUEST;
  }
  const { headers, rawHeaders } = message;
  if (headers.host === undefined) {
    if (message.httpVersionMinor > 0) return NO_HOST;
  } else if (hasSecondHost(rawHeaders)) return BAD_REQUEST;
  const coding = headers["transfer-encoding"];
  return coding === undefined || coding.toLowerCase() === "chunked" ? undefined : UNKNOWN_CODING;
}

const HOST = "host";

/** Node keeps the first of several. */
function hasSecondHost(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === HOST.length && name.toLowerCase() === HOST) hosts++;
  }
  return hosts > 1;
}
