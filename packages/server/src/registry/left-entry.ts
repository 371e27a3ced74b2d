import { copyObject } from "../api/object.ts";
import type { Entry } from "../storage/storage.ts";
import type { ResourceStore } from "./resource-store.ts";

/** An object that left the selection goes out as it was, under the revision at which it left. */
export function asLeft(store: ResourceStore, previous: Entry, revision: number): Entry {
  const object = copyObject(store.decode(previous));
  const bytes = store.encodeAt(object, String(revision));
  return { ...previous, bytes, modRevision: revision, decoded: undefined };
}
