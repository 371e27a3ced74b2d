import type { KubeObject } from "../api/object.ts";
import type { Storage } from "../storage/storage.ts";
import type { ResourceStore } from "./resource-store.ts";

/**
 * Reads stored objects at their newest durable state, synchronously: for admission, authentication
 * and whatever else must not act on an old view. Objects are shared and must not be changed.
 */
export interface ObjectReader {
  get(namespace: string, name: string): Readonly<KubeObject> | undefined;
  list(namespace?: string): readonly Readonly<KubeObject>[];
}

export function createObjectReader(storage: Storage, store: ResourceStore): ObjectReader {
  return {
    get: (namespace, name) => {
      const entry = storage.get(store.key(namespace, name));
      return entry === undefined ? undefined : store.decode(entry);
    },
    list: (namespace = "") =>
      storage.list(store.collectionPrefix(namespace)).entries.map((entry) => store.decode(entry)),
  };
}
