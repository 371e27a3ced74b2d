import { badRequest, expired, timeout } from "../api/status-error.ts";
import type { Clock } from "../runtime/clock.ts";
import type { MaybePromise } from "../runtime/maybe-promise.ts";
import { TimeSlice } from "../runtime/time-slice.ts";
import { type Entry, type RunPosition, type Storage, StorageError } from "../storage/storage.ts";
import {
  type ContinuePosition,
  decodeContinueToken,
  encodeContinueToken,
} from "./continue-token.ts";
import { type ListOptions, listRevision, revisionText } from "./list-options.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { Selection } from "./selection.ts";

/** One page of a collection at one revision. */
export interface ListPage {
  readonly entries: readonly Entry[];
  /** Runs among the entries, where nothing was filtered. */
  readonly runs?: readonly RunPosition[] | undefined;
  readonly revision: number;
  /** Token of the next page; empty when this is the last. */
  readonly continueToken: string;
  /** How many items follow this page; undefined when nobody counted. */
  readonly remainingItemCount: number | undefined;
}

/** Metadata of the list that a page is. */
export function listMeta(page: ListPage): Record<string, unknown> {
  return {
    resourceVersion: String(page.revision),
    ...(page.continueToken === "" ? {} : { continue: page.continueToken }),
    ...(page.remainingItemCount === undefined
      ? {}
      : { remainingItemCount: page.remainingItemCount }),
  };
}

/** How long a read waits for a revision that is still to come. @see cacher (blockTimeout) */
const FUTURE_WAIT_MS = 3000;
const FUTURE_POLL_MS = 50;

const INCONSISTENT =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/**
 * Reads one page. @throws StatusError 400, 410 (the snapshot has been compacted), 504 (a revision to come)
 */
export async function listObjects(
  dependencies: { readonly storage: Storage; readonly clock: Clock },
  store: ResourceStore,
  namespace: string,
  options: ListOptions,
  selection: Selection,
): Promise<ListPage> {
  const { storage } = dependencies;
  const barrier = storage.barrier();
  if (barrier !== undefined) await barrier;
  const position = startPosition(options);
  const wanted = listRevision(options.resourceVersion);
  const revision = position?.revision ?? exactRevision(options, wanted);
  if (wanted > storage.revision) {
    await waitForRevision(dependencies, store, wanted, revisionText(options.resourceVersion));
  }
  try {
    return await readPage(storage, store, namespace, options, selection, {
      ...(revision === undefined || revision < 0 ? {} : { revision }),
      ...(position === undefined ? {} : { afterKey: position.afterKey }),
    });
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    if (error.code === "future-revision")
      throw tooLarge(store, String(revision ?? wanted), storage.revision);
    if (error.code !== "compacted") throw error;
    if (position === undefined)
      throw expired(`The resourceVersion for the provided list is too old.`);
    throw expired(INCONSISTENT, encodeContinueToken({ revision: -1, afterKey: position.afterKey }));
  }
}

function startPosition(options: ListOptions): ContinuePosition | undefined {
  if (options.continueToken === "") return undefined;
  const position = decodeContinueToken(options.continueToken);
  if (options.resourceVersion !== "" && options.resourceVersion !== "0") {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  return position;
}

/** A bare revision with a limit means that very one, for old clients. */
function exactRevision(options: ListOptions, wanted: number): number | undefined {
  if (wanted === 0) return undefined;
  if (options.resourceVersionMatch === "Exact") return wanted;
  return options.resourceVersionMatch === "" && options.limit > 0 ? wanted : undefined;
}

/** @throws StatusError 504 when the revision does not come within three seconds, uncached at once */
export async function waitForRevision(
  { storage, clock }: { readonly storage: Storage; readonly clock: Clock },
  store: ResourceStore,
  wanted: number,
  text: string,
): Promise<void> {
  const deadline = clock.now() + (store.strategy.uncached === true ? 0 : FUTURE_WAIT_MS);
  while (storage.revision < wanted) {
    if (clock.now() >= deadline) throw tooLarge(store, text, storage.revision);
    await clock.sleep(FUTURE_POLL_MS);
  }
}

function tooLarge({ strategy }: ResourceStore, wanted: string, current: number): Error {
  return timeout(`Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    // A cache may catch up, etcd does not.
    ...(strategy.uncached === true ? {} : { retryAfterSeconds: 1 }),
  });
}

interface PageStart {
  readonly revision?: number;
  readonly afterKey?: string;
}

function readPage(
  storage: Storage,
  store: ResourceStore,
  namespace: string,
  options: ListOptions,
  selection: Selection,
  start: PageStart,
): MaybePromise<ListPage> {
  const prefix = store.collectionPrefix(namespace);
  // Upstream's cache answers revision zero, and always with everything it has.
  const limit = options.resourceVersion === "0" ? 0 : options.limit;
  const at = {
    ...(start.revision === undefined ? {} : { revision: start.revision }),
    ...(start.afterKey === undefined ? {} : { after: prefix + start.afterKey }),
  };
  if (selection.everything) {
    const result = storage.list(prefix, {
      ...at,
      ...(limit > 0 ? { limit } : {}),
    });
    const more = limit > 0 && result.remaining > 0;
    return {
      entries: result.entries,
      runs: result.runs,
      revision: result.revision,
      continueToken: more ? tokenAfter(prefix, result.entries, result.revision) : "",
      remainingItemCount: more ? result.remaining : undefined,
    };
  }
  // A list that can hold one object has one page.
  const isSingle =
    selection.name !== undefined && (namespace !== "" || !store.definition.namespaced);
  return readSelected(storage, prefix, isSingle ? 0 : limit, selection, at);
}

/** Objects may have to be decoded to be judged: in portions, on one snapshot. */
async function readSelected(
  storage: Storage,
  prefix: string,
  limit: number,
  selection: Selection,
  at: { readonly revision?: number; readonly after?: string },
): Promise<ListPage> {
  const result = storage.list(prefix, at);
  const { revision } = result;
  const slice = new TimeSlice();
  const entries: Entry[] = [];
  const last = result.entries.length - 1;
  for (const [index, entry] of result.entries.entries()) {
    if (slice.isOver) await slice.next();
    if (!selection.matches(entry)) continue;
    entries.push(entry);
    if (limit === 0 || entries.length < limit) continue;
    // Whether anything that follows matches is for the next page to find out.
    const continueToken = index < last ? tokenAfter(prefix, entries, revision) : "";
    return { entries, revision, continueToken, remainingItemCount: undefined };
  }
  return { entries, revision, continueToken: "", remainingItemCount: undefined };
}

function tokenAfter(prefix: string, entries: readonly Entry[], revision: number): string {
  const last = entries.at(-1)?.key ?? "";
  return encodeContinueToken({ revision, afterKey: last.slice(prefix.length) });
}
