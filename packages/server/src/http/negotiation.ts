import { notAcceptable, onlyAccepted } from "../api/status-error.ts";
import type { Query } from "../request/query.ts";
import { type AcceptClause, parseAccept, routeMatchesAccept } from "./accept-header.ts";
import type { ApiRequest } from "./exchange.ts";
import { firstHeader } from "./header-value.ts";
import { MEDIA_TYPE_NAMES, MEDIA_TYPES, type MediaType } from "./media-type.ts";

export { type MediaType, requestMediaType } from "./media-type.ts";

/** The form in which a client wants its answer. */
export interface Negotiated {
  readonly mediaType: MediaType;
  /** What the objects are turned into, `Table` for example; undefined leaves them as they are. */
  readonly as: string | undefined;
  /** Group and version of `as`; empty without it. */
  readonly group: string;
  readonly version: string;
  /** JSON in lines, without a line end. Never for a watch. */
  readonly pretty: boolean;
}

/** What an endpoint can answer. */
export interface EndpointForms {
  /**
   * Types that the route is found by; the refusal lists them. Undefined where there is no route:
   * custom kinds and what the aggregator answers.
   */
  readonly routeTypes: readonly string[] | undefined;
  /** Encodings of the objects as they are, best first. */
  readonly plain: readonly MediaType[];
  /** Whether objects can be turned into something in an encoding. */
  readonly transforms: (
    mediaType: MediaType,
    as: string,
    group: string,
    version: string,
  ) => boolean;
  /** The only value of `sv` that is taken. */
  readonly serverVersion: string;
  /** Only encodings that can be streamed, and not pretty. */
  readonly watch: boolean;
}

const ALL: readonly MediaType[] = ["json", "yaml", "protobuf"];
const WITHOUT_PROTOBUF: readonly MediaType[] = ["json", "yaml"];
const STREAM_TYPES: readonly string[] = [
  `${MEDIA_TYPES.json};stream=watch`,
  `${MEDIA_TYPES.protobuf};stream=watch`,
];
const LIST_TYPES: readonly string[] = [...MEDIA_TYPE_NAMES, ...STREAM_TYPES];

function isMeta(group: string, version: string): boolean {
  return group === "meta.k8s.io" && (version === "v1" || version === "v1beta1");
}

/** @see apiserver pkg/endpoints/handlers/rest.go (AllowsMediaTypeTransform) */
function metadataOnly(_mediaType: MediaType, as: string, group: string, version: string): boolean {
  return (
    isMeta(group, version) && (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList")
  );
}

function metadataOrTable(
  mediaType: MediaType,
  as: string,
  group: string,
  version: string,
): boolean {
  if (as === "Table") return isMeta(group, version) && mediaType !== "protobuf";
  return metadataOnly(mediaType, as, group, version);
}

function nothing(): boolean {
  return false;
}

/** @see apiserver pkg/endpoints/discovery/aggregated/negotiation.go */
function aggregated(_mediaType: MediaType, as: string, group: string, version: string): boolean {
  return as === "APIGroupDiscoveryList" && group === "apidiscovery.k8s.io" && version === "v2";
}

const OBJECT: EndpointForms = {
  routeTypes: MEDIA_TYPE_NAMES,
  plain: ALL,
  transforms: metadataOrTable,
  serverVersion: "v1",
  watch: false,
};
const LIST: EndpointForms = { ...OBJECT, routeTypes: LIST_TYPES };

/**
 * Forms of the endpoints that there are. `custom` ones serve kinds of CustomResourceDefinitions,
 * `untabled` ones reviews, token requests and subresources that have no Table.
 */
export const endpointForms: Readonly<
  Record<
    | "object"
    | "list"
    | "watch"
    | "customObject"
    | "customWatch"
    | "untabled"
    | "log"
    | "discovery"
    | "aggregatorDiscovery"
    | "aggregatedDiscovery",
    EndpointForms
  >
> = {
  object: OBJECT,
  list: LIST,
  watch: { ...LIST, watch: true },
  customObject: { ...OBJECT, routeTypes: undefined, plain: WITHOUT_PROTOBUF },
  customWatch: { ...OBJECT, routeTypes: undefined, plain: WITHOUT_PROTOBUF, watch: true },
  untabled: { ...OBJECT, transforms: metadataOnly },
  log: { ...OBJECT, routeTypes: ["text/plain", ...MEDIA_TYPE_NAMES], transforms: metadataOnly },
  discovery: { ...OBJECT, transforms: nothing, serverVersion: "" },
  aggregatorDiscovery: {
    ...OBJECT,
    routeTypes: undefined,
    transforms: nothing,
    serverVersion: "",
  },
  aggregatedDiscovery: {
    ...OBJECT,
    routeTypes: undefined,
    plain: [],
    transforms: aggregated,
    serverVersion: "",
  },
};

/** Forms of an error: as it is, in any encoding. */
const ERROR: EndpointForms = {
  ...OBJECT,
  routeTypes: undefined,
  transforms: nothing,
  serverVersion: "",
};

const PLAIN_JSON: Negotiated = {
  mediaType: "json",
  as: undefined,
  group: "",
  version: "",
  pretty: false,
};
const PRETTY_JSON: Negotiated = { ...PLAIN_JSON, pretty: true };

/**
 * Chooses the form of an answer.
 * @throws StatusError 406 with one text when no clause names a type of the route, and with another
 *   when the types are known but what is wished of them cannot be had.
 * @see apiserver pkg/endpoints/handlers/negotiation
 */
export function negotiate(
  request: Pick<ApiRequest, "headers" | "rawHeaders">,
  query: Query,
  endpoint: keyof typeof endpointForms,
): Negotiated {
  const forms = endpointForms[endpoint];
  const accept = firstHeader(request, "accept") ?? "";
  const simple = accept === "" || accept === "*/*" || accept === MEDIA_TYPES.json;
  if (!simple && forms.routeTypes !== undefined) requireAccept(accept, forms.routeTypes);
  const choice = simple ? PLAIN_JSON : chooseForm(accept, forms);
  if (choice === undefined) throw onlyAccepted(MEDIA_TYPE_NAMES);
  if (forms.watch) {
    if (choice.mediaType === "yaml") throw onlyAccepted(STREAM_TYPES);
    return choice.pretty ? { ...choice, pretty: false } : choice;
  }
  return withPretty(choice, request, query);
}

/** Whether the route of an endpoint takes the request, whatever comes of it then. */
export function isRouteAccepted(
  request: Pick<ApiRequest, "headers" | "rawHeaders">,
  endpoint: keyof typeof endpointForms,
): boolean {
  const accept = firstHeader(request, "accept") ?? "";
  const { routeTypes } = endpointForms[endpoint];
  return accept === "" || routeTypes === undefined || routeMatchesAccept(accept, routeTypes);
}

/** The first form that a client would take among those; undefined when it takes none. */
export function wishOf(
  request: Pick<ApiRequest, "headers" | "rawHeaders">,
  endpoint: keyof typeof endpointForms,
): Negotiated | undefined {
  return chooseForm(firstHeader(request, "accept") ?? "", endpointForms[endpoint]);
}

/**
 * The form of an error, which is never turned into something else. Undefined when the client takes
 * none of the encodings; upstream then sends JSON in lines.
 */
export function negotiateError(
  request: Pick<ApiRequest, "headers" | "rawHeaders">,
  query: Query,
): Negotiated | undefined {
  const accept = firstHeader(request, "accept") ?? "";
  const simple = accept === "" || accept === "*/*" || accept === MEDIA_TYPES.json;
  const choice = simple ? PLAIN_JSON : chooseForm(accept, ERROR);
  return choice === undefined ? undefined : withPretty(choice, request, query);
}

/**
 * Checks Accept for a route that answers in fixed types (`/version`, keys).
 * @param accept - The header, empty when there is none.
 * @throws StatusError 406
 */
export function requireAccept(accept: string, types: readonly string[]): void {
  if (accept !== "" && !routeMatchesAccept(accept, types)) throw notAcceptable(types);
}

function withPretty(
  choice: Negotiated,
  request: Pick<ApiRequest, "headers">,
  query: Query,
): Negotiated {
  if (choice.mediaType !== "json" || choice.pretty) return choice;
  if (!wantsPretty(request.headers["user-agent"], query)) return choice;
  return choice === PLAIN_JSON ? PRETTY_JSON : { ...choice, pretty: true };
}

/** Texts that Go's `strconv.ParseBool` takes for true. */
const TRUE_TEXTS: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);

