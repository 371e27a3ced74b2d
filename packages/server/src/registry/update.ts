import { settleForStorage } from "../api/codec.ts";
import { invalidValue, root } from "../api/field-error.ts";
import { updateManagedFields } from "../api/field-management/manager.ts";
import { withoutNoopTimes } from "../api/field-management/noop-times.ts";
import type { KubeObject } from "../api/object.ts";
import { bareError, conflict, invalid, notFound } from "../api/status-error.ts";
import { validateObjectMetaUpdate } from "../api/validation/metadata.ts";
import { type Entry, StorageError } from "../storage/storage.ts";
import { admissionAttributes } from "./admission-attributes.ts";
import { dropDuplicateOwners, storeNew, trackNewObject } from "./create.ts";
import { isReadyToGo } from "./finalizers.ts";
import type { ResourceStore } from "./resource-store.ts";
import { MODIFIED, translateStorageError } from "./storage-errors.ts";
import type { UpdateHooks } from "./strategy.ts";
import {
  guardedWrite,
  type RegistryDependencies,
  strategyContext,
  type WriteContext,
  type WriteResult,
} from "./write-context.ts";

/** How often a write is tried anew when another one came between; then the client hears of it. */
const MAX_ATTEMPTS = 30;

export interface UpdateRequest {
  /** Empty for the object itself. */
  readonly subresource: string;
  /**
   * Makes the wanted object from the stored one (undefined when there is none); called again when
   * another write came between. The result belongs to the registry; `current` must not be changed.
   */
  readonly transform: (current: Readonly<KubeObject> | undefined) => KubeObject;
  /** uid that the stored object must have; empty for any. */
  readonly preconditionUid: string;
  /** Whether a missing object may be created. */
  readonly mayCreate: boolean;
  /** Server-side apply brings its own managedFields. */
  readonly ownsManagedFields?: boolean;
}

/**
 * Changes an object, from a PUT or a patch: transform → field manager → mutating admission →
 * strategy → validating admission → compare-and-swap, again while others come between.
 * @throws StatusError as a real server answers it
 * @see apiserver pkg/registry/generic/registry/store.go (Update), pkg/registry/rest/update.go
 */
export async function updateObject(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  request: UpdateRequest,
): Promise<WriteResult> {
  const key = store.key(context.namespace, context.name);
  for (let attempt = 1; ; attempt++) {
    const live = dependencies.storage.getForUpdate(key);
    try {
      return live === undefined
        ? await createByUpdate(dependencies, store, context, request)
        : await updateLive(dependencies, store, context, request, live);
    } catch (error) {
      const raced =
        error instanceof StorageError && (error.code === "conflict" || error.code === "key-exists");
      if (!raced || attempt >= MAX_ATTEMPTS) {
        throw translateStorageError(store, context.name, error);
      }
    }
  }
}

async function createByUpdate(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  request: UpdateRequest,
): Promise<WriteResult> {
  if (!request.mayCreate) throw notFound(store.groupResource, context.name);
  if (request.preconditionUid !== "") throw uidMismatch(store, context, request, "");
  const object = request.transform(undefined);
  dropDuplicateOwners(object, context);
  delete object.metadata.resourceVersion;
  if (request.ownsManagedFields !== true) {
    trackNewObject(dependencies, store, object, context);
  }
  const mutated = dependencies.admission.mutate(
    admissionAttributes(store, context, "CREATE", { object, oldObject: undefined }),
  );
  if (mutated !== undefined) await mutated;
  return await storeNew(dependencies, store, object, context);
}

