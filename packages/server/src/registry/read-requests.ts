import { exactFieldValue, parseFieldSelector } from "../api/selectors.ts";
import { badRequest, notFound } from "../api/status-error.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { MEDIA_TYPES } from "../http/media-type.ts";
import { negotiate } from "../http/negotiation.ts";
import { booleanParameter } from "../request/query-values.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { RequestInfo } from "../request/request-info.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import type { Entry } from "../storage/storage.ts";
import { createEventEncoder } from "./event-encoder.ts";
import { createEventPresenter } from "./event-presenter.ts";
import { listObjects, waitForRevision } from "./list.ts";
import {
  type ListOptions,
  listRevision,
  parseListOptions,
  revisionText,
  watchRevision,
} from "./list-options.ts";
import { listResponse } from "./list-response.ts";
import { entryResponse, type Representation } from "./representation.ts";
import type { ResourceStore } from "./resource-store.ts";
import { parseSelection } from "./selection.ts";
import { openWatch } from "./watch.ts";
import type { RegistryDependencies } from "./write-context.ts";

/** What the Accept header and the query say about the answer. @throws StatusError 406, 400 */
export function representationOf(
  dependencies: Pick<RegistryDependencies, "clock">,
  context: RequestContext,
  scope: "object" | "list" | "watch",
): Representation {
  const untabled = scope === "object" && !isTabled(context.info);
  const negotiated = negotiate(context.request, context.query, untabled ? "untabled" : scope);
  return {
    negotiated,
    includeObject: context.query.get("includeObject"),
    now: dependencies.clock.now(),
  };
}

/** Subresources that show the whole object and have its Table. */
const TABLED: ReadonlySet<string> = new Set(["", "status", "scale"]);

function isTabled({ resource, subresource }: RequestInfo): boolean {
  // Upstream has forgotten this one.
  if (resource === "resourceclaims" && subresource === "status") return false;
  return TABLED.has(subresource);
}

/** GET of one object, also through a subresource that shows the object (`status`). */
export function getRequest(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
): MaybePromise<ApiResponse> {
  const representation = representationOf(dependencies, context, "object");
  const entry = readEntry(dependencies, context, store);
  return entry instanceof Promise
    ? entry.then((read) => entryResponse(200, store, read, representation))
    : entryResponse(200, store, entry, representation);
}

/**
 * The object that a GET names, not older than it asks for.
 * @throws StatusError 400, 404, 500 (a resourceVersion that is none), 504 (one to come)
 */
export function readEntry(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
): MaybePromise<Entry> {
  const { storage } = dependencies;
  if (booleanParameter(context.query, "export")) throw badRequest(NO_EXPORT);
  const text = context.query.get("resourceVersion") ?? "";
  const wanted = store.strategy.uncached === true ? listRevision(text) : watchRevision(text);
  const barrier = storage.barrier();
  if (wanted > storage.revision || barrier !== undefined) {
    return Promise.all([
      barrier,
      waitForRevision(dependencies, store, wanted, revisionText(text)),
    ]).then(() => entryOf(dependencies, context, store));
  }
  return entryOf(dependencies, context, store);
}

const NO_EXPORT = "the export parameter, deprecated since v1.14, is no longer supported";

function entryOf(
  { storage }: RegistryDependencies,
  { info }: RequestContext,
  store: ResourceStore,
): Entry {
  const entry = storage.get(store.key(info.namespace, info.name));
  if (entry === undefined) throw notFound(store.groupResource, info.name);
  return entry;
}

/** GET of a collection. */
export async function listRequest(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
): Promise<ApiResponse> {
  const representation = representationOf(dependencies, context, "list");
  const options = parseListOptions(context.query, false);
  const selection = parseSelection(store, options);
  const page = await listObjects(dependencies, store, context.info.namespace, options, selection);
  return listResponse(store, page, representation);
}

/** GET of a collection with `watch`, or of anything below `/watch/`. */
export function watchRequest(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
): ApiResponse {
  // What cannot be streamed is refused only when the options are in order.
  representationOf(dependencies, context, "list");
  const parsed = parseListOptions(context.query, true);
  parseSelection(store, parsed);
  const representation = representationOf(dependencies, context, "watch");
  const options = nameFromPath(context, parsed);
  const decode = (entry: Entry) => store.peek(entry);
  const selection = parseSelection(store, options, (entry) => store.frames.object(entry, decode));
  const { negotiated } = representation;
  const contentType =
    negotiated.mediaType === "protobuf" ? `${MEDIA_TYPES.protobuf};stream=watch` : MEDIA_TYPES.json;
  // A watch shows one object at a time, so a list of metadata never has anything to show.
  if (negotiated.as === "PartialObjectMetadataList") {
    watchRevision(options.resourceVersion);
    return { status: 200, headers: { "content-type": contentType }, body: "" };
  }
  const body = openWatch(dependencies, {
    store,
    namespace: context.info.namespace,
    options,
    selection,
    encoder: createEventEncoder(store, representation, dependencies.clock),
    presenter: createEventPresenter(store, representation),
  });
  return { status: 200, headers: { "content-type": contentType }, body };
}

/** Whether the path itself says that it is a watch: `/api/v1/watch/…`. */
export function isWatchPath(info: RequestInfo): boolean {
  if (info.verb !== "watch") return false;
  const { apiGroup, apiVersion, path } = info;
  return path.startsWith(
    apiGroup === "" ? `/api/${apiVersion}/watch/` : `/apis/${apiGroup}/${apiVersion}/watch/`,
  );
}

/** `/watch/…/NAME` selects by that name; a selector that does not ask for it contradicts it. */
function nameFromPath(context: RequestContext, options: ListOptions): ListOptions {
  const { name } = context.info;
  if (name === "" || !isWatchPath(context.info)) return options;
  const selector = parseFieldSelector(options.fieldSelector);
  if (selector.requirements.length === 0) {
    return { ...options, fieldSelector: `metadata.name=${name}` };
  }
  if (exactFieldValue(selector, "metadata.name") === name) return options;
  throw badRequest("fieldSelector metadata.name doesn't match requested name");
}
