import type { KubeObject } from "../api/object.ts";
import type { Entry } from "../storage/storage.ts";
import type { EncodeFrame, WatchEventType } from "./event-frame.ts";
import { RecentEntries } from "./recent-entries.ts";

interface Frame {
  readonly type: WatchEventType;
  readonly bytes: Uint8Array;
}

/**
 * What all watchers of a recent change share, so that it is decoded once for all selectors and
 * encoded once for all that want it in the same form.
 */
export class FrameCache {
  readonly #frames = new Map<string, RecentEntries<Frame>>();
  readonly #objects = new RecentEntries<Readonly<KubeObject>>();
  readonly #served = new RecentEntries<Readonly<KubeObject>>();
  readonly #left = new RecentEntries<Entry>();

  /**
   * The frame of a change.
   * @param form - names what `encode` makes: forms with one name are the same.
   */
  get(form: string, type: WatchEventType, entry: Entry, encode: EncodeFrame): Uint8Array {
    let frames = this.#frames.get(form);
    if (frames === undefined) {
      frames = new RecentEntries();
      this.#frames.set(form, frames);
    }
    const known = frames.get(entry);
    if (known?.type === type) return known.bytes;
    const bytes = encode(type, entry);
    frames.set(entry, { type, bytes });
    return bytes;
  }

  /** The decoded object of a change. */
  object(entry: Entry, decode: (entry: Entry) => Readonly<KubeObject>): Readonly<KubeObject> {
    let object = this.#objects.get(entry);
    if (object === undefined) {
      object = decode(entry);
      this.#objects.set(entry, object);
    }
    return object;
  }

  /** The object of a change as its readers in this process have it. */
  served(entry: Entry, make: (entry: Entry) => Readonly<KubeObject>): Readonly<KubeObject> {
    let object = this.#served.get(entry);
    if (object === undefined) {
      object = make(entry);
      this.#served.set(entry, object);
    }
    return object;
  }

  /** The version that a selection saw last of an object which a change took out of it. */
  left(previous: Entry, revision: number, make: () => Entry): Entry {
    let left = this.#left.get(previous);
    if (left?.modRevision !== revision) {
      left = make();
      this.#left.set(previous, left);
    }
    return left;
  }
}
