import { methodNotAllowed, resourceNotServed } from "../api/status-error.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { pageNotFound } from "../http/plain-text.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { DiscoveryRoutes } from "./discovery-routes.ts";

export type PathHandler = (context: RequestContext) => MaybePromise<ApiResponse>;

export interface PathRoutesDependencies {
  /** Handlers by exact path. */
  readonly exact: ReadonlyMap<string, PathHandler>;
  /** Handlers by the beginning of the path, longest first. */
  readonly prefixes: readonly (readonly [prefix: string, handler: PathHandler])[];
  readonly discovery: DiscoveryRoutes;
}

/**
 * Answers requests that name no resource. Discovery takes trailing slashes, the rest does not.
 * @see apiserver pkg/server/handler.go, pkg/server/mux/pathrecorder.go
 */
export function createPathRoutes(dependencies: PathRoutesDependencies): PathHandler {
  return (context) => {
    const { path } = context.info;
    const exact = dependencies.exact.get(path);
    if (exact !== undefined) return exact(context);
    for (const [prefix, handler] of dependencies.prefixes) {
      if (path.startsWith(prefix)) return handler(context);
    }
    return routeDiscovery(dependencies.discovery, context, path);
  };
}

function routeDiscovery(
  discovery: DiscoveryRoutes,
  context: RequestContext,
  path: string,
): ApiResponse {
  if (path !== "/api" && path !== "/apis" && !/^\/apis?\//.test(path)) return pageNotFound();
  // The list of groups is no service of its own, and takes one slash.
  if (/^\/apis\/\/+$/.test(path)) return pageNotFound();
  const trimmed = path.replace(/\/+$/, "");
  const [, prefix = "", first = "", second = "", ...rest] = trimmed.split("/");
  if (prefix === "apis" && first !== "" && !discovery.hasGroup(first)) return pageNotFound();
  if (rest.length > 0) throw resourceNotServed();
  if (prefix === "api" && second !== "") throw resourceNotServed();
  // Upstream's aggregator answers for the groups, whatever the method; the rest are routes.
  const isAggregators =
    path === "/apis/" || (prefix === "apis" && path === trimmed && second === "");
  const answer = discoveryAnswer(discovery, context, {
    path,
    prefix,
    first,
    second,
    isAggregators,
  });
  if (!isAggregators && context.request.method !== "GET") throw methodNotAllowed();
  return answer;
}

interface DiscoveryPath {
  readonly path: string;
  readonly prefix: string;
  readonly first: string;
  readonly second: string;
  readonly isAggregators: boolean;
}

function discoveryAnswer(
  discovery: DiscoveryRoutes,
  context: RequestContext,
  { path, prefix, first, second, isAggregators }: DiscoveryPath,
): ApiResponse {
  if (first === "") {
    const isBare = path === "/api" || path === "/apis";
    return discovery.root(context, prefix === "api" ? "/api" : "/apis", isBare);
  }
  if (prefix === "api") return discovery.resources(context, "", first) ?? notServed();
  if (second === "") return discovery.group(context, first, isAggregators);
  return discovery.resources(context, first, second) ?? notServed();
}

function notServed(): never {
  throw resourceNotServed();
}

/** Wraps a handler so that it answers only these methods. */
export function onlyMethods(methods: readonly string[], handler: PathHandler): PathHandler {
  return (context) => {
    if (!methods.includes(context.request.method)) throw methodNotAllowed();
    return handler(context);
  };
}
