import { encodeObject } from "../api/codec.ts";
import type { KubeObject } from "../api/object.ts";
import { kindOf } from "../api/scheme.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { MEDIA_TYPES } from "../http/media-type.ts";
import { type Negotiated, negotiate, wishOf } from "../http/negotiation.ts";
import type { Discovery, DiscoveryDocument } from "../registry/discovery.ts";
import { encodeNegotiated } from "../registry/representation.ts";
import type { RequestContext } from "../request/request-context.ts";

const AGGREGATED = ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Answers discovery requests in the form that the client accepts. */
export interface DiscoveryRoutes {
  hasGroup(group: string): boolean;
  /** `/api` or `/apis`; only the bare path can answer aggregated. */
  root(context: RequestContext, which: "/api" | "/apis", aggregable: boolean): ApiResponse;
  /** @param isAggregators - whether upstream's aggregator answers, which says 406 in other words. */
  group(context: RequestContext, group: string, isAggregators: boolean): ApiResponse;
  /** Undefined for a version that is not served. */
  resources(context: RequestContext, group: string, version: string): ApiResponse | undefined;
}

export function createDiscoveryRoutes(discovery: Discovery): DiscoveryRoutes {
  return {
    hasGroup: (group) => discovery.group(group) !== undefined,
    root: (context, which, aggregable) => {
      const wish = aggregable ? wishOf(context.request, "aggregatedDiscovery") : undefined;
      if (wish !== undefined) {
        const document = which === "/api" ? discovery.aggregatedApi : discovery.aggregatedApis;
        return aggregated(context, document, wish);
      }
      return which === "/api"
        ? plain(context, discovery.api, "discovery")
        : plain(context, discovery.apis, "aggregatorDiscovery");
    },
    group: (context, group, isAggregators) => {
      const document = discovery.group(group);
      if (document === undefined) throw new Error(`no group ${group}`);
      return plain(context, document, isAggregators ? "aggregatorDiscovery" : "discovery");
    },
    resources: (context, group, version) => {
      const document = discovery.resources(group, version);
      return document === undefined ? undefined : plain(context, document, "discovery");
    },
  };
}

function plain(
  context: RequestContext,
  document: DiscoveryDocument,
  forms: "discovery" | "aggregatorDiscovery",
): ApiResponse {
  const negotiated = negotiate(context.request, context.query, forms);
  const bytes =
    negotiated.mediaType === "json" && !negotiated.pretty
      ? document.json
      : encodeNegotiated(document.value as KubeObject, negotiated);
  return {
    status: 200,
    headers: { "content-type": MEDIA_TYPES[negotiated.mediaType] },
    body: bytes,
  };
}

function aggregated(
  context: RequestContext,
  document: DiscoveryDocument,
  negotiated: Negotiated,
): ApiResponse {
  const { mediaType } = negotiated;
  const headers = { "cache-control": "public", etag: document.etag, vary: "Accept" };
  if (context.request.headers["if-none-match"] === document.etag) {
    return { status: 304, headers, body: undefined };
  }
  const kind = kindOf("apidiscovery.k8s.io", "v2", "APIGroupDiscoveryList");
  const value = document.value as KubeObject;
  const body =
    mediaType === "protobuf" && kind !== undefined
      ? encodeObject(kind, value, "protobuf")
      : mediaType === "yaml"
        ? encodeNegotiated(value, negotiated)
        : document.json;
  return {
    status: 200,
    headers: { ...headers, "content-type": `${MEDIA_TYPES[mediaType]}${AGGREGATED}` },
    body,
  };
}
