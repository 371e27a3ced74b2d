import { settleForStorage } from "../api/codec.ts";
import { invalidValue, root } from "../api/field-error.ts";
import { withoutNoopTimes } from "../api/field-management/noop-times.ts";
import { quoteGo } from "../api/go-quote.ts";
import type { KubeObject } from "../api/object.ts";
import { bareError, conflict, invalid, notFound } from "../api/status-error.ts";
import { type Entry, StorageError } from "../storage/storage.ts";
import { admissionAttributes } from "./admission-attributes.ts";
import { storeNew } from "./create.ts";
import { isDurable } from "./durable-state.ts";
import { isFinished } from "./finalizers.ts";
import { dropDuplicateOwners } from "./owner-references.ts";
import { hooksOf, trackOwnership } from "./ownership.ts";
import { putObject } from "./put-object.ts";
import type { ResourceStore } from "./resource-store.ts";
import { MODIFIED, translateStorageError } from "./storage-errors.ts";
import { checkUpdate } from "./update-checks.ts";
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
  readonly source: UpdateSource;
}

/** A PUT, a patch, or a server-side apply, which brings its own managedFields. */
export type UpdateSource = "body" | "patch" | "apply";

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
      const again = isRace(error) || !(await isDurable(dependencies.storage, key, live));
      if (!again || attempt >= MAX_ATTEMPTS) {
        throw translateStorageError(store, context.name, error);
      }
    }
  }
}

function isRace(error: unknown): boolean {
  if (!(error instanceof StorageError)) return false;
  return error.code === "conflict" || error.code === "key-exists" || error.code === "key-not-found";
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
  trackUpdate(dependencies, store, context, request, object, undefined);
  delete object.metadata.resourceVersion;
  const mutated = dependencies.admission.mutate(
    admissionAttributes(store, context, "CREATE", { object, oldObject: undefined }),
  );
  if (mutated !== undefined) await mutated;
  dropDuplicateOwners(object, context, "admitted");
  return await storeNew(dependencies, store, object, context);
}

function uidMismatch(
  store: ResourceStore,
  context: WriteContext,
  request: UpdateRequest,
  actual: string,
): Error {
  const key = store.shownKey(context.namespace, context.name, context.dryRun);
  return conflict(
    store.groupResource,
    context.name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ` +
      `Precondition failed: UID in precondition: ${request.preconditionUid}, UID in object meta: ${actual}`,
  );
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
  trackUpdate(dependencies, store, context, request, object, old);
  const attributes = admissionAttributes(store, context, "UPDATE", {
    object,
    oldObject: old,
    subresource: request.subresource,
  });
  const mutated = dependencies.admission.mutate(attributes);
  if (mutated !== undefined) await mutated;
  dropDuplicateOwners(object, context, "admitted");
  checkResourceVersion(store, context, object, live);
  if (request.subresource === "") {
    const guarded = dependencies.guard.write(store, guardedWrite(context, object, old));
    if (guarded !== undefined) await guarded;
  }
  try {
    prepareUpdate(dependencies, store, context, request.subresource, object, old);
    const validated = dependencies.admission.validate(attributes);
    if (validated !== undefined) await validated;
    return await writeChange(dependencies, store, context, object, { live, old });
  } finally {
    dependencies.allocator.settle(store, object);
  }
}

function trackUpdate(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  { source, subresource }: UpdateRequest,
  object: KubeObject,
  live: KubeObject | undefined,
): void {
  if (source === "body") dropDuplicateOwners(object, context, "sent");
  if (source !== "apply")
    trackOwnership(dependencies, store, context, object, { live, subresource });
}

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
    throw bareError(`strconv.ParseUint: parsing ${quoteGo(wanted)}: invalid syntax`);
  }
  if (Number(wanted) !== live.modRevision) {
    throw conflict(store.groupResource, context.name, MODIFIED);
  }
}

/** What no update may change. @see apiserver pkg/registry/rest/update.go (BeforeUpdate) */
function keepSystemMetadata({ metadata }: KubeObject, { metadata: kept }: KubeObject): void {
  if ((metadata.uid ?? "") === "" && kept.uid !== undefined) metadata.uid = kept.uid;
  if (kept.creationTimestamp !== undefined) metadata.creationTimestamp = kept.creationTimestamp;
  if (kept.deletionTimestamp !== undefined) metadata.deletionTimestamp = kept.deletionTimestamp;
  if (kept.deletionGracePeriodSeconds !== undefined) {
    metadata.deletionGracePeriodSeconds ??= kept.deletionGracePeriodSeconds;
  }
}

function prepareUpdate(
  { clock, allocator }: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  subresource: string,
  object: KubeObject,
  old: KubeObject,
): void {
  const hooks = hooksOf(store, subresource);
  const { metadata } = object;
  // It is never stored; a dry run shows it.
  if (!context.dryRun) delete metadata.selfLink;
  if (old.metadata.generation === undefined) delete metadata.generation;
  else metadata.generation = old.metadata.generation;
  const about = strategyContext(context, clock.now());
  hooks.prepareForUpdate?.(object, old, about);
  if (subresource === "") allocator.allocate(store, object, old, context.dryRun);
  // What is written with a status (annotations of a deployment by its controller) asks for nothing new.
  if (subresource !== "status" && store.strategy.changesGeneration?.(object, old) === true) {
    metadata.generation = Number(old.metadata.generation ?? 0) + 1;
  }
  keepSystemMetadata(object, old);
  const own = hooks.validateUpdate?.(object, old, about) ?? [];
  const errors = checkUpdate(store, hooks, own, object, old);
  if (errors.length > 0) throw invalid(store.invalidKind, object.metadata.name ?? "", errors);
  for (const text of hooks.warningsOnUpdate?.(object, old) ?? []) context.warn(text);
}

async function writeChange(
  { storage }: RegistryDependencies,
  store: ResourceStore,
  context: WriteContext,
  object: KubeObject,
  { live, old }: { readonly live: Entry; readonly old: KubeObject },
): Promise<WriteResult> {
  object.metadata.resourceVersion = String(live.modRevision);
  keepTimes(old, object);
  settleForStorage(store.kind.typeName, object);
  const ends = isFinished(object, old);
  const unchanged =
    !ends && Buffer.compare(store.encodeAt(object, String(live.modRevision)), live.bytes) === 0;
  if (unchanged || context.dryRun) {
    if (!(await isDurable(storage, live.key, live))) throw new StorageError("conflict", live.key);
    return { object, entry: unchanged ? live : undefined, created: false };
  }
  if (ends) {
    // The last finalizer is gone: what was asked for is the last that is seen of the object.
    await storage.delete(live.key, live.modRevision);
    return { object, entry: undefined, created: false };
  }
  const entry = await putObject(storage, store, live.key, live.modRevision, object);
  return { object, entry, created: false };
}

/** Times of ownership alone are no change. */
function keepTimes(live: KubeObject, object: KubeObject): void {
  const managedFields = withoutNoopTimes(live, object);
  if (managedFields === undefined) delete object.metadata.managedFields;
  else object.metadata.managedFields = [...managedFields];
}
