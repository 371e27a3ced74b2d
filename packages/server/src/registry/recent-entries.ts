import type { Entry } from "../storage/storage.ts";

/** A commit seldom holds more changes than this, and a miss only costs time. */
const MAX_ENTRIES = 256;

/**
 * Stored bytes of what is remembered. Made into objects they may take twenty times as much: a Secret
 * of one MiB has room for 60,000 keys.
 */
const MAX_BYTES = 4 * 1024 * 1024;

/** Something about each of a few entries; it starts anew when it is full. */
export class RecentEntries<Value> {
  readonly #values = new Map<Entry, Value>();
  #bytes = 0;

  get size(): number {
    return this.#values.size;
  }

  get(entry: Entry): Value | undefined {
    return this.#values.get(entry);
  }

  set(entry: Entry, value: Value): void {
    const { byteLength } = entry.bytes;
    if (this.#values.size >= MAX_ENTRIES || this.#bytes + byteLength > MAX_BYTES) {
      this.#values.clear();
      this.#bytes = 0;
    }
    this.#values.set(entry, value);
    this.#bytes += byteLength;
  }
}
