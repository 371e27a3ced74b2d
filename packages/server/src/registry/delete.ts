import { goDurationMs, nextInt64 } from "../api/int64.ts";
import { copyObject, type KubeObject } from "../api/object.ts";
import { conflict, notFound, type Status } from "../api/status-error.ts";
import type { ObjectMeta } from "../api/types.ts";
import { formatTime } from "../runtime/clock.ts";
import { type Entry, StorageError } from "../storage/storage.ts";
import { admissionAttributes } from "./admission-attributes.ts";
import { isDurable } from "./durable-state.ts";
import { finalizersForDeletion } from "./finalizers.ts";
import type { ResourceStore } from "./resource-store.ts";
import { translateStorageError } from "./storage-errors.ts";
import type { RegistryDependencies, WriteContext } from "./write-context.ts";

/** DeleteOptions, decoded and validated. */
export interface DeleteRequest {
  readonly gracePeriodSeconds: number | bigint | undefined;
  readonly propagationPolicy: string | undefined;
  readonly orphanDependents: boolean | undefined;
  readonly preconditionUid: string | undefined;
  readonly preconditionResourceVersion: string | undefined;
}

export type DeleteResult =
  /** The object is gone; `object` is its last state. */
  | { readonly outcome: "deleted"; readonly object: KubeObject }
  /** Finalizers or a grace period hold it. */
  | { readonly outcome: "pending"; readonly object: KubeObject };

const MAX_ATTEMPTS = 30;

/**
 * Deletes one object, or begins to.
 * @throws StatusError as a real server answers it
 * @see apiserver pkg/registry/rest/delete.go, pkg/registry/generic/registry/store.go (Delete)
 */
export async function deleteObject(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  request: DeleteRequest,
): Promise<DeleteResult> {
  const key = store.key(context.namespace, context.name);
  for (let attempt = 1; ; attempt++) {
    const live = dependencies.storage.getForUpdate(key);
    try {
      if (live === undefined) throw notFound(store.groupResource, context.name);
      return await deleteLive(dependencies, store, context, request, live);
    } catch (error) {
      const again = isRace(error) || !(await isDurable(dependencies.storage, key, live));
      if (!again || attempt >= MAX_ATTEMPTS) {
        throw translateStorageError(store, context.name, error);
      }
    }
  }
}

function isRace(error: unknown): boolean {
  if (!(error instanceof StorageError)) return false;
  return error.code === "conflict" || error.code === "key-not-found";
}

/** What DELETE answers when the object is gone and its kind does not answer the object. */
export function deletedStatus(store: ResourceStore, object: KubeObject): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name: object.metadata.name ?? "",
      ...(store.definition.group === "" ? {} : { group: store.definition.group }),
      kind: store.definition.resource,
      uid: object.metadata.uid ?? "",
    },
  };
}

