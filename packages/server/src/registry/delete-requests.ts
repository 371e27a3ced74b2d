import type { KubeObject } from "../api/object.ts";
import { StatusError } from "../api/status-error.ts";
import type { ApiResponse } from "../http/exchange.ts";
import { requestMediaType } from "../http/media-type.ts";
import type { RequestContext } from "../request/request-context.ts";
import { deletedStatus, deleteObject } from "./delete.ts";
import { type DeleteOptions, parseDeleteOptions } from "./delete-options.ts";
import { answersDeletedObject } from "./deleted-object.ts";
import { listMeta, listObjects } from "./list.ts";
import { parseListOptions } from "./list-options.ts";
import { representationOf } from "./read-requests.ts";
import {
  collectionResponse,
  singleResponse,
  statusResponse,
  tableOptions,
} from "./representation.ts";
import type { ResourceStore } from "./resource-store.ts";
import { parseSelection } from "./selection.ts";
import type { RegistryDependencies } from "./write-context.ts";
import { MAX_BODY_BYTES, writeContext } from "./write-requests.ts";

async function readOptions(context: RequestContext): Promise<DeleteOptions> {
  const bytes = await context.request.body(MAX_BODY_BYTES);
  const mediaType =
    bytes.byteLength === 0 ? "json" : requestMediaType(context.request.headers["content-type"]);
  return parseDeleteOptions(context.query, bytes, mediaType);
}

function warnOfDependents(
  context: RequestContext,
  { strategy }: ResourceStore,
  { propagationPolicy, orphanDependents }: DeleteOptions,
): void {
  const { unsaidPropagationWarning: warning } = strategy;
  if (warning === undefined) return;
  if (propagationPolicy === undefined && orphanDependents === undefined) context.warn(warning);
}

/** DELETE of one object. */
export async function deleteRequest(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
): Promise<ApiResponse> {
  const representation = representationOf(dependencies, context, "object");
  const options = await readOptions(context);
  warnOfDependents(context, store, options);
  const write = writeContext(context, { dryRun: options.dryRun, fieldManager: "" });
  const result = await deleteObject(dependencies, store, write, options);
  if (result.outcome === "deleted" && !answersDeletedObject(store.definition)) {
    // No Table is made of it, and what the Table should hold has to be in order all the same.
    if (representation.negotiated.as === "Table") tableOptions(store, representation);
    return statusResponse(deletedStatus(store, result.object), representation.negotiated);
  }
  const accepted = result.outcome === "pending" && options.orphanDependents === false;
  return singleResponse(accepted ? 202 : 200, store, result.object, representation);
}

/** DELETE of a collection: every selected object, answered as they were before. */
export async function deleteCollectionRequest(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
): Promise<ApiResponse> {
  const representation = representationOf(dependencies, context, "object");
  const listOptions = parseListOptions(context.query, false);
  const selection = parseSelection(store, listOptions);
  const options = await readOptions(context);
  warnOfDependents(context, store, options);
  const page = await listObjects(
    dependencies,
    store,
    context.info.namespace,
    listOptions,
    selection,
  );
  const objects = page.entries.map((entry) => store.peek(entry));
  const window = hasPreconditions(options) ? 1 : WINDOW;
  for (let from = 0; from < objects.length; from += window) {
    await deleteItems(dependencies, context, store, options, objects.slice(from, from + window));
  }
  const metadata =
    listOptions.limit > 0 ? listMeta(page) : { resourceVersion: String(page.revision) };
  return collectionResponse(store, objects, metadata, representation);
}

/**
 * How many deletions of a collection are under way at once: enough for commits to be shared. What
 * lies behind the first failure stays, which preconditions make likely.
 */
const WINDOW = 256;

function hasPreconditions(options: DeleteOptions): boolean {
  return options.preconditionUid !== undefined || options.preconditionResourceVersion !== undefined;
}

/** Started in list order, so that writes and events keep it; waited for together. */
async function deleteItems(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
  options: DeleteOptions,
  objects: readonly Readonly<KubeObject>[],
): Promise<void> {
  const outcomes = await Promise.allSettled(
    objects.map((object) => deleteItem(dependencies, context, store, options, object)),
  );
  for (const outcome of outcomes) {
    if (outcome.status === "rejected" && !isGone(outcome.reason)) throw outcome.reason;
  }
}

async function deleteItem(
  dependencies: RegistryDependencies,
  context: RequestContext,
  store: ResourceStore,
  options: DeleteOptions,
  object: Readonly<KubeObject>,
): Promise<void> {
  const { name = "", namespace = "" } = object.metadata;
  const write = writeContext(context, { dryRun: options.dryRun, fieldManager: "" });
  await deleteObject(dependencies, store, { ...write, name, namespace }, options);
}

function isGone(error: unknown): boolean {
  return error instanceof StatusError && error.reason === "NotFound";
}
