import { encodeObject } from "../api/codec.ts";
import type { KubeObject } from "../api/object.ts";
import { encodeWatchEvent } from "../api/protobuf.ts";
import { kindOf } from "../api/scheme.ts";
import type { Status } from "../api/status-error.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Entry } from "../storage/storage.ts";
import type { EncodeFrame, WatchEventType } from "./event-frame.ts";
import {
  encodeNegotiated,
  metadataOf,
  type Representation,
  tableOptions,
} from "./representation.ts";
import type { ResourceStore } from "./resource-store.ts";
import { INITIAL_EVENTS_END, tableOf } from "./table/table.ts";
import type { EventEncoder } from "./watch.ts";

/**
 * Frames of a watch in the form that its request negotiated.
 * @param clock - ages in rows are counted when the event is sent, not when the watch began
 */
export function createEventEncoder(
  store: ResourceStore,
  representation: Representation,
  clock: Pick<Clock, "now">,
): EventEncoder {
  const { negotiated } = representation;
  if (negotiated.as === "Table") return tableEncoder(store, representation, clock);
  if (negotiated.as !== undefined) {
    const { version } = negotiated;
    const present = (object: Readonly<KubeObject>) => metadataOf(store, object, version);
    // Metadata is written as it is handed over.
    return framing(store, representation, present, (entry) => store.written(entry));
  }
  if (negotiated.mediaType === "json" && store.conversion === undefined) {
    return jsonEncoder(store, representation);
  }
  return framing(store, representation, (object) => object as KubeObject);
}

const NEWLINE = 0x0a;
const CLOSE_BRACE = 0x7d;
const HEADS: Readonly<Record<WatchEventType, Buffer>> = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
};

/** Kept bytes end in a line feed; the frame closes the event before it. */
function jsonFrame(type: WatchEventType, entry: Entry): Uint8Array {
  const head = HEADS[type];
  const length = entry.bytes.byteLength - 1;
  const frame = Buffer.allocUnsafe(head.byteLength + length + 2);
  frame.set(head, 0);
  frame.set(entry.bytes.subarray(0, length), head.byteLength);
  frame[head.byteLength + length] = CLOSE_BRACE;
  frame[head.byteLength + length + 1] = NEWLINE;
  return frame;
}

function jsonEncoder(store: ResourceStore, representation: Representation): EventEncoder {
  const rest = framing(store, representation, (object) => object as KubeObject);
  return {
    event: (type, entry) => store.frames.get("kept", type, entry, jsonFrame),
    bookmark: rest.bookmark,
    error: rest.error,
  };
}

/** Kinds whose internal form has a number of replicas even when nobody has set one. */
const COUNTED: ReadonlySet<string> = new Set(["deployments", "replicasets", "statefulsets"]);

/** Bookmarks bear the kind, a revision, and the zero values of fields that are always written. */
export function bookmarkObject(store: ResourceStore, revision: number, end: boolean): KubeObject {
  return {
    kind: store.kind.kind,
    apiVersion: store.apiVersion,
    ...(COUNTED.has(store.definition.resource) ? { spec: { replicas: 0 } } : {}),
    metadata: {
      resourceVersion: String(revision),
      ...(end ? { annotations: { [INITIAL_EVENTS_END]: "true" } } : {}),
    },
  };
}

function framing(
  store: ResourceStore,
  representation: Representation,
  present: (object: Readonly<KubeObject>) => KubeObject,
  read: (entry: Entry) => Readonly<KubeObject> = (entry) => store.peek(entry),
): EventEncoder {
  const frame = (type: string, object: KubeObject): Uint8Array =>
    encodeFrame(type, object, representation);
  const { mediaType, as, version } = representation.negotiated;
  const form = `${mediaType} ${as ?? ""} ${version}`;
  const encode: EncodeFrame = (type, entry) => frame(type, present(read(entry)));
  return {
    event: (type, entry) => store.frames.get(form, type, entry, encode),
    bookmark: (revision, end) => frame("BOOKMARK", present(bookmarkObject(store, revision, end))),
    error: (status) => frame("ERROR", status as unknown as KubeObject),
  };
}

function encodeFrame(type: string, object: KubeObject, { negotiated }: Representation): Uint8Array {
  const { group, version, kind } = typeOf(object);
  const known = kindOf(group, version, kind);
  if (negotiated.mediaType === "protobuf" && known !== undefined) {
    return lengthDelimited(encodeWatchEvent(type, encodeObject(known, object, "protobuf")));
  }
  const text =
    known === undefined || kind === "Table"
      ? encodeNegotiated(object, { ...negotiated, pretty: false })
      : encodeObject(known, object, "json");
  return Buffer.from(`{"type":"${type}","object":${String(text).trimEnd()}}\n`);
}

/** Events of a stream in protobuf have their length in front. @see apimachinery pkg/util/framer */
function lengthDelimited(event: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(4 + event.byteLength);
  frame.writeUInt32BE(event.byteLength);
  frame.set(event, 4);
  return frame;
}

function typeOf(object: KubeObject): { group: string; version: string; kind: string } {
  const apiVersion = object.apiVersion ?? "v1";
  const slash = apiVersion.indexOf("/");
  return {
    group: slash < 0 ? "" : apiVersion.slice(0, slash),
    version: slash < 0 ? apiVersion : apiVersion.slice(slash + 1),
    kind: object.kind ?? "",
  };
}

/**
 * Every event is a Table of one row; only the first has the columns. A bookmark is the row of an
 * object that has nothing but the revision.
 */
function tableEncoder(
  store: ResourceStore,
  representation: Representation,
  clock: Pick<Clock, "now">,
): EventEncoder {
  const options = tableOptions(store, representation);
  let first = true;
  const table = (object: Readonly<KubeObject>): KubeObject => {
    const { resourceVersion = "" } = object.metadata;
    const result = tableOf([object], { resourceVersion }, { ...options, now: clock.now() }, first);
    first = false;
    return result;
  };
  return {
    event: (type, entry) => encodeFrame(type, table(store.peek(entry)), representation),
    bookmark: (revision, end) =>
      encodeFrame("BOOKMARK", table(bookmarkObject(store, revision, end)), representation),
    error: (status: Status) =>
      encodeFrame("ERROR", status as unknown as KubeObject, representation),
  };
}