/** Whether JSON is for people: by the parameter if it has a value, else by the user agent. */
export function wantsPretty(userAgent: string | undefined, query: Query): boolean {
  if (query.raw.includes("pretty")) {
    const wish = query.get("pretty");
    if (wish !== undefined && wish !== "") return TRUE_TEXTS.has(wish);
  }
  return (
    userAgent !== undefined &&
    (userAgent.startsWith("curl") ||
      userAgent.startsWith("Wget") ||
      userAgent.startsWith("Mozilla/5.0"))
  );
}

/** The first clause, best first, that the endpoint can serve in some encoding. */
function chooseForm(accept: string, forms: EndpointForms): Negotiated | undefined {
  for (const clause of parseAccept(accept)) {
    for (const mediaType of ALL) {
      if (!clauseNames(clause, mediaType)) continue;
      const choice = acceptClause(clause, mediaType, forms);
      if (choice !== undefined) return choice;
    }
  }
  return undefined;
}

function clauseNames({ type, subtype }: AcceptClause, mediaType: MediaType): boolean {
  if (type === "*") return subtype === "*";
  if (type !== "application") return false;
  return subtype === "*" || `application/${subtype}` === MEDIA_TYPES[mediaType];
}

function acceptClause(
  clause: AcceptClause,
  mediaType: MediaType,
  forms: EndpointForms,
): Negotiated | undefined {
  const { parameters } = clause;
  if (parameters.size === 0) {
    if (!forms.plain.includes(mediaType)) return undefined;
    return mediaType === "json" ? PLAIN_JSON : { ...PLAIN_JSON, mediaType };
  }
  const stream = parameters.get("stream");
  if (stream !== undefined && (stream !== "watch" || mediaType === "yaml")) return undefined;
  const serverVersion = parameters.get("sv");
  if (serverVersion !== undefined && serverVersion !== forms.serverVersion) return undefined;
  const as = parameters.get("as");
  const group = parameters.get("g");
  const version = parameters.get("v");
  const pretty = parameters.get("pretty") === "1" && mediaType === "json";
  if (as === undefined && group === undefined && version === undefined) {
    return forms.plain.includes(mediaType) ? { ...PLAIN_JSON, mediaType, pretty } : undefined;
  }
  const wish = { as: as ?? "", group: group ?? "", version: version ?? "" };
  return forms.transforms(mediaType, wish.as, wish.group, wish.version)
    ? { mediaType, ...wish, pretty }
    : undefined;
}
