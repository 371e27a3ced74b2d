import { quoteGo } from "../api/go-quote.ts";
import type { ResourceDefinition } from "../api/schema/language.ts";
import { isGroupServed, resourceOf, subresourceOf } from "../api/schema/resources.ts";
import {
  badRequest,
  methodNotAllowed,
  resourceNotServed,
  verbNotSupported,
} from "../api/status-error.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { isRouteAccepted } from "../http/negotiation.ts";
import { pageNotFound } from "../http/plain-text.ts";
import { pathSegmentProblem } from "../request/path-segment-name.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { RequestInfo } from "../request/request-info.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { deleteCollectionRequest, deleteRequest } from "./delete-requests.ts";
import { deprecationOf } from "./deprecated-kinds.ts";
import { listNoCustomResources, listsCustomResources } from "./no-custom-resources.ts";
import { knownPatchType } from "./patch.ts";
import { getRequest, isWatchPath, listRequest, watchRequest } from "./read-requests.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { RegistryDependencies } from "./write-context.ts";
import { createRequest, patchRequest, updateRequest } from "./write-requests.ts";

/** What answers an endpoint that is not a stored object: a review, a token, a binding. */
export type EndpointHandler = (
  context: RequestContext,
  definition: ResourceDefinition,
) => MaybePromise<ApiResponse>;

export interface ResourceHandlerDependencies extends RegistryDependencies {
  /** The store of a served resource; undefined for resources that are created and never stored. */
  storeOf(group: string, version: string, resource: string): ResourceStore | undefined;
  /** Endpoints with a behaviour of their own, by `group/resource` or `group/resource/subresource`. */
  readonly endpoints: ReadonlyMap<string, EndpointHandler>;
}

/**
 * Answers a resource request that has been authorised: finds the resource, checks that the method
 * is allowed there, and hands over to the verb.
 * @throws StatusError 404 and 405 as a real server answers them
 * @see apiserver pkg/endpoints/installer.go
 */
export function handleResource(
  dependencies: ResourceHandlerDependencies,
  context: RequestContext,
): MaybePromise<ApiResponse> {
  const { info } = context;
  // Slashes at the start count for the routes, and not for who may ask.
  if (info.path.startsWith("//")) return pageNotFound();
  const definition = resourceOf(info.apiGroup, info.apiVersion, info.resource);
  if (definition === undefined) {
    if (listsCustomResources(info)) {
      return listNoCustomResources(context, dependencies.storage.revision);
    }
    if (!isGroupServed(info.apiGroup)) return pageNotFound();
    throw resourceNotServed();
  }
  const name = nameInPath(info);
  checkName(name);
  if (!isRouted(info, definition, name)) throw resourceNotServed();
  if (info.subresource !== "") return handleSubresource(dependencies, context, definition);
  const endpoint = dependencies.endpoints.get(`${definition.group}/${definition.resource}`);
  if (endpoint !== undefined) {
    if (name !== "" && !definition.verbs.includes("get")) throw resourceNotServed();
    // Nothing can be listed of all namespaces, so that there is no route there.
    if (definition.namespaced && info.namespace === "") throw resourceNotServed();
    if (METHOD_VERBS[context.request.method] === undefined) throw methodNotAllowed();
    if (!definition.verbs.includes(info.verb)) throw lackOf(context, definition);
    warnOfDeprecation(context, definition);
    return endpoint(context, definition);
  }
  const store = dependencies.storeOf(definition.group, definition.version, definition.resource);
  if (store === undefined) throw resourceNotServed();
  const handler = verbHandler(context, definition);
  warnOfDeprecation(context, definition);
  return handler(dependencies, context, store, "");
}

/** Whoever reaches a kind that is on its way out hears of it, whatever the answer. */
function warnOfDeprecation(context: RequestContext, definition: ResourceDefinition): void {
  const deprecation = deprecationOf(definition);
  if (deprecation !== undefined && reachesRoute(context)) context.warn(deprecation);
}

/** Whether the route itself takes the types of body and answer. */
function reachesRoute({ request, info }: RequestContext): boolean {
  const reads = request.method === "GET" && nameInPath(info) === "";
  if (!isRouteAccepted(request, reads ? "list" : "object")) return false;
  return (
    request.method !== "PATCH" || knownPatchType(request.headers["content-type"]) !== undefined
  );
}

