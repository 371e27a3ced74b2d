import type { KubeObject } from "../api/object.ts";
import { type Entry, type Storage, StorageError } from "../storage/storage.ts";
import type { ResourceStore } from "./resource-store.ts";

/**
 * Writes an object. One that is too large for the store is written without its managedFields, if that
 * helps. @throws StorageError
 * @see apiserver pkg/endpoints/handlers/create.go (isTooLargeError)
 */
export async function putObject(
  storage: Storage,
  store: ResourceStore,
  key: string,
  expectedRevision: number,
  object: KubeObject,
): Promise<Entry> {
  try {
    return await store.put(storage, key, expectedRevision, object);
  } catch (error) {
    const tooLarge = error instanceof StorageError && error.code === "too-large";
    if (!tooLarge || object.metadata.managedFields === undefined) throw error;
    delete object.metadata.managedFields;
    return await store.put(storage, key, expectedRevision, object);
  }
}
