import type { Entry } from "../storage/storage.ts";
import type { EncodeFrame, WatchEventType } from "./event-frame.ts";

/**
 * Frames of recent changes, so that a change is encoded once for all watchers that want it in the
 * same form. Bounded: a commit seldom holds more changes than this, and a miss only costs time.
 */
const MAX_FRAMES = 256;

export class FrameCache {
  readonly #frames = new Map<
    Entry,
    { readonly type: WatchEventType; readonly frame: Uint8Array }
  >();

  get(type: WatchEventType, entry: Entry, encode: EncodeFrame): Uint8Array {
    const kept = this.#frames.get(entry);
    if (kept?.type === type) return kept.frame;
    const frame = encode(type, entry);
    if (this.#frames.size >= MAX_FRAMES) this.#frames.clear();
    this.#frames.set(entry, { type, frame });
    return frame;
  }
}
