import type { KubeObject } from "../api/object.ts";
import { servedForm } from "../api/served-form.ts";
import type { WatchedEvent } from "../http/exchange.ts";
import type { Entry } from "../storage/storage.ts";
import { bookmarkObject } from "./event-encoder.ts";
import { metadataOf, type Representation } from "./representation.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { EventEncoder } from "./watch.ts";

/** A bookmark or an error, beside which objects are large. */
const SMALL_BYTES = 256;

/**
 * The events of a watch as its reader would parse them, without the way over bytes. Objects are
 * shared by all readers.
 * @returns undefined for Tables and protobuf, which nobody in this process asks for
 */
export function createEventPresenter(
  store: ResourceStore,
  { negotiated }: Representation,
): EventEncoder<WatchedEvent> | undefined {
  const { mediaType, as, version } = negotiated;
  if (mediaType !== "json" || as === "Table") return undefined;
  const present = (object: Readonly<KubeObject>): object =>
    as === undefined ? object : metadataOf(store, object, version);
  const read = (entry: Entry): Readonly<KubeObject> => store.served(entry);
  return {
    event: (type, entry) => ({
      type,
      object: present(store.frames.served(entry, read)),
      bytes: entry.bytes.byteLength,
    }),
    bookmark: (revision, end) => ({
      type: "BOOKMARK",
      object: present(servedForm(store.kind.typeName, bookmarkObject(store, revision, end))),
      bytes: SMALL_BYTES,
    }),
    error: (status) => ({ type: "ERROR", object: status, bytes: SMALL_BYTES }),
  };
}
