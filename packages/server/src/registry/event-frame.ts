import type { Entry } from "../storage/storage.ts";

/** What a watch calls a change, seen from its selection: leaving it is a deletion. */
export type WatchEventType = "ADDED" | "MODIFIED" | "DELETED";

/** How one change is written in one form. */
export type EncodeFrame = (type: WatchEventType, entry: Entry) => Uint8Array;
