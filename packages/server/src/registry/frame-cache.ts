import type { KubeObject } from "../api/object.ts";
import type { Entry } from "../storage/storage.ts";
import type { EncodeFrame, WatchEventType } from "./event-frame.ts";

/** A commit seldom holds more changes than this, and a miss only costs time. */
const MAX_ENTRIES = 256;

interface Frame {
  readonly type: WatchEventType;
  readonly bytes: Uint8Array;
}

/**
 * What all watchers of a recent change share, so that it is decoded once for all selectors and
 * encoded once for all that want it in the same form. Bounded: each map starts anew when it is full.
 */
export class FrameCache {
  readonly #frames = new Map<string, Map<Entry, Frame>>();
  readonly #objects = new Map<Entry, Readonly<KubeObject>>();
  readonly #served = new Map<Entry, Readonly<KubeObject>>();
  readonly #left = new Map<Entry, Entry>();

  /**
   * The frame of a change.
   * @param form - names what `encode` makes: forms with one name are the same.
   */
  get(form: string, type: WatchEventType, entry: Entry, encode: EncodeFrame): Uint8Array {
    let frames = this.#frames.get(form);
    if (frames === undefined) {
      frames = new Map();
      this.#frames.set(form, frames);
    }
    const known = frames.get(entry);
    if (known?.type === type) return known.bytes;
    const bytes = encode(type, entry);
    remember(frames, entry, { type, bytes });
    return bytes;
  }

  /** The decoded object of a change. */
  object(entry: Entry, decode: (entry: Entry) => Readonly<KubeObject>): Readonly<KubeObject> {
    let object = this.#objects.get(entry);
    if (object === undefined) {
      object = decode(entry);
      remember(this.#objects, entry, object);
    }
    return object;
  }

  /** The object of a change as its readers in this process have it. */
  served(entry: Entry, make: (entry: Entry) => Readonly<KubeObject>): Readonly<KubeObject> {
    let object = this.#served.get(entry);
    if (object === undefined) {
      object = make(entry);
      remember(this.#served, entry, object);
    }
    return object;
  }

  /** The version that a selection saw last of an object which a change took out of it. */
  left(previous: Entry, revision: number, make: () => Entry): Entry {
    let left = this.#left.get(previous);
    if (left?.modRevision !== revision) {
      left = make();
      remember(this.#left, previous, left);
    }
    return left;
  }
}

function remember<Value>(map: Map<Entry, Value>, entry: Entry, value: Value): void {
  if (map.size >= MAX_ENTRIES) map.clear();
  map.set(entry, value);
}
