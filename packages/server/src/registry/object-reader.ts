import type { KubeObject } from "../api/object.ts";
import type { Entry, Storage } from "../storage/storage.ts";
import type { ResourceStore } from "./resource-store.ts";

/**
 * Reads stored objects at their newest durable state, synchronously: for admission, authentication
 * and whatever else must not act on an old view. Objects are shared and must not be changed.
 */
export interface ObjectReader {
  get(namespace: string, name: string): Readonly<KubeObject> | undefined;
  /** For collections that seldom change: the list of a namespace is kept until one of its objects does. */
  list(namespace?: string): readonly Readonly<KubeObject>[];
}

/**
 * Lists a collection that changes all the time, at its newest durable state: the list is not kept,
 * and leaves no copies behind.
 */
export function scanObjects(
  storage: Storage,
  store: ResourceStore,
  namespace: string,
): readonly Readonly<KubeObject>[] {
  const { entries } = storage.list(store.collectionPrefix(namespace));
  return entries.map((entry) => store.peek(entry));
}

/** So many lists, each of one namespace, are kept. */
const MAX_LISTS = 1024;

export function createObjectReader(storage: Storage, store: ResourceStore): ObjectReader {
  const lists = new Map<string, readonly Readonly<KubeObject>[]>();
  let isFollowing = false;
  const follow = (): void => {
    storage.watch(
      store.prefix,
      {},
      {
        events: (events) => {
          lists.delete("");
          for (const { entry } of events) lists.delete(namespaceOf(store, entry));
        },
        ended: () => {
          lists.clear();
          isFollowing = false;
        },
      },
    );
    isFollowing = true;
  };
  return {
    get: (namespace, name) => {
      const entry = storage.get(store.key(namespace, name));
      return entry === undefined ? undefined : store.decode(entry);
    },
    list: (namespace = "") => {
      if (!isFollowing) follow();
      const known = lists.get(namespace);
      if (known !== undefined) return known;
      const { entries } = storage.list(store.collectionPrefix(namespace));
      const objects = entries.map((entry) => store.decode(entry));
      if (lists.size >= MAX_LISTS) lists.clear();
      lists.set(namespace, objects);
      return objects;
    },
  };
}

/** Empty for objects of the cluster. */
function namespaceOf({ prefix }: ResourceStore, { key }: Entry): string {
  return key.slice(prefix.length, Math.max(prefix.length, key.lastIndexOf("/")));
}
