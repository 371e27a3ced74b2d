import { settleForStorage } from "../api/codec.ts";
import { copyObject, type KubeObject } from "../api/object.ts";
import { notFound } from "../api/status-error.ts";
import { type Storage, StorageError } from "../storage/storage.ts";
import { isDurable } from "./durable-state.ts";
import type { ResourceStore } from "./resource-store.ts";
import { translateStorageError } from "./storage-errors.ts";

const MAX_ATTEMPTS = 30;

export interface StoredChange {
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  /** Changes a copy of the newest version; called again when another write came between. */
  readonly change: (object: KubeObject) => void;
}

/**
 * Changes what is stored without the hooks of its strategy and without a field manager: for endpoints
 * that are about one detail of an object and have checked all that there is to check.
 * @returns the object as it is stored now, or would be
 * @throws StatusError 404; whatever `change` throws
 * @see apiserver pkg/storage/etcd3/store.go (GuaranteedUpdate)
 */
export async function changeStored(
  storage: Storage,
  store: ResourceStore,
  { namespace, name, dryRun, change }: StoredChange,
): Promise<KubeObject> {
  const key = store.key(namespace, name);
  for (let attempt = 1; ; attempt++) {
    const live = storage.getForUpdate(key);
    try {
      if (live === undefined) throw notFound(store.groupResource, name);
      const object = copyObject(store.decode(live));
      change(object);
      if (dryRun) return object;
      settleForStorage(store.kind.typeName, object);
      await store.put(storage, key, live.modRevision, object);
      return object;
    } catch (error) {
      const raced =
        error instanceof StorageError &&
        (error.code === "conflict" || error.code === "key-not-found");
      const again = raced || !(await isDurable(storage, key, live));
      if (!again || attempt >= MAX_ATTEMPTS) throw translateStorageError(store, name, error);
    }
  }
}