/** `info.name` may also come from a field selector: it is what the authoriser is asked about. */
function nameInPath(info: RequestInfo): string {
  return info.parts[1] ?? "";
}

/** Whether upstream has a route there: namespaced objects below a namespace, the others not. */
function isRouted(info: RequestInfo, definition: ResourceDefinition, name: string): boolean {
  if (info.verb === "proxy") return false;
  if (isWatchPath(info) && !definition.verbs.includes("watch")) return false;
  if (definition.namespaced) return name === "" || info.namespace !== "";
  return info.namespace === "" || (info.resource === "namespaces" && info.namespace === name);
}

/** A parameter turns a list into a watch, so that the route is there and its watch may not be. */
function lackOf(context: RequestContext, definition: ResourceDefinition): Error {
  const { group, resource, verbs } = definition;
  const { verb } = context.info;
  if (verb !== "watch" || !verbs.includes("list")) return methodNotAllowed();
  warnOfDeprecation(context, definition);
  return verbNotSupported(verb, { group, resource });
}

function checkName(name: string): void {
  const problem = pathSegmentProblem(name);
  if (problem === undefined) return;
  // An escaped slash never reaches a name upstream: the path is decoded before it is routed.
  if (name.includes("/")) throw resourceNotServed();
  throw badRequest(`Name parameter invalid: ${quoteGo(name)}: ${problem}`);
}

type VerbHandler = (
  dependencies: ResourceHandlerDependencies,
  context: RequestContext,
  store: ResourceStore,
  subresource: string,
) => MaybePromise<ApiResponse>;

/** @throws StatusError 405 */
function verbHandler(
  { info, request }: RequestContext,
  { verbs, namespaced }: ResourceDefinition,
): VerbHandler {
  const name = nameInPath(info);
  const wholeCluster = namespaced && info.namespace === "";
  if (isWatchPath(info) && request.method !== "GET") throw methodNotAllowed();
  switch (request.method) {
    case "GET":
      if (!verbs.includes(info.verb)) throw methodNotAllowed();
      if (info.verb === "watch") return watchRequest;
      return name === "" ? listRequest : getRequest;
    case "POST":
      if (name !== "" || wholeCluster || !verbs.includes("create")) throw methodNotAllowed();
      return createRequest;
    case "PUT":
      if (name === "" || !verbs.includes("update")) throw methodNotAllowed();
      return updateRequest;
    case "PATCH":
      if (name === "" || !verbs.includes("patch")) throw methodNotAllowed();
      return patchRequest;
    case "DELETE":
      if (name === "") {
        if (wholeCluster || !verbs.includes("deletecollection")) throw methodNotAllowed();
        return deleteCollectionRequest;
      }
      if (!verbs.includes("delete")) throw methodNotAllowed();
      return deleteRequest;
    default:
      throw methodNotAllowed();
  }
}

const METHOD_VERBS: Readonly<Record<string, string>> = {
  GET: "get",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** What is passed on may be anything that HTTP has. @see kubernetes pkg/registry/core/pod/rest/subresources.go */
const PASSED_ON: Readonly<Record<string, string>> = {
  ...METHOD_VERBS,
  HEAD: "get",
  OPTIONS: "get",
};

function handleSubresource(
  dependencies: ResourceHandlerDependencies,
  context: RequestContext,
  definition: ResourceDefinition,
): MaybePromise<ApiResponse> {
  const { info, request } = context;
  const subresource = subresourceOf(definition, info.subresource);
  const proxied = info.subresource === "proxy";
  if (isWatchPath(info)) throw resourceNotServed();
  if (subresource === undefined || (info.parts.length > 3 && !proxied)) throw resourceNotServed();
  const verb = (proxied ? PASSED_ON : METHOD_VERBS)[request.method];
  if (verb === undefined || !subresource.verbs.includes(verb)) throw methodNotAllowed();
  const endpoint = dependencies.endpoints.get(
    `${definition.group}/${definition.resource}/${info.subresource}`,
  );
  if (endpoint !== undefined) return endpoint(context, definition);
  const store = dependencies.storeOf(definition.group, definition.version, definition.resource);
  if (store === undefined) throw resourceNotServed();
  switch (verb) {
    case "get":
      return getRequest(dependencies, context, store);
    case "update":
      return updateRequest(dependencies, context, store, info.subresource);
    case "patch":
      return patchRequest(dependencies, context, store, info.subresource);
    default:
      throw methodNotAllowed();
  }
}
