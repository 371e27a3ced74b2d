import { settleForStorage } from "../api/codec.ts";
import { type FieldError, invalidValue, root } from "../api/field-error.ts";
import { isBeyond64Bits } from "../api/int64.ts";
import type { KubeObject } from "../api/object.ts";
import { alreadyExists, badRequest, bareError, invalid } from "../api/status-error.ts";
import { validateObjectMeta } from "../api/validation/metadata.ts";
import { pathSegmentComplaints } from "../api/validation/names.ts";
import { formatTime } from "../runtime/clock.ts";
import { type Storage, StorageError } from "../storage/storage.ts";
import { admissionAttributes } from "./admission-attributes.ts";
import { isDurable } from "./durable-state.ts";
import { dropDuplicateOwners } from "./owner-references.ts";
import { trackOwnership } from "./ownership.ts";
import { putObject } from "./put-object.ts";
import type { ResourceStore } from "./resource-store.ts";
import { translateStorageError } from "./storage-errors.ts";
import type { StrategyContext } from "./strategy.ts";
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

/**
 * Creates an object: namespace check → field manager → mutating admission → guard → name → the rest
 * of `storeNew`. `object` is decoded and defaulted, belongs to the caller and is changed.
 * @throws StatusError as a real server answers it
 * @see apiserver pkg/endpoints/handlers/create.go
 */
export async function createObject(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): Promise<WriteResult> {
  dropSystemMetadata(object);
  fillNamespace(store, object, context.namespace);
  dropDuplicateOwners(object, context, "sent");
  trackOwnership(dependencies, store, context, object, { live: undefined, subresource: "" });
  const attributes = admissionAttributes(store, context, "CREATE", {
    object,
    oldObject: undefined,
  });
  const mutated = dependencies.admission.mutate(attributes);
  if (mutated !== undefined) await mutated;
  dropDuplicateOwners(object, context, "admitted");
  const guarded = dependencies.guard.write(store, guardedWrite(context, object, undefined));
  if (guarded !== undefined) await guarded;
  const { metadata } = object;
  const { name = "", generateName: prefix = "" } = metadata;
  if (name === "" && prefix !== "") {
    metadata.name = generateName(dependencies, store, object, context.namespace);
  }
  return await createNamed(dependencies, store, object, context);
}

/** What a body may say of itself and nobody believes. */
export function dropSystemMetadata({ metadata }: KubeObject): void {
  delete metadata.uid;
  delete metadata.creationTimestamp;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
}

async function createNamed(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): Promise<WriteResult> {
  try {
    return await storeGuarded(dependencies, store, object, context);
  } catch (error) {
    const taken = error instanceof StorageError && error.code === "key-exists";
    const { name = "" } = object.metadata;
    throw taken
      ? nameTaken(dependencies, store, object)
      : translateStorageError(store, name, error);
  }
}

/**
 * A free name behind the prefix, or, when none was found, one that is taken. Names are looked at
 * before they are given, and not tried and changed, so that an object is made for one name only.
 */
