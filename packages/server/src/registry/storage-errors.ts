import {
  alreadyExists,
  bareError,
  conflict,
  expired,
  internalError,
  notFound,
  type StatusError,
} from "../api/status-error.ts";
import { StorageError } from "../storage/storage.ts";
import type { ResourceStore } from "./resource-store.ts";

/** Text of a conflict that a client caused with an old resourceVersion. */
export const MODIFIED =
  "the object has been modified; please apply your changes to the latest version and try again";

/** Turns what the storage threw into what the API answers; other errors pass through. */
export function translateStorageError(store: ResourceStore, name: string, error: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  return translate(store, name, error);
}

function translate(store: ResourceStore, name: string, error: StorageError): StatusError {
  switch (error.code) {
    case "key-not-found":
      return notFound(store.groupResource, name);
    case "key-exists":
      return alreadyExists(store.groupResource, name);
    case "conflict":
      return conflict(store.groupResource, name, MODIFIED);
    case "compacted":
      return expired("The resourceVersion for the provided list is too old.");
    case "too-large":
      return bareError("etcdserver: request is too large", error);
    case "future-revision":
    case "unavailable":
    case "closed":
      return internalError("the store cannot be written to at the moment", error);
  }
}
