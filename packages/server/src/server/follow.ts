import type { KubeObject } from "../api/object.ts";
import type { ResourceStore } from "../registry/resource-store.ts";
import type { Storage, StorageEvent } from "../storage/storage.ts";

/** Whoever keeps an index over a collection. Objects are shared: read, never changed. */
export interface Follower {
  upsert(object: Readonly<KubeObject>): void;
  remove(namespace: string, name: string): void;
}

/** Tells of everything that is stored, and then of every change in the turn in which it becomes visible. */
export function follow(storage: Storage, store: ResourceStore, follower: Follower): void {
  const snapshot = storage.list(store.prefix);
  for (const entry of snapshot.entries) follower.upsert(store.peek(entry));
  const apply = ({ type, entry }: StorageEvent): void => {
    const object = store.written(entry);
    if (type === "put") follower.upsert(object);
    else follower.remove(object.metadata.namespace ?? "", object.metadata.name ?? "");
  };
  storage.watch(
    store.prefix,
    { afterRevision: snapshot.revision },
    {
      events: (events) => {
        for (const event of events) apply(event);
      },
      // Only the end of the storage ends it: it is told of every commit at once.
      ended: () => {},
    },
  );
}