export function checkPreconditions(
  store: ResourceStore,
  context: WriteContext,
  request: DeleteRequest,
  live: Readonly<KubeObject>,
): void {
  const about = { group: store.invalidKind.group, resource: store.definition.kind };
  const { preconditionUid, preconditionResourceVersion } = request;
  const { uid = "", resourceVersion = "" } = live.metadata;
  const own = store.strategy.deletionConflict?.(live, {
    uid: preconditionUid,
    resourceVersion: preconditionResourceVersion,
  });
  if (own !== undefined) throw conflict(store.groupResource, context.name, own);
  if (preconditionUid !== undefined && preconditionUid !== uid) {
    throw conflict(
      about,
      context.name,
      `the UID in the precondition (${preconditionUid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (
    preconditionResourceVersion !== undefined &&
    preconditionResourceVersion !== resourceVersion
  ) {
    throw conflict(
      about,
      context.name,
      `the ResourceVersion in the precondition (${preconditionResourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

async function deleteLive(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  request: DeleteRequest,
  live: Entry,
): Promise<DeleteResult> {
  const current = store.decode(live);
  checkPreconditions(store, context, request, current);
  const validated = dependencies.admission.validate(
    admissionAttributes(store, context, "DELETE", {
      object: undefined,
      oldObject: current as KubeObject,
    }),
  );
  if (validated !== undefined) await validated;
  const object = copyObject(current);
  const plan = planDeletion(store, object, request, dependencies.clock.now());
  const outcome = plan === "unchanged" || plan === "write" ? "pending" : "deleted";
  const { storage } = dependencies;
  if (plan === "remove") keepFinalizers(object, current);
  if (plan === "unchanged" || context.dryRun) {
    if (!(await isDurable(storage, live.key, live))) throw new StorageError("conflict", live.key);
    return { outcome, object };
  }
  let revision = live.modRevision;
  if (plan !== "remove") {
    revision = (await store.put(storage, live.key, revision, object)).modRevision;
  }
  if (outcome === "deleted") {
    const { modRevision } = await storage.delete(live.key, revision);
    return { outcome, object: atRevision(object, modRevision) };
  }
  return { outcome, object };
}

/** What goes at once is answered as it was stored: nobody has taken its finalizers. */
function keepFinalizers({ metadata }: KubeObject, { metadata: stored }: Readonly<KubeObject>) {
  if (stored.finalizers !== undefined) metadata.finalizers = [...stored.finalizers];
}

/** What has been written belongs to the store; the answer bears the revision of the delete. */
function atRevision(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

/**
 * Decides what a delete does to an object and marks it accordingly: it goes (`remove`), it is written
 * with its marks (`write`), both, so that watches see the marks (`write-and-remove`: a grace period of
 * nothing), or it already is what it should be (`unchanged`).
 */
function planDeletion(
  store: ResourceStore,
  object: KubeObject,
  request: DeleteRequest,
  now: number,
): "remove" | "write" | "write-and-remove" | "unchanged" {
  const { metadata } = object;
  const own = store.strategy.beginDeletion?.(object, request, now);
  if (own !== undefined) return own;
  const graceful = planGrace(store, object, request, now);
  if (graceful === "pending") return "unchanged";
  const before = metadata.finalizers ?? [];
  const finalizers = finalizersForDeletion(before, request, store.strategy);
  if (finalizers.length === 0) delete metadata.finalizers;
  else metadata.finalizers = [...finalizers];
  if (graceful === "marked") {
    return metadata.deletionGracePeriodSeconds === 0 && finalizers.length === 0
      ? "write-and-remove"
      : "write";
  }
  if (finalizers.length === 0) return "remove";
  return markAsDeleting(object, now) || finalizers !== before ? "write" : "unchanged";
}

/** Whether it had to be marked: as an object that only its finalizers still hold. */
function markAsDeleting({ metadata }: KubeObject, now: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  const marked = deletionTimestamp !== undefined && Date.parse(deletionTimestamp) <= now;
  if (marked && deletionGracePeriodSeconds === 0) return false;
  if (deletionTimestamp === undefined) countGeneration(metadata);
  if (!marked) metadata.deletionTimestamp = formatTime(now);
  metadata.deletionGracePeriodSeconds = 0;
  return true;
}

/** A deletion is a change of what is wanted, for kinds that count those. */
function countGeneration(metadata: ObjectMeta): void {
  const { generation = 0 } = metadata;
  if (generation > 0) metadata.generation = nextInt64(generation);
}

/**
 * Grace periods: `marked` when the object now carries a (new) end, `pending` when it already ends
 * sooner, `none` for kinds or objects that go at once.
 * @see apiserver pkg/registry/rest/delete.go (BeforeDelete)
 */
function planGrace(
  store: ResourceStore,
  object: KubeObject,
  request: DeleteRequest,
  now: number,
): "none" | "marked" | "pending" {
  const grace = store.strategy.gracePeriodSeconds;
  if (grace === undefined) return "none";
  const { metadata } = object;
  if (metadata.deletionTimestamp !== undefined) {
    return shortenGrace(metadata, request.gracePeriodSeconds, now);
  }
  const seconds = grace(object, request.gracePeriodSeconds);
  metadata.deletionTimestamp = formatTime(now + goDurationMs(seconds));
  setGrace(metadata, seconds);
  countGeneration(metadata);
  return "marked";
}

function shortenGrace(
  metadata: ObjectMeta,
  requested: number | bigint | undefined,
  now: number,
): "none" | "marked" | "pending" {
  const left = metadata.deletionGracePeriodSeconds ?? 0;
  if (left === 0) return "none";
  if (requested === undefined || requested >= left) return "pending";
  const begun = Date.parse(metadata.deletionTimestamp ?? "") - goDurationMs(left);
  const ends = begun + goDurationMs(requested);
  metadata.deletionTimestamp = formatTime(Math.max(ends, now));
  // A period that has run out already is the shortest there is: somebody else still ends the object.
  setGrace(metadata, ends < now && requested !== 0 ? 1 : requested);
  return "marked";
}

function setGrace(metadata: ObjectMeta, seconds: number | bigint): void {
  // The types of the tables say number where an object may hold a bigint.
  metadata.deletionGracePeriodSeconds = seconds as number;
}
