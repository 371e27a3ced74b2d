import { copyObject } from "../api/object.ts";
import type { Entry } from "../storage/storage.ts";
import type { ResourceStore } from "./resource-store.ts";

/** An object that left the selection goes out as it was, under the revision at which it left. */
export function asLeft(store: ResourceStore, previous: Entry, revision: number): Entry {
  const object = copyObject(store.peek(previous));
  const bytes = store.encodeAt(object, String(revision));
  // Nothing else of the entry: what was written may still be with it, under its own revision.
  const { key, createRevision } = previous;
  return { key, bytes, createRevision, modRevision: revision };
}
