import { settleForStorage } from "../api/codec.ts";
import { updateManagedFields } from "../api/field-management/manager.ts";
import type { KubeObject } from "../api/object.ts";
import {
  alreadyExists,
  badRequest,
  bareError,
  invalid,
  type StatusError,
} from "../api/status-error.ts";
import { validateObjectMeta } from "../api/validation/metadata.ts";
import { formatTime } from "../runtime/clock.ts";
import { StorageError } from "../storage/storage.ts";
import { admissionAttributes } from "./admission-attributes.ts";
import type { ResourceStore } from "./resource-store.ts";
import { translateStorageError } from "./storage-errors.ts";
import {
  guardedWrite,
  type RegistryDependencies,
  strategyContext,
  type WriteContext,
  type WriteResult,
} from "./write-context.ts";

/** Random characters behind a generateName. @see apiserver pkg/storage/names/generate.go */
const SUFFIX_LENGTH = 5;
const MAX_GENERATED_PREFIX = 63 - SUFFIX_LENGTH;
/** How many names are tried before a collision is reported. */
const GENERATE_ATTEMPTS = 8;
const NO_RESETS: readonly (readonly string[])[] = [];

/**
 * Creates an object: namespace check → field manager → mutating admission → the rest of `storeNew`.
 * `object` is decoded and defaulted, belongs to the caller and is changed.
 * @throws StatusError as a real server answers it
 * @see apiserver pkg/endpoints/handlers/create.go
 */
export async function createObject(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): Promise<WriteResult> {
  fillNamespace(store, object, context.namespace);
  dropDuplicateOwners(object, context);
  trackNewObject(dependencies, store, object, context);
  const attributes = admissionAttributes(store, context, "CREATE", {
    object,
    oldObject: undefined,
  });
  const mutated = dependencies.admission.mutate(attributes);
  if (mutated !== undefined) await mutated;
  return await storeNew(dependencies, store, object, context);
}

/** Sets or checks the namespace of a body against the URL's. */
export function fillNamespace(store: ResourceStore, object: KubeObject, namespace: string): void {
  const { metadata } = object;
  if (!store.definition.namespaced) {
    delete metadata.namespace;
    return;
  }
  if (metadata.namespace === undefined || metadata.namespace === "") {
    metadata.namespace = namespace;
  } else if (metadata.namespace !== namespace) {
    throw badRequest(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  }
}

/** Keeps the first of equal owner references and says so. */
export function dropDuplicateOwners(object: KubeObject, context: WriteContext): void {
  const owners = object.metadata.ownerReferences;
  if (owners === undefined || owners.length < 2) return;
  const seen = new Set<string>();
  const kept = owners.filter((owner) => {
    const identity = JSON.stringify(owner);
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
  if (kept.length === owners.length) return;
  object.metadata.ownerReferences = kept;
  context.warn(
    ".metadata.ownerReferences contains duplicate entries, API server dedups owner references in 1.20+, and may reject such requests as early as 1.24",
  );
}

/** The first managedFields of an object, of all that the request set. */
export function trackNewObject(
  { clock }: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): void {
  const managedFields = updateManagedFields({
    typeName: store.kind.typeName,
    groupVersion: store.apiVersion,
    live: undefined,
    object,
    manager: context.fieldManager,
    subresource: "",
    now: clock.now(),
    resetFields: store.strategy.resetFields ?? NO_RESETS,
  });
  if (managedFields === undefined) delete object.metadata.managedFields;
  else object.metadata.managedFields = managedFields;
}

/**
 * Names, validates and stores an object that admission has let through; also the second half of an
 * update that creates. @see apiserver pkg/registry/generic/registry/store.go (create)
 */
export async function storeNew(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): Promise<WriteResult> {
  const generateName = object.metadata.generateName ?? "";
  const generated = generateName !== "" && (object.metadata.name ?? "") === "";
  for (let attempt = 1; ; attempt++) {
    if (generated) {
      object.metadata.name =
        generateName.slice(0, MAX_GENERATED_PREFIX) + dependencies.random.nameSuffix(SUFFIX_LENGTH);
    }
    if (attempt === 1) {
      const guarded = dependencies.guard.write(store, guardedWrite(context, object, undefined));
      if (guarded !== undefined) await guarded;
      prepareNew(dependencies, store, object, context);
      if (context.name !== "") {
        const authorized = dependencies.guard.createByUpdate(store, context);
        if (authorized !== undefined) await authorized;
      }
      const validated = dependencies.admission.validate(
        admissionAttributes(store, context, "CREATE", { object, oldObject: undefined }),
      );
      if (validated !== undefined) await validated;
    }
    try {
      return await writeNew(dependencies, store, object, context);
    } catch (error) {
      const taken = error instanceof StorageError && error.code === "key-exists";
      if (!taken) throw translateStorageError(store, object.metadata.name ?? "", error);
      if (!generated) throw nameTaken(dependencies, store, object);
      if (attempt >= GENERATE_ATTEMPTS) throw generatedNameTaken(store, object);
    }
  }
}

function prepareNew(
  { clock, random }: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): void {
  const { metadata } = object;
  const { strategy } = store;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  metadata.uid = random.uuid();
  const now = clock.now();
  metadata.creationTimestamp = formatTime(now);
  if (strategy.changesGeneration !== undefined) metadata.generation = 1;
  const about = strategyContext(context, now);
  strategy.prepareForCreate?.(object, about);
  const errors = [
    ...validateObjectMeta(metadata, {
      namespaced: store.definition.namespaced,
      ...(strategy.validateName === undefined ? {} : { validateName: strategy.validateName }),
    }),
    ...(strategy.validateCreate?.(object, about) ?? []),
  ];
  if (errors.length > 0) throw invalid(store.invalidKind, metadata.name ?? "", errors);
  for (const text of strategy.warningsOnCreate?.(object) ?? []) context.warn(text);
}

async function writeNew(
  { storage }: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): Promise<WriteResult> {
  const { metadata } = object;
  const wanted = metadata.resourceVersion ?? "";
  if (/^\d+$/.test(wanted) && Number(wanted) !== 0) {
    throw bareError("resourceVersion should not be set on objects to be created");
  }
  settleForStorage(store.kind.typeName, object);
  const key = store.key(context.namespace, metadata.name ?? "");
  if (context.dryRun) {
    if (storage.getForUpdate(key) !== undefined) throw new StorageError("key-exists", key);
    delete metadata.resourceVersion;
    return { object, entry: undefined, created: true };
  }
  const entry = await storage.put(key, 0, store.encoder(object));
  return { object, entry, created: true };
}

function nameTaken(
  { storage }: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
): StatusError {
  const { namespace = "", name = "" } = object.metadata;
  const existing = storage.getForUpdate(store.key(namespace, name));
  const deleting =
    existing !== undefined && store.decode(existing).metadata.deletionTimestamp !== undefined;
  return alreadyExists(store.groupResource, name, {
    ...(deleting ? { prefix: "object is being deleted: " } : {}),
  });
}

function generatedNameTaken(store: ResourceStore, object: KubeObject): StatusError {
  return alreadyExists(store.groupResource, object.metadata.name ?? "", {
    suffix: ", the server was not able to generate a unique name for the object",
    retryAfterSeconds: 1,
  });
}
