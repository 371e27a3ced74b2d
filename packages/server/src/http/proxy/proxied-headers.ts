import type { ApiRequest, ResponseHeaders } from "../exchange.ts";

/** Of one connection, not of what it carries. @see RFC 9110 §7.6.1 · go net/http/httputil (hopHeaders) */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "proxy-connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What the caller proved itself with: none of a backend's business. */
const CREDENTIALS: ReadonlySet<string> = new Set(["authorization"]);
const IMPERSONATION = "impersonate-";

/** Set by the server alone. @see apimachinery pkg/util/proxy/upgradeaware.go (removeCORSHeaders) */
const CROSS_ORIGIN: ReadonlySet<string> = new Set([
  "access-control-allow-credentials",
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-allow-origin",
]);

export interface ForwardedRequest {
  readonly request: Pick<ApiRequest, "headers" | "rawHeaders" | "remoteAddress">;
  /** Further headers that hold who the caller is, in lower case: those of a front proxy. */
  readonly withheld: (name: string) => boolean;
  /** Path and query as the caller wrote them. */
  readonly uri: string;
}

/**
 * Headers of a request that is passed on, names and values in turn: the caller's, without what
 * belongs to its connection or says who it is, and with who it came through.
 */
export function forwardedHeaders({ request, withheld, uri }: ForwardedRequest): string[] {
  const { headers, remoteAddress } = request;
  const rawHeaders = allHeaders(request);
  const listed = connectionTokens(headers.connection);
  const kept: string[] = [];
  for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
    const name = rawHeaders[position] ?? "";
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || listed.has(lower) || CREDENTIALS.has(lower)) continue;
    if (lower.startsWith(IMPERSONATION) || lower.startsWith(":") || withheld(lower)) continue;
    if (REPLACED.has(lower)) continue;
    kept.push(name, rawHeaders[position + 1] ?? "");
  }
  const host = headers.host ?? headers[":authority"];
  if (typeof host === "string" && host !== "") kept.push("Host", host);
  const before = headers["x-forwarded-for"];
  const way = typeof before === "string" ? `${before}, ${remoteAddress}` : remoteAddress;
  kept.push("X-Forwarded-For", way, "X-Forwarded-Uri", uri);
  return kept;
}

/** Requests of this process have no raw headers. */
function allHeaders({ headers, rawHeaders }: ForwardedRequest["request"]): readonly string[] {
  if (rawHeaders.length > 0) return rawHeaders;
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((each) => [name, each]),
  );
}

const REPLACED: ReadonlySet<string> = new Set([
  "host",
  "expect",
  "x-forwarded-for",
  "x-forwarded-uri",
]);

/**
 * Headers of the answer to a request that was passed on, in lower case.
 * @param rawHeaders - names and values in turn
 */
export function returnedHeaders(
  rawHeaders: readonly string[],
  connection: string | undefined,
): ResponseHeaders {
  const listed = connectionTokens(connection);
  const kept = new Map<string, string[]>();
  for (let position = 0; position + 1 < rawHeaders.length; position += 2) {
    const name = rawHeaders[position]?.toLowerCase() ?? "";
    if (HOP_BY_HOP.has(name) || listed.has(name) || CROSS_ORIGIN.has(name)) continue;
    const values = kept.get(name);
    if (values === undefined) kept.set(name, [rawHeaders[position + 1] ?? ""]);
    else values.push(rawHeaders[position + 1] ?? "");
  }
  return Object.fromEntries(
    [...kept].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}

function connectionTokens(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined) return NO_TOKENS;
  return new Set(connection.split(",").map((token) => token.trim().toLowerCase()));
}

const NO_TOKENS: ReadonlySet<string> = new Set();
