import { joinChunks, type SizedChunks } from "../http/body-length.ts";
import type { Entry, Run } from "../storage/storage.ts";
import { type ListPage, listMeta } from "./list.ts";
import type { ResourceStore } from "./resource-store.ts";

/** Loose items are written in chunks of about this size. */
const CHUNK_BYTES = 256 * 1024;
/** Lists up to this size are one buffer. */
const WHOLE_BYTES = 128 * 1024;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const LIST_END = Buffer.from("]}\n");

/** Entries of a list that are written together: all of a run, or what lies between runs. */
interface Segment {
  readonly start: number;
  readonly end: number;
  /** The run, when its bytes are to be kept once they are joined. */
  readonly keepIn: Run | undefined;
  readonly kept: Uint8Array | undefined;
  readonly length: number;
}

/**
 * The JSON of a list without decoding anything. Each object is kept as
 * `{"kind":…,"apiVersion":…,"metadata":…}\n`; its item is what follows the head, behind a brace:
 * `,{"metadata":…}`. Unchanged runs of items are kept joined.
 */
export function joinList(store: ResourceStore, page: ListPage): Uint8Array | SizedChunks {
  const head = Buffer.from(
    `{"kind":"${store.listKind}","apiVersion":"${store.apiVersion}","metadata":${JSON.stringify(listMeta(page))},"items":[`,
  );
  const list = new JoinedList(store, page, head);
  return list.byteLength > WHOLE_BYTES ? list : joinChunks(list);
}

class JoinedList implements SizedChunks {
  readonly byteLength: number;
  readonly #store: ResourceStore;
  readonly #entries: readonly Entry[];
  readonly #segments: readonly Segment[];
  readonly #head: Buffer;

  constructor(store: ResourceStore, page: ListPage, head: Buffer) {
    this.#store = store;
    this.#entries = page.entries;
    this.#head = head;
    this.#segments = segmentsOf(store, page);
    let length = head.byteLength + LIST_END.byteLength;
    for (const segment of this.#segments) length += segment.length;
    // The first item has no comma.
    this.byteLength = page.entries.length === 0 ? length : length - 1;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    yield this.#head;
    let first = true;
    for (const segment of this.#segments) {
      for (const chunk of this.#chunksOf(segment)) {
        yield first ? chunk.subarray(1) : chunk;
        first = false;
      }
    }
    yield LIST_END;
  }

  *#chunksOf({ start, end, keepIn, kept, length }: Segment): Generator<Uint8Array> {
    if (kept !== undefined) {
      yield kept;
    } else if (keepIn !== undefined) {
      yield this.#joined(keepIn, start, end, length);
    } else {
      yield* this.#looseChunks(start, end);
    }
  }

  /** What another list that is under way may have joined meanwhile. */
  #joined(run: Run, start: number, end: number, length: number): Uint8Array {
    const { runBytes } = this.#store;
    const kept = runBytes.get(run, "json");
    if (kept !== undefined) return kept;
    const joined = Buffer.allocUnsafe(length);
    this.#copyItems(joined, start, end);
    runBytes.keep(run, "json", joined);
    return joined;
  }

  *#looseChunks(start: number, end: number): Generator<Uint8Array> {
    const { headLength } = this.#store;
    let from = start;
    while (from < end) {
      let to = from;
      let length = 0;
      while (to < end && length < CHUNK_BYTES)
        length += itemLength(this.#entries[to++], headLength);
      const chunk = Buffer.allocUnsafe(length);
      this.#copyItems(chunk, from, to);
      yield chunk;
      from = to;
    }
  }

  #copyItems(into: Buffer, start: number, end: number): void {
    const { headLength } = this.#store;
    let used = 0;
    for (let index = start; index < end; index++) {
      const bytes = this.#entries[index]?.bytes;
      if (bytes === undefined) continue;
      into[used++] = COMMA;
      into[used++] = OPEN_BRACE;
      into.set(bytes.subarray(headLength, bytes.byteLength - 1), used);
      used += bytes.byteLength - 1 - headLength;
    }
  }
}

/** A comma, a brace, and the object without its head and its line end. */
function itemLength(entry: Entry | undefined, headLength: number): number {
  return entry === undefined ? 0 : entry.bytes.byteLength - headLength + 1;
}

function segmentsOf(store: ResourceStore, { entries, runs }: ListPage): readonly Segment[] {
  const segments: Segment[] = [];
  const { runBytes, headLength } = store;
  const lengthOf = (start: number, end: number): number => {
    let length = 0;
    for (let index = start; index < end; index++) length += itemLength(entries[index], headLength);
    return length;
  };
  const addLoose = (start: number, end: number): void => {
    if (start === end) return;
    segments.push({ start, end, keepIn: undefined, kept: undefined, length: lengthOf(start, end) });
  };
  let position = 0;
  for (const { run, start, end } of runs ?? []) {
    addLoose(position, start);
    const kept = runBytes.get(run, "json");
    const length = kept?.byteLength ?? lengthOf(start, end);
    const keeps = kept === undefined && runBytes.isWorthKeeping(run, "json", length);
    segments.push({ start, end, keepIn: keeps ? run : undefined, kept, length });
    position = end;
  }
  addLoose(position, entries.length);
  return segments;
}
