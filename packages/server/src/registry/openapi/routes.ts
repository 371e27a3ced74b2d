/**
 * Answers requests for OpenAPI documents.
 * @see kube-openapi pkg/handler/handler.go, pkg/handler3/handler.go · net/http ServeContent
 */
import { parseAccept } from "../../http/accept-header.ts";
import type { ApiResponse, ResponseHeaders } from "../../http/exchange.ts";
import { pageNotFound } from "../../http/plain-text.ts";
import { type OpenApiDocument, type OpenApiDocuments, serverRelativeUrl } from "./documents.ts";
import { isUnchanged, type Validators } from "./preconditions.ts";

/** What matters of a request. */
export interface OpenApiRequest {
  readonly method: string;
  /** Decoded, without query. */
  readonly path: string;
  /** First value of the query parameter `hash`; absent and empty are the same. */
  readonly hash?: string | undefined;
  readonly accept?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type OpenApiRoutes = (request: OpenApiRequest) => ApiResponse;

type Form = "json" | "protobuf";

interface Representation {
  readonly form: Form;
  readonly contentType: string;
}

const V2_ROOT = "/openapi/v2";
const V3_ROOT = "/openapi/v3";
/** Header names in the order in which upstream adds them: the first by its gzip handler, always. */
const V2_VARY: readonly string[] = ["Accept-Encoding", "Accept"];
const V3_VARY = "Accept";
const MILLISECONDS_PER_YEAR = 365 * 24 * 60 * 60 * 1000;

/**
 * `/openapi/v2`, `/openapi/v3` and what is below it; plain text 404 for all else. The method does not
 * matter, but for the answer to a condition that holds.
 */
export function createOpenApiRoutes(documents: OpenApiDocuments): OpenApiRoutes {
  const madeAt = new Map<OpenApiDocument, number>();
  const modifiedAt = (document: OpenApiDocument, now: number): number => {
    const at = madeAt.get(document) ?? now;
    madeAt.set(document, at);
    return at;
  };
  return (request) => {
    const { path } = request;
    if (path === V2_ROOT) {
      const { v2 } = documents;
      return answerV2(v2, request, modifiedAt(v2, request.now));
    }
    if (path === V3_ROOT) return answerIndex(documents, request);
    if (!path.startsWith(`${V3_ROOT}/`)) return pageNotFound();
    const name = path.slice(V3_ROOT.length + 1);
    const document = documents.v3.get(name);
    if (document === undefined) return empty(404, {});
    return answerV3(name, document, request, modifiedAt(document, request.now));
  };
}

function answerV2(
  document: OpenApiDocument,
  request: OpenApiRequest,
  modifiedAt: number,
): ApiResponse {
  const headers: ResponseHeaders = { vary: V2_VARY };
  const representation = negotiate(request.accept, "v2");
  if (representation === undefined) return empty(406, headers);
  return content(
    request,
    { ...headers, ...headersOf(document, representation) },
    {
      bytes: bytesOf(document, representation),
      modifiedAt,
    },
  );
}

/** Upstream merges this one anew for each request, and gives it no tag. */
function answerIndex(documents: OpenApiDocuments, request: OpenApiRequest): ApiResponse {
  return content(
    request,
    { "content-type": "text/plain; charset=utf-8" },
    {
      bytes: () => documents.index(),
      modifiedAt: request.now,
    },
  );
}

function answerV3(
  name: string,
  document: OpenApiDocument,
  request: OpenApiRequest,
  modifiedAt: number,
): ApiResponse {
  const headers: ResponseHeaders = { vary: V3_VARY };
  const representation = negotiate(request.accept, "v3");
  if (representation === undefined) return empty(406, headers);
  Object.assign(headers, headersOf(document, representation));
  const { hash } = request;
  if (hash !== undefined && hash !== "") {
    if (hash !== document.hash()) {
      return empty(301, { ...headers, location: serverRelativeUrl(name, document) });
    }
    headers["cache-control"] = "public, immutable";
    headers.expires = httpDate(request.now + MILLISECONDS_PER_YEAR);
  }
  return content(request, headers, { bytes: bytesOf(document, representation), modifiedAt });
}

/** The first clause of the header that is one of the forms, or a wildcard that takes them. */
function negotiate(accept: string | undefined, version: "v2" | "v3"): Representation | undefined {
  const protobuf = `com.github.proto-openapi.spec.${version}.v1.0+protobuf`;
  const forms: readonly [subtype: string, Representation][] = [
    ["json", { form: "json", contentType: "application/json" }],
    [protobuf, { form: "protobuf", contentType: `application/${protobuf}` }],
    // The old name, which no media type may have, and which clients ask for.
    [
      `com.github.proto-openapi.spec.${version}@v1.0+protobuf`,
      { form: "protobuf", contentType: `application/${protobuf}` },
    ],
  ];
  for (const { type, subtype } of parseAccept(accept || "*/*")) {
    if (type !== "application" && type !== "*") continue;
    const found = forms.find(([name]) => subtype === name || subtype === "*");
    if (found !== undefined) return found[1];
  }
  return undefined;
}

function headersOf(document: OpenApiDocument, { contentType }: Representation): ResponseHeaders {
  return { "content-type": contentType, etag: `"${document.hash()}"` };
}

function bytesOf(document: OpenApiDocument, { form }: Representation): () => Uint8Array {
  return () => (form === "json" ? document.json() : document.protobuf());
}

interface Content {
  readonly bytes: () => Uint8Array;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** The content, or word that the client has it already. */
function content(
  request: OpenApiRequest,
  headers: ResponseHeaders,
  { bytes, modifiedAt }: Content,
): ApiResponse {
  const { etag } = headers;
  const validators: Validators = {
    etag: typeof etag === "string" ? etag : undefined,
    modifiedAt,
  };
  const lastModified = { "last-modified": httpDate(modifiedAt) };
  switch (isUnchanged(request, validators)) {
    case "unchanged": {
      const { "content-type": _, ...kept } = headers;
      return empty(304, etag === undefined ? { ...kept, ...lastModified } : kept);
    }
    case "precondition-failed":
      return empty(412, { ...headers, ...lastModified });
    case "changed":
      return {
        status: 200,
        headers: { ...headers, ...lastModified, "accept-ranges": "bytes" },
        body: bytes(),
      };
  }
}

function empty(status: number, headers: ResponseHeaders): ApiResponse {
  return { status, headers, body: undefined };
}

/** @see RFC 9110 §5.6.7 */
function httpDate(instant: number): string {
  return new Date(instant).toUTCString();
}