function generateName(
  { storage, random }: RegistryDependencies,
  store: ResourceStore,
  { metadata }: KubeObject,
  namespace: string,
): string {
  const prefix = (metadata.generateName ?? "").slice(0, MAX_GENERATED_PREFIX);
  for (let attempt = 1; ; attempt++) {
    const name = prefix + random.nameSuffix(SUFFIX_LENGTH);
    const isTaken = storage.getForUpdate(store.key(namespace, name)) !== undefined;
    if (!isTaken || attempt >= GENERATE_ATTEMPTS) return name;
  }
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

/**
 * Guards, validates and stores an object that has its name and that admission has let through: the
 * second half of an update that creates.
 * @throws StorageError `key-exists` when the name is taken, and whatever else the store says
 * @see apiserver pkg/registry/generic/registry/store.go (create)
 */
export async function storeNew(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): Promise<WriteResult> {
  const guarded = dependencies.guard.write(store, guardedWrite(context, object, undefined));
  if (guarded !== undefined) await guarded;
  return await storeGuarded(dependencies, store, object, context);
}

async function storeGuarded(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): Promise<WriteResult> {
  try {
    return await prepareAndWrite(dependencies, store, object, context);
  } finally {
    dependencies.allocator.settle(store, object);
  }
}

async function prepareAndWrite(
  dependencies: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): Promise<WriteResult> {
  prepareNew(dependencies, store, object, context);
  if (context.name !== "") {
    const authorized = dependencies.guard.createByUpdate(store, context);
    if (authorized !== undefined) await authorized;
  }
  const validated = dependencies.admission.validate(
    admissionAttributes(store, context, "CREATE", { object, oldObject: undefined }),
  );
  if (validated !== undefined) await validated;
  return await writeNew(dependencies, store, object, context);
}

function prepareNew(
  { clock, random, allocator }: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): void {
  const { metadata } = object;
  const { strategy } = store;
  delete metadata.selfLink;
  metadata.uid = random.uuid();
  const now = clock.now();
  metadata.creationTimestamp = formatTime(now);
  if (strategy.changesGeneration !== undefined) metadata.generation = 1;
  const about = strategyContext(context, now);
  strategy.prepareForCreate?.(object, about);
  allocator.allocate(store, object, undefined, context.dryRun);
  const errors = validateNew(store, object, about);
  if (errors.length > 0) throw invalid(store.invalidKind, metadata.name ?? "", errors);
  for (const text of strategy.warningsOnCreate?.(object) ?? []) context.warn(text);
}

/** Every name has to stand in a path; kinds with no other rule hear of it when all else is well. */
function pathErrors(name: string): readonly FieldError[] {
  return pathSegmentComplaints(name, false).map((complaint) =>
    invalidValue(root("metadata", "name"), name, complaint),
  );
}

function validateNew(
  { strategy, definition }: ResourceStore,
  object: KubeObject,
  about: StrategyContext,
): readonly FieldError[] {
  const { metadata } = object;
  const { anyFinalizer, noneOnCreate } = strategy.metadataRules ?? {};
  const own = strategy.validateCreate?.(object, about) ?? [];
  if (noneOnCreate === true && own.length > 0) return own;
  const validateName = noneOnCreate === true ? pathSegmentComplaints : strategy.validateName;
  const rules = {
    namespaced: definition.namespaced,
    checkFinalizerNames: anyFinalizer !== true && noneOnCreate !== true,
    ...(validateName === undefined ? {} : { validateName }),
  };
  const errors = [...validateObjectMeta(metadata, rules), ...own];
  return errors.length > 0 ? errors : pathErrors(metadata.name ?? "");
}

const MAX_UINT64 = 2n ** 64n - 1n;

/** Whether a text is the version of a stored object; upstream takes all others for none. */
function isVersion(text: string): boolean {
  if (!/^\d+$/.test(text)) return false;
  const number = Number(text);
  return number !== 0 && !isBeyond64Bits(number) && BigInt(text) <= MAX_UINT64;
}

async function writeNew(
  { storage }: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
  context: WriteContext,
): Promise<WriteResult> {
  const { metadata } = object;
  // A dry run does not get as far as the refusal of a version, and shows the one that was sent.
  if (!context.dryRun && isVersion(metadata.resourceVersion ?? "")) {
    throw bareError("resourceVersion should not be set on objects to be created");
  }
  store.strategy.readBack?.(object);
  settleForStorage(store.kind.typeName, object);
  const key = store.key(context.namespace, metadata.name ?? "");
  if (context.dryRun) {
    await checkAbsent(storage, key);
    return { object, entry: undefined, created: true };
  }
  const entry = await putObject(storage, store, key, 0, object);
  return { object, entry, created: true };
}

async function checkAbsent(storage: Storage, key: string): Promise<void> {
  let live = storage.getForUpdate(key);
  while (!(await isDurable(storage, key, live))) live = storage.getForUpdate(key);
  if (live !== undefined) throw new StorageError("key-exists", key);
}

function nameTaken(
  { storage }: RegistryDependencies,
  store: ResourceStore,
  object: KubeObject,
): Error {
  const { namespace = "", name = "", generateName = "" } = object.metadata;
  const existing = storage.getForUpdate(store.key(namespace, name));
  const deleting =
    existing !== undefined && store.decode(existing).metadata.deletionTimestamp !== undefined;
  return alreadyExists(store.groupResource, name, {
    ...(deleting ? { prefix: "object is being deleted: " } : {}),
    // Told so too when the client has chosen the name itself.
    ...(generateName === "" ? {} : GENERATED_NAME_TAKEN),
  });
}

const GENERATED_NAME_TAKEN = {
  suffix: ", the server was not able to generate a unique name for the object",
  retryAfterSeconds: 1,
};
