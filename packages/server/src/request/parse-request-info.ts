import { exactFieldValue, type FieldSelector, parseFieldSelector } from "../api/selectors.ts";
import { pathSegmentProblem } from "./path-segment-name.ts";
import type { Query } from "./query.ts";
import { booleanParameter, integerParameter } from "./query-values.ts";
import type { RequestInfo } from "./request-info.ts";

/**
 * A path that starts like a resource and goes nowhere (`/api/v1/watch`). It is no Status: upstream
 * answers 500 in plain text, `Internal Server Error: "<uri>": failed to create RequestInfo: <message>`.
 */
export class RequestInfoError extends Error {
  override readonly name = "RequestInfoError";
}

/** Verbs of the methods; others have none. */
const METHOD_VERBS: ReadonlyMap<string, string> = new Map([
  ["POST", "create"],
  ["GET", "get"],
  ["HEAD", "get"],
  ["PUT", "update"],
  ["PATCH", "patch"],
  ["DELETE", "delete"],
]);

/**
 * Reads method and URL into what is asked for. Paths are taken apart as they are, empty segments
 * included: only slashes at both ends are ignored.
 *
 *     /api/{version}/namespaces/{namespace}/{resource}/{name}/{subresource}
 *     /apis/{group}/{version}/{resource}/{name}
 *     /api/{version}/watch/{resource}           verb in the path; also `proxy`
 *     /apis/{group}/{version}, /version, …      no resource: the verb is the lower-case method
 *
 * @throws RequestInfoError
 * @see apiserver pkg/endpoints/request/requestinfo.go (NewRequestInfo)
 */
export function parseRequestInfo(method: string, path: string, query: Query): RequestInfo {
  const segments = splitPath(path);
  const apiPrefix = segments[0] ?? "";
  const start = apiPrefix === "api" ? 2 : apiPrefix === "apis" ? 3 : segments.length;
  const first = segments[start];
  if (first === undefined) return pathInfo(method, path, segments);

  let verb = METHOD_VERBS.get(method) ?? "";
  let position = start;
  const verbInPath = first === "watch" || first === "proxy";
  if (verbInPath) {
    verb = first;
    position++;
    if (position === segments.length) throw undeterminable(path, query);
  }
  let namespace = "";
  if (segments[position] === "namespaces") {
    namespace = segments[position + 1] ?? "";
    const third = segments[position + 2];
    if (third !== undefined && third !== "status" && third !== "finalize") position += 2;
  }
  const parts = segments.slice(position);
  let name = parts[1] ?? "";
  let fieldSelector = "";
  let labelSelector = "";
  if (name === "" && verb === "get") {
    verb = booleanParameter(query, "watch") ? "watch" : "list";
    name = query.raw === "" ? "" : selectedName(query);
  } else if (name === "" && verb === "delete") {
    verb = "deletecollection";
  }
  if (query.raw !== "" && !verbInPath && hasSelectors(verb)) {
    fieldSelector = query.get("fieldSelector") ?? "";
    labelSelector = query.get("labelSelector") ?? "";
  }
  return {
    isResourceRequest: true,
    path,
    verb,
    apiPrefix,
    apiGroup: start === 3 ? (segments[1] ?? "") : "",
    apiVersion: segments[start - 1] ?? "",
    namespace,
    resource: parts[0] ?? "",
    subresource: verb === "proxy" ? "" : (parts[2] ?? ""),
    name,
    parts,
    fieldSelector,
    labelSelector,
  };
}

const NO_PARTS: readonly string[] = [];

function pathInfo(method: string, path: string, segments: readonly string[]): RequestInfo {
  // Upstream notes the prefix of what would be a resource if it went on.
  const prefixed = segments.length >= 3 && (segments[0] === "api" || segments[0] === "apis");
  return {
    isResourceRequest: false,
    path,
    verb: method.toLowerCase(),
    apiPrefix: prefixed ? (segments[0] ?? "") : "",
    apiGroup: "",
    apiVersion: "",
    namespace: "",
    resource: "",
    subresource: "",
    name: "",
    parts: NO_PARTS,
    fieldSelector: "",
    labelSelector: "",
  };
}

function hasSelectors(verb: string): boolean {
  return verb === "list" || verb === "watch" || verb === "deletecollection";
}

/** Segments between the slashes, those at both ends cut off. */
function splitPath(path: string): string[] {
  let start = 0;
  let end = path.length;
  while (start < end && path.charCodeAt(start) === 0x2f) start++;
  while (end > start && path.charCodeAt(end - 1) === 0x2f) end--;
  return start === end ? [] : path.slice(start, end).split("/");
}

function undeterminable(path: string, query: Query): RequestInfoError {
  const url = query.raw === "" ? path : `${path}?${query.raw}`;
  return new RequestInfoError(`unable to determine kind and namespace from url, ${url}`);
}

/**
 * The name that an exact `metadata.name` field selector asks for. Upstream decodes all list options
 * at once, so that one that cannot be read hides the name.
 */
function selectedName(query: Query): string {
  const text = query.get("fieldSelector");
  if (text === undefined || !text.includes("metadata.name")) return "";
  let selector: FieldSelector;
  try {
    selector = parseFieldSelector(text);
    integerParameter(query, "limit");
    integerParameter(query, "timeoutSeconds");
  } catch {
    // Whoever serves the request reports it.
    return "";
  }
  const name = exactFieldValue(selector, "metadata.name") ?? "";
  return pathSegmentProblem(name) === undefined ? name : "";
}