function uidMismatch(
  store: ResourceStore,
  context: WriteContext,
  request: UpdateRequest,
  actual: string,
): Error {
  const key = store.key(context.namespace, context.name);
  return conflict(
    store.groupResource,
    context.name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ` +
      `Precondition failed: UID in precondition: ${request.preconditionUid}, UID in object meta: ${actual}`,
  );
}

/** Hooks of the object itself (empty) or of one of its subresources. */
export function hooksOf(store: ResourceStore, subresource: string): UpdateHooks {
  if (subresource === "") return store.strategy;
  return store.strategy.subresources?.[subresource] ?? {};
}

async function updateLive(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  request: UpdateRequest,
  live: Entry,
): Promise<WriteResult> {
  const old = store.decode(live) as KubeObject;
  if (request.preconditionUid !== "" && request.preconditionUid !== old.metadata.uid) {
    throw uidMismatch(store, context, request, old.metadata.uid ?? "");
  }
  const object = request.transform(old);
  dropDuplicateOwners(object, context);
  const hooks = hooksOf(store, request.subresource);
  if (request.ownsManagedFields !== true) {
    trackChanges(dependencies, store, context, request.subresource, object, old);
  }
  const attributes = admissionAttributes(store, context, "UPDATE", {
    object,
    oldObject: old,
    subresource: request.subresource,
  });
  const mutated = dependencies.admission.mutate(attributes);
  if (mutated !== undefined) await mutated;
  checkResourceVersion(store, context, object, live);
  if (request.subresource === "") {
    const guarded = dependencies.guard.write(store, guardedWrite(context, object, old));
    if (guarded !== undefined) await guarded;
  }
  prepareUpdate(dependencies, store, context, hooks, object, old);
  const validated = dependencies.admission.validate(attributes);
  if (validated !== undefined) await validated;
  return await writeChange(dependencies, store, context, object, live);
}

function trackChanges(
  { clock }: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  subresource: string,
  object: KubeObject,
  old: KubeObject,
): void {
  const managedFields = updateManagedFields({
    typeName: store.kind.typeName,
    groupVersion: store.apiVersion,
    live: old,
    object,
    manager: context.fieldManager,
    subresource,
    now: clock.now(),
    resetFields: hooksOf(store, subresource).resetFields ?? NO_RESETS,
  });
  if (managedFields === undefined) delete object.metadata.managedFields;
  else object.metadata.managedFields = managedFields;
}

const NO_RESETS: readonly (readonly string[])[] = [];

function checkResourceVersion(
  store: ResourceStore,
  context: WriteContext,
  object: KubeObject,
  live: Entry,
): void {
  const wanted = object.metadata.resourceVersion ?? "";
  if (wanted === "" || wanted === "0") {
    if (store.strategy.requiresResourceVersion === true) {
      throw invalid(
        { group: store.definition.group, kind: store.definition.resource },
        context.name,
        [invalidValue(root("metadata", "resourceVersion"), 0, "must be specified for an update")],
      );
    }
    // Whoever names no version means the newest one; validation asks for it.
    object.metadata.resourceVersion = String(live.modRevision);
    return;
  }
  if (!/^\d+$/.test(wanted)) {
    throw bareError(`strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`);
  }
  if (Number(wanted) !== live.modRevision) {
    throw conflict(store.groupResource, context.name, MODIFIED);
  }
}

/** What no update may change. @see apiserver pkg/registry/rest/update.go (BeforeUpdate) */
function keepSystemMetadata(object: KubeObject, old: KubeObject): void {
  const { metadata } = object;
  const kept = old.metadata;
  if ((metadata.uid ?? "") === "" && kept.uid !== undefined) metadata.uid = kept.uid;
  if (kept.creationTimestamp !== undefined) metadata.creationTimestamp = kept.creationTimestamp;
  if (kept.deletionTimestamp !== undefined) metadata.deletionTimestamp = kept.deletionTimestamp;
  if (kept.deletionGracePeriodSeconds !== undefined) {
    metadata.deletionGracePeriodSeconds = kept.deletionGracePeriodSeconds;
  }
  if (kept.generation === undefined) delete metadata.generation;
  else metadata.generation = kept.generation;
  delete metadata.selfLink;
}

function prepareUpdate(
  { clock }: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  hooks: UpdateHooks,
  object: KubeObject,
  old: KubeObject,
): void {
  keepSystemMetadata(object, old);
  const about = strategyContext(context, clock.now());
  hooks.prepareForUpdate?.(object, old, about);
  if (store.strategy.changesGeneration?.(object, old) === true) {
    object.metadata.generation = Number(old.metadata.generation ?? 0) + 1;
  }
  // Upstream's strategies check metadata once more than its generic part does: each error is a cause twice.
  const metadataErrors = validateObjectMetaUpdate(object.metadata, old.metadata);
  const errors = [
    ...metadataErrors,
    ...metadataErrors,
    ...(hooks.validateUpdate?.(object, old, about) ?? []),
  ];
  if (errors.length > 0) throw invalid(store.invalidKind, object.metadata.name ?? "", errors);
  for (const text of hooks.warningsOnUpdate?.(object, old) ?? []) context.warn(text);
}

async function writeChange(
  { storage }: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  object: KubeObject,
  live: Entry,
): Promise<WriteResult> {
  if (isReadyToGo(object)) {
    if (context.dryRun) return { object, entry: undefined, created: false };
    // The last finalizer is gone: the object leaves with its last state.
    object.metadata.resourceVersion = String(live.modRevision);
    const removed = await storage.delete(live.key, live.modRevision);
    object.metadata.resourceVersion = String(removed.modRevision);
    return { object, entry: undefined, created: false };
  }
  keepTimes(store.decode(live) as KubeObject, object);
  settleForStorage(store.kind.typeName, object);
  const unchanged = Buffer.compare(store.encodeAt(object, String(live.modRevision)), live.bytes);
  if (unchanged === 0) {
    // What is answered must be what a read shows: a write of it may still be on its way to the disk.
    const pending = storage.barrier(live.key);
    if (pending !== undefined) await pending;
    return { object, entry: live, created: false };
  }
  if (context.dryRun) return { object, entry: undefined, created: false };
  const entry = await storage.put(live.key, live.modRevision, store.encoder(object));
  return { object, entry, created: false };
}

/** Times of ownership alone are no change. */
function keepTimes(live: KubeObject, object: KubeObject): void {
  const managedFields = withoutNoopTimes(live, object);
  if (managedFields === undefined) delete object.metadata.managedFields;
  else object.metadata.managedFields = [...managedFields];
}
