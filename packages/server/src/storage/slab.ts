/**
 * Where the bytes of objects live: packed into slabs, so that 100,000 objects of half a kilobyte
 * are 200 buffers and not 100,000 (a `Buffer` of its own costs an object some 200 bytes, and one cut
 * from Node's pool keeps the whole pool alive).
 *
 * A slab whose entries have mostly been dropped is emptied: what still lives moves to the current
 * slab, and the old one is left to the collector. So the memory held is at most about twice the
 * bytes alive, however the writes were mixed.
 */

/** A piece of a slab; its owner reads it through `slab.buffer`, `offset` and `length`. */
export interface SlabItem {
  slab: Slab;
  offset: number;
  readonly length: number;
  /** The owner has given the bytes back; readers that still hold the item keep its slab alive. */
  released: boolean;
  /** Told when the bytes have moved, so that a view of the old place is dropped. */
  moved(): void;
}

export class Slab {
  readonly buffer: Buffer;
  /** Bytes handed out. */
  used = 0;
  /** Bytes handed out and not yet released. */
  live = 0;
  /** Everything placed here; released ones stay listed until the slab goes. */
  items: SlabItem[] = [];

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }
}

/** Small against memory bounds, large against an object. */
const SLAB_BYTES = 256 * 1024;
/** Objects from this size get a slab to themselves, so that none wastes the rest of one. */
const OWN_SLAB_BYTES = SLAB_BYTES / 4;

export class SlabAllocator {
  #current: Slab = new Slab(Buffer.alloc(0));

  /** Copies `bytes` into a slab; the caller makes the item that points there and calls `own`. */
  copy(bytes: Uint8Array): { readonly slab: Slab; readonly offset: number } {
    const slab = this.#room(bytes.length);
    const offset = slab.used;
    slab.buffer.set(bytes, offset);
    slab.used += bytes.length;
    return { slab, offset };
  }

  /** Takes a filled buffer over as a slab; its items are added with `own`. */
  adopt(buffer: Buffer): Slab {
    const slab = new Slab(buffer);
    slab.used = buffer.length;
    return slab;
  }

  own(item: SlabItem): void {
    item.slab.live += item.length;
    item.slab.items.push(item);
  }

  release(item: SlabItem): void {
    if (item.released) return;
    item.released = true;
    const slab = item.slab;
    slab.live -= item.length;
    if (slab.live === 0) slab.items = [];
    else if (slab !== this.#current && slab.live * 2 < slab.used) this.#empty(slab);
  }

  #room(length: number): Slab {
    if (length >= OWN_SLAB_BYTES) return new Slab(Buffer.allocUnsafeSlow(length));
    if (this.#current.buffer.length - this.#current.used < length) {
      this.#current = new Slab(Buffer.allocUnsafeSlow(SLAB_BYTES));
    }
    return this.#current;
  }

  #empty(slab: Slab): void {
    const items = slab.items;
    slab.items = [];
    slab.live = 0;
    for (const item of items) {
      if (item.released) continue;
      const place = this.copy(slab.buffer.subarray(item.offset, item.offset + item.length));
      item.slab = place.slab;
      item.offset = place.offset;
      item.moved();
      this.own(item);
    }
  }
}
